// Keeps what this member knows of the roster equal to what the others know. Main judges every entry, one batch after the
// other; here is only who is told what, and when.
import { Failure } from '#shared/failure';
import type { PeerId } from '#shared/identity';
import type { Roster, RosterAct, RosterChange, RoomId } from '#shared/room';
import { toHex } from '#core/base/bytes';
import type { Scope } from '#core/base/scope';
import type { RoomHost } from '#core/conference/parts';
import type { RoomWire } from '#core/conference/room-wire';
import type { Clock } from '#core/ports';
import { limits } from '#core/wire/limits';
import { paces } from '#core/wire/paces';

export interface RosterSyncDeps {
  readonly roomId: RoomId;
  readonly host: Pick<RoomHost, 'applyRosterEntries' | 'actInRoom' | 'listRosterEntries'>;
  readonly wire: Pick<RoomWire, 'send'>;
  readonly clock: Clock;
  readonly scope: Scope;
  /** Those with a link who may read the roster. */
  readonly readers: () => readonly PeerId[];
  readonly changed: (before: Roster, roster: Roster) => void;
  /** What they sent was forged or not theirs to say. */
  readonly refused: (from: PeerId) => void;
}

const messageEntries = 24;

/** Entries in messages of at most `limits.rosterMessageBytes`. */
export function batched(entries: readonly Uint8Array[]): readonly (readonly Uint8Array[])[] {
  const batches: Uint8Array[][] = [];
  let [bytes, last] = [Infinity, new Array<Uint8Array>()];
  for (const entry of entries) {
    if (bytes + entry.length > limits.rosterMessageBytes || last.length >= messageEntries) {
      [bytes, last] = [0, []];
      batches.push(last);
    }
    last.push(entry);
    bytes += entry.length;
  }
  return batches;
}

export class RosterSync {
  readonly #deps: RosterSyncDeps;
  /** Entries that main has judged valid, as hex: what comes again costs nothing. */
  readonly #known = new Set<string>();
  readonly #queued = new Map<PeerId, number>();
  readonly #sentAllAtMs = new Map<PeerId, number>();
  #work: Promise<unknown> = Promise.resolve();
  #roster: Roster;

  constructor(deps: RosterSyncDeps, roster: Roster) {
    this.#deps = deps;
    this.#roster = roster;
    this.#tell();
  }

  get roster(): Roster {
    return this.#roster;
  }

  /** Signs an entry of mine and spreads it. Fails as `actInRoom` does. */
  async act(act: RosterAct): Promise<void> {
    await this.#inTurn(async () => {
      const { host, roomId } = this.#deps;
      this.#take(await host.actInRoom({ roomId, act }), null);
    });
  }

  receiveEntries(from: PeerId, entries: readonly Uint8Array[]): void {
    const fresh = entries.filter((entry) => !this.#known.has(toHex(entry)));
    const queued = this.#queued.get(from) ?? 0;
    // What is dropped here comes again after the next digest.
    if (fresh.length === 0 || queued >= limits.rosterQueued) return;
    this.#queued.set(from, queued + 1);
    void this.#inTurn(async () => {
      this.#queued.set(from, (this.#queued.get(from) ?? 1) - 1);
      const unknown = fresh.filter((entry) => !this.#known.has(toHex(entry))).map((entry) => new Uint8Array(entry));
      if (unknown.length === 0 || this.#deps.scope.hasEnded) return;
      const { host, roomId } = this.#deps;
      this.#take(await host.applyRosterEntries({ roomId, entries: unknown }), from);
    }).catch((reason: unknown) => {
      // A room that main does not know any more is about to end; anything else comes again with the next digest.
      if (!(reason instanceof Failure)) throw reason;
    });
  }

  receiveDigest(from: PeerId, digest: string): void {
    if (digest === this.#roster.digest) return;
    this.#known.clear(); // main keeps a bounded number of entries, and may need one again
    void this.sendAll(from);
  }

  sendDigest(to: PeerId): void {
    const { wire, roomId } = this.#deps;
    wire.send(to, 'room.digest', { roomId, digest: this.#roster.digest });
  }

  /** All entries, but not to the same person again and again. */
  async sendAll(to: PeerId, how: 'unless-just-sent' | 'always' = 'unless-just-sent'): Promise<void> {
    const { host, roomId, clock, scope } = this.#deps;
    const nowMs = clock.now();
    const sentAtMs = this.#sentAllAtMs.get(to) ?? -Infinity;
    if (how !== 'always' && nowMs - sentAtMs < paces.rosterResendMs) return;
    this.#sentAllAtMs.set(to, nowMs);
    const entries = await host.listRosterEntries({ roomId }).catch(() => []);
    if (!scope.hasEnded) this.#send(to, entries);
  }

  #send(to: PeerId, entries: readonly Uint8Array[]): void {
    const { wire, roomId } = this.#deps;
    for (const batch of batched(entries))
      wire.send(to, 'room.entries', { roomId, entries: batch.map((entry) => new Uint8Array(entry)) });
  }

  #take({ roster, accepted, refused }: RosterChange, from: PeerId | null): void {
    if (this.#deps.scope.hasEnded) return;
    for (const entry of accepted) this.#known.add(toHex(entry));
    const before = new Set(this.#deps.readers());
    const last = this.#roster;
    this.#roster = roster;
    // Whom the change shuts out is told of it too, once, by those who were linked with them.
    for (const to of new Set([...before, ...this.#deps.readers()])) if (to !== from) this.#send(to, accepted);
    if (roster.digest !== last.digest) this.#deps.changed(last, roster);
    if (refused > 0 && from) this.#deps.refused(from);
  }

  #inTurn(work: () => Promise<void>): Promise<void> {
    const done = this.#work.then(work);
    this.#work = done.catch(() => undefined);
    return done;
  }

  /** What got lost on the way is found by comparing digests now and then. */
  #tell(): void {
    const { clock, scope } = this.#deps;
    const cancel = clock.after(paces.rosterDigestMs, () => {
      forget();
      for (const to of this.#deps.readers()) this.sendDigest(to);
      this.#tell();
    });
    const forget = scope.onEnd(cancel);
  }
}
