// Rooms on disk: how one was entered, its entries, and the passes of the links made into it.
import * as v from 'valibot';
import { DisplayName, PeerId } from '#shared/identity';
import { RoomId, RoomName } from '#shared/room';
import type { Database } from '#main/services/database';
import { serviceLimits } from '#main/services/service-limits';

const RoomRow = v.object({
  room_id: RoomId,
  name: RoomName,
  opener_peer_id: PeerId,
  host_peer_id: v.nullable(PeerId),
  pass: v.nullable(v.instance(Uint8Array)),
  last_inside_at: v.number(),
  people: v.pipe(v.string(), v.parseJson(), v.array(DisplayName)),
});
export type RoomRow = v.InferOutput<typeof RoomRow>;

const EntryRow = v.object({ entry_id: v.string(), bytes: v.instance(Uint8Array) });
const PassRow = v.object({ room_id: RoomId, secret: v.instance(Uint8Array), expires_at: v.number() });
/** What is written may be a view into anything. */
type Written<T> = { readonly [K in keyof T]: T[K] extends Uint8Array | null ? Uint8Array | Extract<T[K], null> : T[K] };
type PassRow = Written<v.InferOutput<typeof PassRow>>;
const Count = v.object({ count: v.number() });

/** All calls fail as `Database` does. Rooms of an identity that was set aside are not found. */
export class RoomRows {
  readonly #database: Database;
  readonly #owner: () => PeerId;

  constructor(database: Database, owner: () => PeerId) {
    this.#database = database;
    this.#owner = owner;
  }

  /** Newest first. */
  list(): RoomRow[] {
    const sql = 'SELECT * FROM rooms WHERE owner_peer_id = :owner ORDER BY last_inside_at DESC, room_id LIMIT :most';
    return this.#database.all(sql, { owner: this.#owner(), most: serviceLimits.roomsKept }, RoomRow);
  }

  find(roomId: RoomId): RoomRow | null {
    const sql = 'SELECT * FROM rooms WHERE room_id = :roomId AND owner_peer_id = :owner';
    return this.#database.one(sql, { roomId, owner: this.#owner() }, RoomRow);
  }

  /** Added, or entered again by another link. The oldest rooms above the limit are forgotten. */
  keep(room: Written<Omit<RoomRow, 'people'>>): void {
    this.#database.transaction(() => {
      this.#database.run(
        `INSERT INTO rooms (room_id, owner_peer_id, name, opener_peer_id, host_peer_id, pass, last_inside_at, people)
         VALUES (:roomId, :owner, :name, :opener, :host, :pass, :at, '[]')
         ON CONFLICT (room_id) DO UPDATE SET owner_peer_id = :owner, name = :name, opener_peer_id = :opener, host_peer_id = :host, pass = :pass,
           last_inside_at = :at`,
        {
          roomId: room.room_id,
          owner: this.#owner(),
          name: room.name,
          opener: room.opener_peer_id,
          host: room.host_peer_id,
          pass: room.pass,
          at: room.last_inside_at,
        },
      );
      this.#database.run(
        `DELETE FROM rooms WHERE room_id IN
           (SELECT room_id FROM rooms ORDER BY last_inside_at DESC, room_id LIMIT -1 OFFSET :most)`,
        { most: serviceLimits.roomsKept },
      );
    });
  }

  noteInside(roomId: RoomId, at: number, people: readonly string[]): void {
    const sql = 'UPDATE rooms SET last_inside_at = :at, people = :people WHERE room_id = :roomId';
    this.#database.run(sql, { roomId, at, people: JSON.stringify(people) });
  }

  forget(roomId: RoomId): void {
    this.#database.run('DELETE FROM rooms WHERE room_id = :roomId AND owner_peer_id = :owner', {
      roomId,
      owner: this.#owner(),
    });
  }

  entries(roomId: RoomId): Uint8Array[] {
    const sql = 'SELECT entry_id, bytes FROM room_entries WHERE room_id = :roomId ORDER BY entry_id';
    return this.#database.all(sql, { roomId }, EntryRow).map(({ bytes }) => bytes);
  }

  changeEntries(
    roomId: RoomId,
    added: readonly { readonly id: string; readonly bytes: Uint8Array }[],
    spent: readonly { readonly id: string }[],
  ): void {
    if (added.length + spent.length === 0) return;
    this.#database.transaction(() => {
      for (const { id, bytes } of added) {
        this.#database.run(
          'INSERT OR IGNORE INTO room_entries (room_id, entry_id, bytes) VALUES (:roomId, :id, :bytes)',
          {
            roomId,
            id,
            bytes,
          },
        );
      }
      for (const { id } of spent)
        this.#database.run('DELETE FROM room_entries WHERE room_id = :roomId AND entry_id = :id', { roomId, id });
    });
  }

  addPass(passId: string, { room_id, secret, expires_at }: PassRow, nowMs: number): void {
    this.#database.run('DELETE FROM room_passes WHERE expires_at <= :nowMs', { nowMs });
    this.#database.run(
      'INSERT INTO room_passes (pass_id, room_id, secret, expires_at) VALUES (:passId, :roomId, :secret, :expiresAt)',
      { passId, roomId: room_id, secret, expiresAt: expires_at },
    );
  }

  countPasses(roomId: RoomId, nowMs: number): number {
    const sql = 'SELECT count(*) AS count FROM room_passes WHERE room_id = :roomId AND expires_at > :nowMs';
    return this.#database.one(sql, { roomId, nowMs }, Count)?.count ?? 0;
  }

  findPass(passId: string): PassRow | null {
    return this.#database.one('SELECT * FROM room_passes WHERE pass_id = :passId', { passId }, PassRow);
  }
}
