// The rooms of this person: the signed rosters of those that are open, the links into them, and what is kept of all.
import * as v from 'valibot';
import { Failure } from '#shared/failure';
import type { PeerId } from '#shared/identity';
import {
  StayId,
  type EnteredRoom,
  type KnownRoom,
  type RoomDoor,
  type RoomId,
  type RoomOutlook,
  type RoomPreview,
  type RosterAct,
  type RosterChange,
} from '#shared/room';
import { toHex } from '#main/services/byte-layout';
import type { Clock } from '#main/services/clock';
import type { Contacts } from '#main/services/contacts';
import type { Database } from '#main/services/database';
import type { IdentityStore } from '#main/services/identity-store';
import { isLinkProof, linkIdOf } from '#main/services/link-request';
import { OpenRoom } from '#main/services/open-room';
import { peerKey } from '#main/services/peer-keys';
import { draftAct } from '#main/services/room-acts';
import { foundingSeedBytes, roomIdOf, signEntry, type SignedRosterEntry } from '#main/services/room-entry';
import {
  formatRoomLink,
  readRoomLink,
  readRoomPass,
  roomSecretBytes,
  type RoomLink,
  type RoomPass,
} from '#main/services/room-links';
import { RoomRows, type RoomRow } from '#main/services/room-rows';
import { serviceLimits as limits } from '#main/services/service-limits';

interface RoomsOptions {
  readonly database: Database;
  readonly identity: IdentityStore;
  readonly contacts: Contacts;
  readonly clock: Clock;
  readonly random: (length: number) => Uint8Array;
}

const hourMs = 3_600_000;

export class Rooms {
  readonly #options: RoomsOptions;
  readonly #rows: RoomRows;
  readonly #open = new Map<RoomId, OpenRoom>();
  /** The link at whose door I stand, so that its maker can be asked who is inside. */
  #door: RoomLink | null = null;

  constructor(options: RoomsOptions) {
    this.#options = options;
    this.#rows = new RoomRows(options.database, () => options.identity.keys.peerId);
  }

  /** A new room, founded by me; nobody sits in it yet. */
  open(name: string): EnteredRoom {
    const { identity, clock, database } = this.#options;
    const seed = this.#options.random(foundingSeedBytes);
    const roomId = roomIdOf(peerKey(identity.keys.peerId), seed);
    const at = clock.now();
    const founding = signEntry(identity.keys, {
      roomId,
      lamport: 1,
      turn: 1,
      at,
      past: [],
      body: { kind: 'found', seed },
    });
    return database.transaction(() => {
      this.#keep({ roomId, name, opener: identity.keys.peerId, host: null, pass: null });
      const room = new OpenRoom(roomId, identity.keys.peerId, null);
      this.#add(room, [founding]);
      this.#open.set(roomId, room);
      return this.#entered(room);
    });
  }

  /** Fails as `readRoomLink` does. */
  inspect(text: string): RoomPreview {
    const { roomId, name, maker, makerName, expiresAt } = readRoomLink(text);
    return { roomId, name, maker, makerName, expiresAt };
  }

  /**
   * Fails as `readRoomLink` does, `room-link-expired`, `contact-blocked` or `key-changed` for its maker, or `room-unknown`
   * for a link of mine into a room that I forgot.
   */
  enter(text: string): EnteredRoom {
    const link = this.#readGood(text);
    const { roomId, maker, opener } = link;
    if (maker === this.#options.identity.keys.peerId) return this.reopen(roomId);
    const known = this.#open.get(roomId) ?? this.#loaded(roomId);
    const entries = known?.entries ?? [];
    if (known && known.opener !== opener && entries.length > 0) throw new Failure('room-link-forged', 'another opener');
    this.#keep({ ...link, host: maker });
    const room = new OpenRoom(roomId, opener, maker);
    room.add(entries);
    this.#open.set(roomId, room);
    return this.#entered(room);
  }

  /** Keeps nothing. Fails as `enter` does, and `room-unknown` for a room of before that I forgot. */
  standAtDoor(door: RoomDoor): RoomOutlook {
    this.#door = null;
    if (door.by === 'room') return this.#outlook(door.roomId, null);
    const link = this.#readGood(door.text);
    if (link.maker === this.#options.identity.keys.peerId) return this.#outlook(link.roomId, null);
    this.#door = link;
    return this.#outlook(link.roomId, link);
  }

  leaveDoor(): void {
    this.#door = null;
  }

  /** Fails `room-unknown`. */
  reopen(roomId: RoomId): EnteredRoom {
    const room = this.#open.get(roomId) ?? this.#loaded(roomId);
    if (!room) throw new Failure('room-unknown');
    this.#open.set(roomId, room);
    return this.#entered(room);
  }

  /** Newest first. */
  list(): KnownRoom[] {
    return this.#rows.list().map(({ room_id, name, last_inside_at, people }) => {
      return { roomId: room_id, name, lastInsideAt: last_inside_at, people };
    });
  }

