// One attempt and the link that comes of it: its events go into the log, and while somebody looks, or nothing stands yet, its
// connection is read every second.
import type { IceCandidate } from '#shared/signal';
import { Scope } from '#core/base/scope';
import type { Clock } from '#core/ports';
import type { PathReading } from '#core/ports/diagnosis';
import type { Session } from '#core/peers/session';
import { limits } from '#core/wire/limits';
import { natOf, readCandidate, type CandidateLine } from '#core/doctor/candidate-line';
import type { LinkLog } from '#core/doctor/link-log';
import { recordLimits } from '#core/doctor/record';
import { sampleOf, type CountersAt } from '#core/doctor/sample';

export interface FollowedLinkDeps {
  readonly session: Session;
  readonly log: LinkLog;
  readonly clock: Clock;
  readonly isWatched: () => boolean;
  /** It closed by itself. */
  readonly closed: () => void;
}

/** The pair is settled by then. */
const settledAfterMs = 3_000;

export class FollowedLink {
  readonly #deps: FollowedLinkDeps;
  readonly #scope = new Scope();
  readonly #seen: Record<'mine' | 'theirs', CandidateLine[]> = { mine: [], theirs: [] };
  #counters: CountersAt | null = null;
  #path = '';
  #readUntilMs = Infinity;
  #cancel: (() => void) | null = null;

  constructor(deps: FollowedLinkDeps) {
    this.#deps = deps;
    const { session, log } = deps;
    const { connection, peerId, role } = session;
    const isNew = session.state.snapshot.phase === 'dialing';
    if (isNew) log.note(peerId, { what: 'attempt', role });
    else this.#noteState();
    this.#scope.onEnd(session.state.onChange(() => this.#noteState()));
    this.#scope.onEnd(
      connection.state.onChange(() => log.note(peerId, { what: 'connection', state: connection.state.snapshot })),
    );
    this.#scope.onEnd(connection.events.on('gathered', (candidate) => this.#noteCandidates('mine', [candidate])));
    this.#scope.onEnd(() => this.#cancel?.());
    this.look();
  }

  end(): void {
    this.#scope.end();
  }

  /** Candidates of theirs, signalled sealed. */
  heard(candidates: readonly IceCandidate[]): void {
    this.#noteCandidates('theirs', candidates);
  }

  /** Whoever looks begins or ends. */
  look(): void {
    if (this.#cancel || this.#scope.hasEnded || !this.#isWanted()) return;
    this.#cancel = this.#deps.clock.after(recordLimits.sampleEveryMs, () => {
      this.#cancel = null;
      void this.#read().then(() => {
        this.look();
      });
    });
  }

  #isWanted(): boolean {
    return this.#deps.isWatched() || this.#deps.clock.now() < this.#readUntilMs;
  }

  #noteState(): void {
    const { session, log, clock, closed } = this.#deps;
    const { peerId } = session;
    const state = session.state.snapshot;
    // Whoever is told may have begun another attempt, which ended this.
    if (state.phase === 'dialing' || this.#scope.hasEnded) return;
    if (state.phase === 'closed') log.note(peerId, { what: 'closed', code: state.code });
    else log.note(peerId, { what: state.phase });
    this.#readUntilMs = state.phase === 'open' ? clock.now() + settledAfterMs : Infinity;
    if (state.phase === 'closed') {
      this.end();
      closed();
    } else if (state.phase === 'open') void this.#read();
    this.look();
  }

  #noteCandidates(side: 'mine' | 'theirs', candidates: readonly IceCandidate[]): void {
    const { session, log } = this.#deps;
    const seen = this.#seen[side];
    for (const { candidate } of candidates) {
      const line = readCandidate(candidate);
      if (!line || seen.length >= limits.candidatesPerConnection) continue;
      const isKnown = seen.some(
        ({ address, port, kind }) => address === line.address && port === line.port && kind === line.kind,
      );
      if (isKnown) continue;
      seen.push(line);
      const { kind, family, place, transport } = line;
      log.note(session.peerId, { what: 'candidate', side, candidate: { kind, family, place, transport } });
    }
    log.noteNat(session.peerId, side, natOf(seen));
  }

  async #read(): Promise<void> {
    const { session, log, clock } = this.#deps;
    const reading = await session.connection.diagnose().catch(() => null); // not there yet, or not any more
    if (!reading || this.#scope.hasEnded) return;
    const now = { ...reading.counters, atMs: clock.now() };
    const isOpen = session.state.snapshot.phase === 'open';
    // A second reading within the same second would only tear the rates.
    const isSoon = this.#counters !== null && now.atMs - this.#counters.atMs < recordLimits.sampleEveryMs / 2;
    log.noteReading(session.peerId, reading, isOpen && !isSoon ? sampleOf(this.#counters, now) : null);
    if (!isSoon) this.#counters = now;
    this.#notePath(reading);
  }

  #notePath({ path }: PathReading): void {
    const { session, log } = this.#deps;
    const key = JSON.stringify(path);
    if (!path || key === this.#path) return;
    this.#path = key;
    log.note(session.peerId, { what: 'path', path });
    // An address that no server had seen: this side is seen differently by each (RFC 8445 section 7.2.5.3.1).
    const { local, remote } = path;
    const had = (side: 'mine' | 'theirs'): boolean => this.#seen[side].some(({ kind }) => kind === 'srflx');
    if (local.kind === 'prflx' && local.place === 'public' && had('mine'))
      log.noteNat(session.peerId, 'mine', 'varying');
    if (remote.kind === 'prflx' && remote.place === 'public' && had('theirs'))
      log.noteNat(session.peerId, 'theirs', 'varying');
  }
}
