// One signed line of an author's log (docs/protocol/chat.md): its bytes, its signature and its id. Whether it may join the log
// is the intake's question.
import { createHash } from 'node:crypto';
import * as v from 'valibot';
import { ConversationId, EntryId, chatEntryMaxBytes } from '#shared/chat';
import type { PeerId } from '#shared/identity';
import { fromHex, toHex } from '#main/services/byte-layout';
import { decodeExactly, encodeCbor } from '#main/services/bounded-cbor';
import { readBody, writeBody } from '#main/services/chat/body-layout';
import {
  isActCode,
  kindCodes,
  kindOfCode,
  type ChatKind,
  type EntryBody,
  type Spell,
} from '#main/services/chat/bodies';
import type { IdentityKeys } from '#main/services/identity-keys';
import { peerIdOf, peerKey, type PeerKey } from '#main/services/peer-keys';
import { serviceLimits as limits } from '#main/services/service-limits';
import { isSignedBy, signatureBytes } from '#main/services/signing';

const layoutVersion = 1;

export type Stream = 'acts' | 'talk';

/** Which log of a conversation: an author's acts or what they say, of one membership. */
export interface LogName {
  readonly author: PeerId;
  readonly spell: Spell;
  readonly stream: Stream;
}

export interface EntryFacts extends Omit<LogName, 'stream'> {
  readonly conversationId: ConversationId;
  /** 1 for the first of its log; each names the id of the one before. */
  readonly sequence: number;
  readonly previous: EntryId | null;
  /** Above that of every entry that counted for its author: the order of a conversation, whatever the clocks say. */
  readonly lamport: number;
  /** The author's clock, milliseconds. */
  readonly at: number;
}

export interface ChatEntry extends EntryFacts, LogName {
  readonly id: EntryId;
  readonly code: number;
  /** Null for a kind of a later version: kept and passed on, not understood. */
  readonly kind: ChatKind | null;
  /** Null when it is not understood, or was taken back. */
  readonly body: EntryBody | null;
  readonly header: Uint8Array;
  readonly signature: Uint8Array;
  /** Null when it was taken back: then `proof` is the entry that did so, or null where the words were deleted by whoever kept them. */
  readonly bodyBytes: Uint8Array | null;
  readonly proof: Uint8Array | null;
}

const bytesOf = (length: number) =>
  v.pipe(
    v.instance(Uint8Array),
    v.check((bytes) => bytes.length === length),
  );
const emptyOr = (length: number) =>
  v.pipe(
    v.instance(Uint8Array),
    v.check((bytes) => bytes.length === 0 || bytes.length === length),
  );
const whole = (least: number, most: number) => v.pipe(v.number(), v.integer(), v.minValue(least), v.maxValue(most));

const Wire = v.strictTuple([
  v.instance(Uint8Array),
  bytesOf(signatureBytes),
  v.instance(Uint8Array),
  v.instance(Uint8Array),
]);
const Header = v.strictTuple([
  v.literal(layoutVersion),
  bytesOf(16),
  bytesOf(32),
  emptyOr(16),
  whole(1, limits.chatSequenceMost),
  emptyOr(32),
  whole(1, limits.chatLamportMost),
  whole(0, limits.chatTimeMostMs),
  whole(1, 255),
  bytesOf(32),
]);

export function pairConversation(one: PeerKey, other: PeerKey): ConversationId {
  const keys = [one, other].sort((a, b) => (a.peerId < b.peerId ? -1 : 1)).map(({ bytes }) => bytes);
  return conversationIdOf('roundtable/chat-pair/1\0', ...keys);
}

/** A group's id says who made it: nobody else can. */
export function groupConversation(maker: PeerKey, seed: string): ConversationId {
  return conversationIdOf('roundtable/chat-group/1\0', maker.bytes, fromHex(seed));
}

function conversationIdOf(label: string, ...parts: readonly Uint8Array[]): ConversationId {
  const hash = createHash('sha256').update(label);
  for (const part of parts) hash.update(part);
  return v.parse(ConversationId, toHex(hash.digest().subarray(0, 16)));
}