  close(roomId: RoomId): void {
    const room = this.#open.get(roomId);
    if (room && this.#isInside(room)) this.#noteInside(room);
    this.#open.delete(roomId);
  }

  forget(roomId: RoomId): void {
    this.#open.delete(roomId);
    this.#rows.forget(roomId);
  }

  /** Fails `room-unknown`, or as `draftAct` does. */
  act(roomId: RoomId, act: RosterAct): RosterChange {
    const { identity, clock, random } = this.#options;
    const room = this.#get(roomId);
    const stay = v.parse(StayId, toHex(random(8)));
    const draft = draftAct(room.merged, act, { self: identity.keys.peerId, at: clock.now(), stay });
    return this.#changed(room, draft ? [signEntry(identity.keys, { ...draft, roomId })] : [], 0);
  }

  /** What a stranger's bytes say is taken or counted as refused. Fails only `room-unknown` and as `Database` does. */
  apply(roomId: RoomId, signed: readonly Uint8Array[]): RosterChange {
    const room = this.#get(roomId);
    const { entries, refused } = room.read(signed);
    return this.#changed(room, entries, refused);
  }

  /** All that count; each after those it depends on. */
  listEntries(roomId: RoomId): Uint8Array<ArrayBuffer>[] {
    return this.#get(roomId).entries.map(({ bytes }) => bytes);
  }

  /** Fails `room-unknown`; `room-refused` for somebody who is not (any more) admitted. */
  makeLink(roomId: RoomId, hours: number): { link: string; expiresAt: number } {
    const { identity, clock, random, database } = this.#options;
    const room = this.#get(roomId);
    if (!this.#isAdmitted(room)) throw new Failure('room-refused', 'not admitted');
    const nowMs = clock.now();
    if (this.#rows.countPasses(roomId, nowMs) >= limits.roomPasses)
      throw new Failure('input-invalid', 'too many links');
    const secret = random(roomSecretBytes);
    // Full hours in the link: the same rounding here, so that both sides see one expiry.
    const expiresAt = Math.ceil((nowMs + hours * hourMs) / hourMs) * hourMs;
    const { name } = this.#row(roomId);
    const makerName = identity.identity.name;
    const link = formatRoomLink(identity.keys, { roomId, opener: room.opener, secret, expiresAt, name, makerName });
    database.transaction(() => {
      this.#rows.addPass(linkIdOf('room', secret), { room_id: roomId, secret, expires_at: expiresAt }, nowMs);
    });
    return { link, expiresAt };
  }

  checkPass(roomId: RoomId, bytes: Uint8Array): 'holds' | 'expired' | 'refused' {
    const room = this.#get(roomId);
    const pass = passIn(bytes);
    if (pass?.roomId !== roomId || pass.opener !== room.opener) return 'refused';
    if (!room.merged.standings.admitted.has(pass.maker)) return 'refused';
    return pass.expiresAt > this.#options.clock.now() ? 'holds' : 'expired';
  }

  /** Whom to ask to be let near, and the secret of their link. Fails `room-unknown`, `room-link-expired`. */
  requestOf(roomId: RoomId): { to: PeerId; secret: Uint8Array } {
    const door = this.#door?.roomId === roomId ? this.#door : null;
    const { to, pass } = door ? { to: door.maker, pass: door.pass } : this.#keptPass(roomId);
    if (to === null || pass === null) throw new Failure('room-unknown', 'not entered by a link');
    const { secret, expiresAt } = readRoomPass(pass);
    if (expiresAt <= this.#options.clock.now()) throw new Failure('room-link-expired');
    return { to, secret };
  }

  /** The open room this proof opens a way to, or null. */
  judgeRequest(passId: string, proof: Uint8Array, context: Uint8Array): RoomId | null {
    const pass = this.#rows.findPass(passId);
    const room = pass && this.#open.get(pass.room_id);
    if (!room || !this.#isAdmitted(room) || pass.expires_at <= this.#options.clock.now()) return null;
    return isLinkProof('room', pass.secret, context, proof) ? pass.room_id : null;
  }

  /** From now on signals of this person are let in for a while; false when too many ask at once. */
  takeRequest(roomId: RoomId, from: PeerId): boolean {
    return this.#open.get(roomId)?.takeRequest(from, this.#options.clock.now()) ?? false;
  }

  /** Whether an open room is a reason to link with this person. Says nothing of what contacts may forbid. */
  mayLink(peerId: PeerId): boolean {
    const nowMs = this.#options.clock.now();
    return this.#door?.maker === peerId || [...this.#open.values()].some((room) => room.isPerson(peerId, nowMs));
  }

  /** Who would know, by what is kept of the room: nobody, when nothing is. */
  #outlook(roomId: RoomId, link: RoomLink | null): RoomOutlook {
    const room = this.#open.get(roomId) ?? this.#loaded(roomId);
    if (!room && !link) throw new Failure('room-unknown');
    const pass = link?.pass ?? this.#rows.find(roomId)?.pass ?? null;
    const isValid = pass !== null && (passIn(pass)?.expiresAt ?? 0) > this.#options.clock.now();
    const admitted =
      room?.merged.roster.admitted.filter((peerId) => peerId !== this.#options.identity.keys.peerId) ?? [];
    return { roomId, maker: link?.maker ?? null, pass: isValid ? Uint8Array.from(pass) : null, admitted };
  }

  #keptPass(roomId: RoomId): { to: PeerId | null; pass: Uint8Array | null } {
    this.#get(roomId);
    const { host_peer_id: to, pass } = this.#row(roomId);
    return { to, pass };
  }

  /** Fails as `readRoomLink` does, `room-link-expired`, or as `#assertAcceptable` for its maker. */
  #readGood(text: string): RoomLink {
    const link = readRoomLink(text);
    if (link.expiresAt <= this.#options.clock.now()) throw new Failure('room-link-expired');
    this.#assertAcceptable(link.maker);
    return link;
  }

  #assertAcceptable(peerId: PeerId): void {
    const contact = this.#options.contacts.byPeer(peerId);
    if (contact?.state === 'blocked') throw new Failure('contact-blocked');
    if (contact?.trust === 'changed') throw new Failure('key-changed');
  }

  #keep(room: Pick<RoomLink, 'roomId' | 'name' | 'opener'> & { host: PeerId | null; pass: Uint8Array | null }): void {
    this.#rows.keep({
      room_id: room.roomId,
      name: room.name,
      opener_peer_id: room.opener,
      host_peer_id: room.host,
      pass: room.pass,
      last_inside_at: this.#options.clock.now(),
    });
  }

