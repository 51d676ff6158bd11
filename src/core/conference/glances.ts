// A look into a room before joining it: asks its link's maker, and members I am linked with already, who is inside, again
// and again while I stand at the door. Believed are only those who could also let me in.
import { Failure, type FailureCode } from '#shared/failure';
import type { PeerId } from '#shared/identity';
import type { RoomDoor, RoomOutlook } from '#shared/room';
import type { Scope } from '#core/base/scope';
import { Store, type ReadableStore } from '#core/base/store';
import type { RoomsDeps } from '#core/conference/parts';
import type { RoomBody, RoomWire } from '#core/conference/room-wire';
import type { RoomGlance } from '#core/conference/snapshot';
import { approach } from '#core/peers/approach';
import { limits } from '#core/wire/limits';
import { paces } from '#core/wire/paces';

type Answer = RoomBody<'room.peek-answer'>;

export interface GlancesDeps extends Pick<RoomsDeps, 'host' | 'peers' | 'mailbox' | 'clock' | 'readName' | 'scope'> {
  readonly wire: Pick<RoomWire, 'session' | 'isOpen' | 'send'>;
}

interface Glance {
  readonly outlook: RoomOutlook;
  readonly scope: Scope;
  readonly sinceMs: number;
  readonly answers: Map<PeerId, { readonly answer: Answer; readonly atMs: number }>;
}

/** The best of several answers first: who is not inside may not know that others are. */
const order: readonly Answer['answer'][] = ['inside', 'locked', 'expired', 'refused', 'ended'];

export class Glances {
  readonly #deps: GlancesDeps;
  readonly #store = new Store<RoomGlance | null>(null);
  #scope: Scope | null = null;
  #glance: Glance | null = null;

  constructor(deps: GlancesDeps) {
    this.#deps = deps;
  }

  /** Null while I stand at no door. */
  get store(): ReadableStore<RoomGlance | null> {
    return this.#store;
  }

  /** The maker of the link at whose door I stand may be linked with. */
  isPerson(peerId: PeerId): boolean {
    return this.#glance?.outlook.maker === peerId;
  }

  begin(door: RoomDoor): void {
    this.end();
    const scope = this.#deps.scope.child();
    this.#scope = scope;
    this.#store.set({ phase: 'asking' });
    void this.#stand(door, scope);
  }

  end(): void {
    if (!this.#scope) return;
    this.#scope.end();
    this.#scope = null;
    this.#glance = null;
    this.#store.set(null);
    void this.#deps.host.leaveDoor().catch(() => undefined);
    this.#deps.peers.dropUnaccepted();
  }

  receive(from: PeerId, answer: Answer): void {
    const glance = this.#glance;
    if (glance?.outlook.roomId !== answer.roomId || !this.#asked(glance).includes(from)) return;
    glance.answers.set(from, { answer, atMs: this.#deps.clock.now() });
    this.#publish(glance);
  }

  async #stand(door: RoomDoor, scope: Scope): Promise<void> {
    const { host, wire, clock } = this.#deps;
    try {
      const outlook = await host.standAtDoor(door);
      if (scope.hasEnded) return;
      const glance = { outlook, scope, sinceMs: clock.now(), answers: new Map() };
      this.#glance = glance;
      if (outlook.maker !== null && !wire.isOpen(outlook.maker)) this.#reach(glance, outlook.maker);
      void this.#ask(glance);
    } catch (reason) {
      if (!scope.hasEnded) this.#store.set({ phase: 'over', code: Failure.from(reason).code });
    }
  }

  /** Not for ever: who is away is asked when they come. */
  #reach(glance: Glance, maker: PeerId): void {
    const { outlook, scope } = glance;
    const trying = scope.child();
    const cancel = this.#deps.clock.after(paces.roomReachForMs, () => {
      trying.end();
    });
    trying.onEnd(cancel);
    const gaveUp = (code: FailureCode): void => {
      if (this.#asked(glance).length > 1) return; // others may still tell
      scope.end();
      this.#store.set({ phase: 'over', code });
    };
    const { mailbox, wire } = this.#deps;
    const hasLink = (): boolean => wire.session(maker) !== null;
    approach({
      ...this.#deps,
      maker,
      scope: trying,
      hasLink,
      mustAsk: () => !hasLink(),
      request: async (signal) => {
        await mailbox.requestRoom(outlook.roomId, signal);
      },
      gaveUp,
    });
  }

  async #ask(glance: Glance): Promise<void> {
    const { readName, wire, clock } = this.#deps;
    const { outlook, scope } = glance;
    const name = await readName();
    if (scope.hasEnded) return;
    const open = this.#asked(glance).filter((peerId) => wire.isOpen(peerId));
    const pass = outlook.pass && new Uint8Array(outlook.pass);
    for (const to of open.slice(0, limits.roomPeekAsked))
      wire.send(to, 'room.peek', { roomId: outlook.roomId, name, pass });
    this.#publish(glance);
    // Soon after the door, because the link may just be opening; then at leisure.
    const hasHeard = glance.answers.size > 0;
    const cancel = clock.after(hasHeard || open.length > 0 ? paces.roomPeekEveryMs : paces.roomPeekFirstMs, () => {
      forget();
      void this.#ask(glance);
    });
    const forget = scope.onEnd(cancel);
  }

  #asked({ outlook }: Glance): readonly PeerId[] {
    const { maker, admitted } = outlook;
    return maker === null ? admitted : [maker, ...admitted.filter((peerId) => peerId !== maker)];
  }

  #publish(glance: Glance): void {
    const nowMs = this.#deps.clock.now();
    const fresh = [...glance.answers.values()].filter(({ atMs }) => nowMs - atMs < paces.roomPeekStaleMs);
    const best = fresh.toSorted((a, b) => rank(a.answer) - rank(b.answer) || b.atMs - a.atMs)[0]?.answer;
    this.#store.set(best ? view(best) : this.#unanswered(glance, nowMs));
  }

  /** Nobody who could tell is there, or they do not say. */
  #unanswered({ outlook, sinceMs }: Glance, nowMs: number): RoomGlance {
    const isReaching = outlook.maker !== null && nowMs - sinceMs < paces.roomReachForMs;
    return isReaching || nowMs - sinceMs < paces.roomPeekStaleMs ? { phase: 'asking' } : { phase: 'away' };
  }
}

const rank = ({ answer }: Answer): number => order.indexOf(answer);

function view({ answer, people, isLocked }: Answer): RoomGlance {
  if (answer === 'inside') return { phase: 'seen', people, isLocked };
  if (answer === 'locked') return { phase: 'locked' };
  if (answer === 'ended') return { phase: 'away' };
  return { phase: 'over', code: answer === 'expired' ? 'room-link-expired' : 'room-refused' };
}
