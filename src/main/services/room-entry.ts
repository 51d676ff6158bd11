// One signed line of a room's roster (docs/protocol/room.md): its bytes, its signature and its id. What it is worth beside
// the other lines is the merge's question.
import { createHash } from 'node:crypto';
import * as v from 'valibot';
import { DisplayName, type PeerId } from '#shared/identity';
import { RoomId, StayId } from '#shared/room';
import { ByteReader, ByteWriter, fromHex, joinBytes, toHex } from '#main/services/byte-layout';
import { exactText } from '#main/services/exact-text';
import type { IdentityKeys } from '#main/services/identity-keys';
import { peerIdOf, peerKey, type PeerKey } from '#main/services/peer-keys';
import { serviceLimits as limits } from '#main/services/service-limits';
import { isSignedBy, signatureBytes } from '#main/services/signing';

const entryVersion = 1;
const kinds = { found: 0, join: 1, leave: 2, admit: 3, remove: 4, lost: 5, lock: 6 } as const;
type EntryKind = keyof typeof kinds;
export const foundingSeedBytes = 16;
const referenceBytes = 16;

/** The first 16 bytes of an entry's id, hex: how entries name each other. */
export type EntryReference = string;

export type EntryBody =
  /** The opener's first word; `seed` and the opener's key make the room id. */
  | { readonly kind: 'found'; readonly seed: Uint8Array }
  | { readonly kind: 'join'; readonly stay: StayId; readonly name: string }
  | { readonly kind: 'leave'; readonly stay: StayId }
  | { readonly kind: 'admit'; readonly subject: PeerId }
  /** `kept`: what the removed person wrote that shall go on counting. */
  | { readonly kind: 'remove'; readonly subject: PeerId; readonly kept: readonly EntryReference[] }
  /** `joinTurn`: the turn of the join that began the stay. */
  | { readonly kind: 'lost'; readonly subject: PeerId; readonly joinTurn: number; readonly stay: StayId }
  | { readonly kind: 'lock'; readonly isLocked: boolean };

export interface EntryFacts {
  readonly roomId: RoomId;
  /** Above that of every entry that counted for its author; orders entries without a common clock. */
  readonly lamport: number;
  /** Above that of every entry of the same author. */
  readonly turn: number;
  /** The author's clock, milliseconds. */
  readonly at: number;
  /** What this entry comes after on purpose: removals that were made up for, a lock that is replaced. */
  readonly past: readonly EntryReference[];
  readonly body: EntryBody;
}

export interface RosterEntry extends Omit<EntryFacts, 'roomId'> {
  /** SHA-256 of all but the signature, hex. */
  readonly id: string;
  readonly author: PeerId;
}

export interface SignedRosterEntry extends RosterEntry {
  readonly bytes: Uint8Array<ArrayBuffer>;
}

export function referenceOf({ id }: Pick<RosterEntry, 'id'>): EntryReference {
  return id.slice(0, referenceBytes * 2);
}

/** A room's id says who opened it: nobody else can found a room of this id. */
export function roomIdOf(opener: PeerKey, seed: Uint8Array): RoomId {
  const hash = createHash('sha256').update('roundtable/room-id/1\0').update(opener.bytes).update(seed).digest();
  return v.parse(RoomId, toHex(hash.subarray(0, 16)));
}

export function signEntry(keys: IdentityKeys, facts: EntryFacts): SignedRosterEntry {
  const signed = new ByteWriter()
    .uint(entryVersion, 1)
    .uint(kinds[facts.body.kind], 1)
    .bytes(fromHex(facts.roomId))
    .bytes(keys.publicKey)
    .uint(facts.lamport, 4)
    .uint(facts.turn, 4)
    .uint(facts.at, 6)
    .bytes(writeReferences(facts.past))
    .bytes(writeBody(facts.body))
    .finish();
  const bytes = joinBytes([signed, keys.sign('roundtable/room-entry/1', signed)]);
  const { lamport, turn, at, past, body } = facts;
  return { id: idOf(signed), author: keys.peerId, lamport, turn, at, past, body, bytes };
}

/** The entry, or null: malformed, of another room, not signed by its author, or a thing nobody may ever write. Never throws. */
export function readEntry(bytes: Uint8Array, roomId: RoomId, opener: PeerId): SignedRosterEntry | null {
  if (bytes.length > limits.roomEntryBytes) return null;
  try {
    const entry = readLayout(bytes, roomId);
    return entry && isPossible(entry, roomId, opener) && isGenuine(entry) ? entry : null;
  } catch {
    return null; // Neither a name nor a key where one should stand.
  }
}

function isGenuine({ author, bytes }: SignedRosterEntry): boolean {
  const end = bytes.length - signatureBytes;
  return isSignedBy(peerKey(author), 'roundtable/room-entry/1', bytes.subarray(0, end), bytes.subarray(end));
}