  #loaded(roomId: RoomId): OpenRoom | null {
    const row = this.#rows.find(roomId);
    if (!row) return null;
    const room = new OpenRoom(roomId, row.opener_peer_id, row.host_peer_id);
    room.add(room.read(this.#rows.entries(roomId)).entries);
    return room;
  }

  #get(roomId: RoomId): OpenRoom {
    const room = this.#open.get(roomId);
    if (!room) throw new Failure('room-unknown');
    return room;
  }

  #row(roomId: RoomId): RoomRow {
    const row = this.#rows.find(roomId);
    if (!row) throw new Failure('room-unknown');
    return row;
  }

  #entered(room: OpenRoom): EnteredRoom {
    const { roomId, merged } = room;
    const { name, host_peer_id: host, pass } = this.#row(roomId);
    const isValid = pass !== null && (passIn(pass)?.expiresAt ?? 0) > this.#options.clock.now();
    return { roomId, name, host, pass: isValid ? Uint8Array.from(pass) : null, roster: merged.roster };
  }

  #changed(room: OpenRoom, entries: readonly SignedRosterEntry[], refused: number): RosterChange {
    const wasInside = this.#isInside(room);
    const gained = this.#add(room, entries);
    if (wasInside || this.#isInside(room)) this.#noteInside(room);
    return { roster: room.merged.roster, accepted: gained.map(({ bytes }) => bytes), refused };
  }

  #add(room: OpenRoom, entries: readonly SignedRosterEntry[]): readonly SignedRosterEntry[] {
    const { gained, lost } = room.add(entries);
    this.#rows.changeEntries(room.roomId, gained, lost);
    return gained;
  }

  #isAdmitted({ merged }: OpenRoom): boolean {
    return merged.standings.admitted.has(this.#options.identity.keys.peerId);
  }

  #isInside({ merged }: OpenRoom): boolean {
    return merged.roster.members.some(({ peerId }) => peerId === this.#options.identity.keys.peerId);
  }

  #noteInside(room: OpenRoom): void {
    const { identity, clock } = this.#options;
    const others = [...room.merged.joins.values()].filter(({ author }) => author !== identity.keys.peerId);
    const names = others.map(({ body }) => body.name).sort();
    this.#rows.noteInside(room.roomId, clock.now(), names.slice(0, limits.roomSeats));
  }
}

function passIn(bytes: Uint8Array): RoomPass | null {
  try {
    return readRoomPass(bytes);
  } catch {
    return null;
  }
}