export function signChatEntry(
  keys: IdentityKeys,
  facts: Omit<EntryFacts, 'author'>,
  body: EntryBody,
  salt: Uint8Array,
): ChatEntry {
  const bodyBytes = writeBody(body, salt);
  const code = kindCodes[body.kind];
  const header = encodeCbor([
    layoutVersion,
    fromHex(facts.conversationId),
    keys.publicKey,
    fromHex(facts.spell),
    facts.sequence,
    fromHex(facts.previous ?? ''),
    facts.lamport,
    facts.at,
    code,
    sha256(bodyBytes),
  ]);
  const signature = keys.sign('roundtable/chat-entry/1', header);
  const kind = kindOfCode(code);
  return {
    ...facts,
    author: keys.peerId,
    stream: isActCode(code) ? 'acts' : 'talk',
    id: idOf(header),
    code,
    kind,
    body,
    header,
    signature,
    bodyBytes,
    proof: null,
  };
}

export function entryBytes({
  header,
  signature,
  bodyBytes,
  proof,
}: Pick<ChatEntry, 'header' | 'signature' | 'bodyBytes' | 'proof'>): Uint8Array {
  return encodeCbor([
    header,
    signature,
    bodyBytes ?? new Uint8Array(),
    bodyBytes ? new Uint8Array() : (proof ?? new Uint8Array()),
  ]);
}

/** The entry as it stands, its signature not looked at; null when it is malformed in any way. Never throws. */
export function parseChatEntry(bytes: Uint8Array): ChatEntry | null {
  return parse(bytes, takenBack);
}

function parse(bytes: Uint8Array, withoutWords: (entry: ChatEntry) => ChatEntry | null): ChatEntry | null {
  if (bytes.length > chatEntryMaxBytes) return null;
  const wire = decodeExactly(Wire, bytes);
  const fields = wire && decodeExactly(Header, wire[0]);
  if (!wire || !fields) return null;
  const [header, signature, bodyBytes, proof] = wire;
  const [, conversation, author, spell, sequence, previous, lamport, at, code, bodyHash] = fields;
  const known = namesOf(conversation, author, previous);
  if (!known || (sequence === 1) !== (previous.length === 0)) return null;
  const kind = kindOfCode(code);
  const facts = {
    ...known,
    spell: toHex(spell),
    sequence,
    lamport,
    at,
    id: idOf(header),
    code,
    kind,
    header,
    signature,
  };
  const stream: Stream = isActCode(code) ? 'acts' : 'talk';
  if (bodyBytes.length === 0) return withoutWords({ ...facts, stream, body: null, bodyBytes: null, proof });
  if (proof.length > 0 || !Buffer.from(sha256(bodyBytes)).equals(bodyHash)) return null;
  const body = kind && readBody(kind, bodyBytes);
  if (kind && !body) return null;
  return { ...facts, stream, body, bodyBytes, proof: null };
}

export function isGenuine({ author, header, signature }: Pick<ChatEntry, 'author' | 'header' | 'signature'>): boolean {
  try {
    return isSignedBy(peerKey(author), 'roundtable/chat-entry/1', header, signature);
  } catch {
    return false; // a key that nothing may trust
  }
}

/**
 * An entry without its words brings its author's word that it was taken back, or nothing: then whoever handed it on has deleted
 * the words for themself, and others may still have them.
 */
function takenBack(entry: ChatEntry): ChatEntry | null {
  if (entry.stream === 'acts') return null;
  if (entry.proof === null || entry.proof.length === 0) return { ...entry, proof: null };
  const withdrawal = parse(entry.proof, () => null);
  if (withdrawal?.body?.kind !== 'withdraw') return null;
  const { target, also } = withdrawal.body;
  const isTheirs = withdrawal.author === entry.author && withdrawal.conversationId === entry.conversationId;
  return isTheirs && [target, ...also].includes(entry.id) && isGenuine(withdrawal) ? entry : null;
}

function namesOf(conversation: Uint8Array, author: Uint8Array, previous: Uint8Array) {
  try {
    return {
      conversationId: v.parse(ConversationId, toHex(conversation)),
      author: peerIdOf(author),
      previous: previous.length === 0 ? null : v.parse(EntryId, toHex(previous)),
    };
  } catch {
    return null;
  }
}

function idOf(header: Uint8Array): EntryId {
  return v.parse(EntryId, toHex(sha256(header)));
}

function sha256(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(createHash('sha256').update(bytes).digest());
}
