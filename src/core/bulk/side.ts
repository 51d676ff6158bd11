// One further connection beside a link, for blocks of one direction: from whoever opened it to the other. It must end at the certificates
// that the link was proven with, so it needs no proof of its own.
import { areEqual } from '#core/base/bytes';
import { Scope } from '#core/base/scope';
import type { SideSignal } from '#core/bulk/messages';
import type { Outlet } from '#core/bulk/upload';
import { Signalling } from '#core/peers/signalling';
import type { Clock, Connection } from '#core/ports';
import { limits } from '#core/wire/limits';
import { paces } from '#core/wire/paces';

export interface SideDeps {
  readonly connection: Connection;
  /** The link it stands beside. */
  readonly link: Pick<Connection, 'fingerprints'>;
  /** I opened it, and send over it; else I receive. */
  readonly isMine: boolean;
  readonly clock: Clock;
  say(signal: SideSignal): void;
  /** It is theirs as surely as the link is. */
  opened(side: Side): void;
  drained(): void;
  /** False when what came breaks the rules. */
  received(part: Uint8Array<ArrayBuffer>): boolean;
  /** `isLost`: something may have been under way. */
  ended(side: Side, isLost: boolean): void;
}

export class Side implements Outlet {
  readonly #deps: SideDeps;
  readonly #scope = new Scope();
  readonly #signalling: Signalling;
  #isOpen = false;
  #emptySinceMs: number | null = null;
  #early: Uint8Array<ArrayBuffer>[] = [];

  constructor(deps: SideDeps) {
    this.#deps = deps;
    const { connection, clock, isMine } = deps;
    this.#signalling = new Signalling({
      connection,
      clock,
      scope: this.#scope,
      isPolite: !isMine,
      send: (signal) => deps.say(signal),
      failed: () => this.#lose(),
    });
    this.#follow(connection);
    this.#scope.onEnd(
      clock.after(paces.bulkSideOpenMs, () => {
        if (!this.#isOpen) this.#lose();
      }),
    );
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  get waitingBytes(): number {
    return this.#deps.connection.bulkWaitingBytes;
  }

  offer(): void {
    this.#signalling.offer();
  }

  receive(signal: SideSignal): void {
    if (signal.kind === 'bye') this.#end(false);
    else if (signal.kind === 'lost') this.#end(true);
    else this.#signalling.receive(signal);
  }

  send(part: Uint8Array<ArrayBuffer>): boolean {
    return this.#isOpen && this.#deps.connection.sendBulk(part);
  }

  /** It is given nothing more. Closes once that has been so long empty that all has come. */
  rest(isEmpty: boolean): void {
    const nowMs = this.#deps.clock.now();
    if (!isEmpty) this.#emptySinceMs = null;
    else this.#emptySinceMs ??= nowMs;
    const isOver = this.#emptySinceMs !== null && nowMs - this.#emptySinceMs >= paces.bulkSideLingerMs;
    if ((this.#isOpen && !isOver) || this.#scope.hasEnded) return;
    this.#deps.say({ kind: 'bye' });
    this.#end(false);
  }

  /** The link it stands beside is over. */
  stop(): void {
    this.#scope.end();
  }

  #follow(connection: Connection): void {
    const { isMine } = this.#deps;
    this.#scope.onEnd(() => connection.close());
    const offs = [
      connection.events.on('controlOpened', () => void this.#check()),
      connection.events.on('controlBroken', () => this.#lose()),
      connection.events.on('bulkBroken', () => this.#lose()),
      connection.events.on('bulkDrained', () => this.#deps.drained()),
      connection.events.on('bulkReceived', (part) => {
        if (!isMine) this.#receivePart(part);
      }),
      connection.state.onChange(() => {
        const state = connection.state.snapshot;
        if (state === 'disconnected' || state === 'failed' || state === 'closed') this.#lose();
      }),
    ];
    for (const off of offs) this.#scope.onEnd(off);
  }

  async #check(): Promise<void> {
    const { connection, link } = this.#deps;
    const [own, proven] = await Promise.all([connection.fingerprints(), link.fingerprints()]).catch(() => [null, null]);
    if (this.#scope.hasEnded) return;
    if (!own || !proven || !areEqual(own.local, proven.local) || !areEqual(own.remote, proven.remote)) {
      this.#lose();
      return;
    }
    this.#isOpen = true;
    this.#deps.opened(this);
    for (const part of this.#early.splice(0)) this.#receivePart(part);
  }

  #receivePart(part: Uint8Array<ArrayBuffer>): void {
    if (this.#scope.hasEnded) return;
    const isFine = this.#isOpen ? this.#deps.received(part) : this.#early.length < limits.bulkSideEarlyParts;
    if (!isFine) this.#lose();
    else if (!this.#isOpen) this.#early.push(part);
  }

  #lose(): void {
    if (this.#scope.hasEnded) return;
    this.#deps.say({ kind: 'lost' });
    this.#end(true);
  }

  #end(isLost: boolean): void {
    if (this.#scope.hasEnded) return;
    this.#scope.end();
    this.#deps.ended(this, isLost);
  }
}