/** Rules that need no other entry. */
function isPossible({ author, lamport, turn, body }: RosterEntry, roomId: RoomId, opener: PeerId): boolean {
  if (lamport < 1 || lamport > limits.roomLamportMost || turn < 1) return false;
  if (body.kind === 'found') return author === opener && roomIdOf(peerKey(author), body.seed) === roomId;
  if (body.kind === 'remove' || body.kind === 'admit') return body.subject !== author && body.subject !== opener;
  return body.kind !== 'lost' || body.subject !== author;
}

function readLayout(bytes: Uint8Array, roomId: RoomId): SignedRosterEntry | null {
  const signed = bytes.subarray(0, Math.max(0, bytes.length - signatureBytes));
  const reader = new ByteReader(signed);
  const version = reader.uint(1);
  const kind = kindOf(reader.uint(1));
  const room = reader.bytes(16);
  const author = reader.bytes(32);
  const lamport = reader.uint(4);
  const turn = reader.uint(4);
  const at = reader.uint(6);
  const past = readReferences(reader, limits.roomPastMost);
  if (version !== entryVersion || !kind || !room || toHex(room) !== roomId || !author) return null;
  if (lamport === null || turn === null || at === null || !past) return null;
  const body = readBody(kind, reader);
  if (!body || reader.left > 0) return null;
  return { id: idOf(signed), author: peerIdOf(author), lamport, turn, at, past, body, bytes: new Uint8Array(bytes) };
}

function writeBody(body: EntryBody): Uint8Array {
  const writer = new ByteWriter();
  switch (body.kind) {
    case 'found':
      return writer.bytes(body.seed).finish();
    case 'join': {
      const name = new TextEncoder().encode(body.name);
      return writer.bytes(fromHex(body.stay)).uint(name.length, 1).bytes(name).finish();
    }
    case 'leave':
      return writer.bytes(fromHex(body.stay)).finish();
    case 'admit':
      return writer.bytes(peerKey(body.subject).bytes).finish();
    case 'remove':
      return writer.bytes(peerKey(body.subject).bytes).bytes(writeReferences(body.kept)).finish();
    case 'lost':
      return writer.bytes(peerKey(body.subject).bytes).uint(body.joinTurn, 4).bytes(fromHex(body.stay)).finish();
    case 'lock':
      return writer.uint(Number(body.isLocked), 1).finish();
  }
}

function readBody(kind: EntryKind, reader: ByteReader): EntryBody | null {
  switch (kind) {
    case 'found': {
      const seed = reader.bytes(foundingSeedBytes);
      return seed && { kind, seed };
    }
    case 'join': {
      const stay = readStay(reader);
      const name = readName(reader);
      return stay && name !== null ? { kind, stay, name } : null;
    }
    case 'leave': {
      const stay = readStay(reader);
      return stay && { kind, stay };
    }
    case 'admit': {
      const subject = readPerson(reader);
      return subject && { kind, subject };
    }
    case 'remove': {
      const subject = readPerson(reader);
      const kept = readReferences(reader, limits.roomKeptMost);
      return subject && kept ? { kind, subject, kept } : null;
    }
    case 'lost': {
      const subject = readPerson(reader);
      const joinTurn = reader.uint(4);
      const stay = readStay(reader);
      return subject && joinTurn !== null && stay ? { kind, subject, joinTurn, stay } : null;
    }
    case 'lock': {
      const flag = reader.uint(1);
      return flag === 0 || flag === 1 ? { kind, isLocked: flag === 1 } : null;
    }
  }
}

function writeReferences(references: readonly EntryReference[]): Uint8Array {
  return joinBytes([Uint8Array.of(references.length), ...references.map(fromHex)]);
}

function readReferences(reader: ByteReader, most: number): EntryReference[] | null {
  const count = reader.uint(1);
  if (count === null || count > most) return null;
  const bytes = reader.bytes(count * referenceBytes);
  if (!bytes) return null;
  return Array.from({ length: count }, (_, index) =>
    toHex(bytes.subarray(index * referenceBytes, (index + 1) * referenceBytes)),
  );
}

/** Throws when the key is none that `peerKey` accepts. */
function readPerson(reader: ByteReader): PeerId | null {
  const bytes = reader.bytes(32);
  return bytes && peerKey(peerIdOf(bytes)).peerId;
}

function readStay(reader: ByteReader): StayId | null {
  const bytes = reader.bytes(8);
  return bytes && v.parse(StayId, toHex(bytes));
}

function readName(reader: ByteReader): string | null {
  const bytes = reader.bytes(reader.uint(1) ?? 0);
  return bytes && decodeName(bytes);
}

/** The name these bytes are, byte for byte, or null. */
export function decodeName(bytes: Uint8Array): string | null {
  return exactText(bytes, DisplayName);
}

function idOf(signed: Uint8Array): string {
  return toHex(createHash('sha256').update(signed).digest());
}

function kindOf(code: number | null): EntryKind | null {
  // Sound: the keys of a constant object literal.
  return (Object.keys(kinds) as EntryKind[]).find((kind) => kinds[kind] === code) ?? null;
}
