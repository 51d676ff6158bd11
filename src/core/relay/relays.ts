// Friends who carry connections of friends: what comes over the links with them goes to those who carry or those who are carried, and
// who has no direct path is brought to a friend in time.
import type { FailureCode } from '#shared/failure';
import type { PeerId } from '#shared/identity';
import type { ReadableStore } from '#core/base/store';
import type { Peers } from '#core/peers/peers';
import type { Session } from '#core/peers/session';
import { readPart } from '#core/relay/carried-part';
import { Carriers } from '#core/relay/carriers';
import { Carrying, type CarryingDeps, type Helped } from '#core/relay/carrying';
import { Detours, type DetoursDeps } from '#core/relay/detours';
import { relayMessages } from '#core/relay/messages';
import type { RelayWire } from '#core/relay/relay-wire';
import { limits } from '#core/wire/limits';
import type { Joined } from '#core/wire/router';

type Given = Omit<DetoursDeps, 'wire' | 'carriers' | 'peers'> & Omit<CarryingDeps, 'wire'>;

export interface RelaysDeps extends Given {
  readonly peers: Pick<Peers, 'adopt' | 'session' | 'seekDirect' | 'events'>;
  /** Whether a server passes signals on now, to anybody. */
  readonly hasServer: () => boolean;
}

interface Link {
  readonly session: Session;
  readonly joined: Joined<typeof relayMessages>;
  /** What they know of my willingness. */
  told: boolean;
  strays: number;
}

export class Relays {
  readonly #deps: RelaysDeps;
  readonly #links = new Map<PeerId, Link>();
  readonly #carriers: Carriers;
  readonly #carrying: Carrying;
  readonly #detours: Detours;

  constructor(deps: RelaysDeps) {
    this.#deps = deps;
    const { peers, terms, scope, clock } = deps;
    const wire = this.#wire();
    this.#carriers = new Carriers(clock);
    this.#carrying = new Carrying({ ...deps, wire });
    this.#detours = new Detours({ ...deps, wire, carriers: this.#carriers });
    scope.onEnd(peers.events.on('opened', (session) => this.#adopt(session)));
    scope.onEnd(peers.events.on('attempted', (session) => this.#watch(session)));
    scope.onEnd(
      terms.onChange(() => {
        for (const peerId of this.#links.keys()) this.#tellWilling(peerId);
      }),
    );
  }

  get helped(): ReadableStore<readonly Helped[]> {
    return this.#carrying.helped;
  }

  get via(): Detours['via'] {
    return this.#detours.via;
  }

  get events(): Detours['events'] {
    return this.#detours.events;
  }

  /** Friends who may pass signals on to `to`: only where no server is left, as they see whom I look for. */
  signalCarriersFor(to: PeerId): readonly PeerId[] {
    const { mayUse, isFriend, hasServer } = this.#deps;
    return hasServer() || !mayUse() || !isFriend(to) ? [] : this.#carriers.willing.filter(isFriend);
  }

  mayCarrySignals(from: PeerId, to: PeerId): boolean {
    return this.#carrying.mayCarrySignals(from, to);
  }

  /** For somebody whom an attempt of mine did not reach. Null: no friend can help; else settles when one did or none could. */
  elsewhere(attempt: Pick<Session, 'peerId' | 'role'>, code: FailureCode | null): Promise<unknown> | null {
    const isPathless = code === 'peer-unreachable' || code === 'peer-silent' || code === 'rendezvous-down';
    return isPathless && attempt.role === 'initiator' ? this.#detours.seek(attempt.peerId) : null;
  }

  /** After a change of contacts or settings. */
  recheck(): void {
    this.#detours.recheck();
    for (const peerId of this.#links.keys()) {
      if (this.#deps.isFriend(peerId)) this.#tellWilling(peerId);
      else this.#carrying.dropOf(peerId);
    }
  }

  #wire(): RelayWire {
    return {
      isOpen: (peerId) => this.#links.get(peerId)?.session.state.snapshot.phase === 'open',
      send: (to, kind, body) => this.#links.get(to)?.joined.send(kind, body) ?? false,
      sendPart: (to, part) => this.#links.get(to)?.session.connection.sendRelay(part) ?? false,
      session: (peerId) => this.#links.get(peerId)?.session ?? null,
    };
  }

  /** Nobody is carried through a link that is carried itself. */
  #adopt(session: Session): void {
    const { peerId } = session;
    if (session.via !== null) return;
    const joined = session.router.join(relayMessages, {
      'relay.willing': ({ isOn }) => this.#carriers.setWilling(peerId, isOn),
      'relay.ask': (ask) => this.#carrying.ask(peerId, ask),
      'relay.answer': ({ tunnel, key }) => this.#carrying.answer(peerId, tunnel, key),
      'relay.leave': ({ tunnel }) => this.#carrying.leave(peerId, tunnel),
      'relay.asked': (asked) => void this.#detours.asked(peerId, asked),
      'relay.answered': ({ tunnel, key }) => this.#detours.answered(peerId, tunnel, key),
      'relay.left': ({ tunnel }) => this.#detours.left(peerId, tunnel),
    });
    this.#links.set(peerId, { session, joined, told: false, strays: 0 });
    const offs = [
      session.connection.events.on('relayReceived', (part) => this.#receive(peerId, part)),
      session.connection.events.on('relayDrained', () => {
        this.#carrying.drained(peerId);
        this.#detours.drained(peerId);
      }),
    ];
    session.state.onChange(() => {
      if (session.state.snapshot.phase !== 'closed') return;
      for (const off of offs) off();
      if (this.#links.get(peerId)?.session === session) this.#forget(peerId);
    });
    this.#tellWilling(peerId);
  }

  #forget(peerId: PeerId): void {
    this.#links.delete(peerId);
    this.#carriers.setWilling(peerId, false);
    this.#carrying.dropOf(peerId);
    this.#detours.dropThrough(peerId);
  }

  #receive(peerId: PeerId, bytes: Uint8Array<ArrayBuffer>): void {
    const link = this.#links.get(peerId);
    const part = readPart(bytes);
    if (!link) return;
    if (!part) link.session.close('protocol-broken');
    else if (this.#carrying.pass(peerId, part.tunnel, bytes)) link.strays = 0;
    else if (this.#detours.receive(peerId, part.tunnel, part.sealed)) link.strays = 0;
    else if ((link.strays += 1) > limits.relayStray) link.session.close('protocol-broken');
  }

  #tellWilling(peerId: PeerId): void {
    const { isFriend, terms } = this.#deps;
    const isOn = terms.snapshot !== null;
    const link = this.#links.get(peerId);
    if (!link || link.told === isOn || !isFriend(peerId)) return;
    if (link.joined.send('relay.willing', { isOn })) link.told = isOn;
  }

  /** An attempt that hangs, and a link that broke, get a friend's help after a while; direct ways go on being tried. */
  #watch(session: Session): void {
    if (session.role !== 'initiator' || session.via !== null) return;
    const { clock } = this.#deps;
    let cancel = (): void => undefined;
    const wait = (ms: number): void => {
      cancel = clock.after(ms, () => {
        void this.#detours.seek(session.peerId);
        wait(limits.relayAskAgainMs);
      });
    };
    const look = (): void => {
      const { phase } = session.state.snapshot;
      cancel();
      if (phase !== 'dialing' && phase !== 'repairing') return;
      wait(limits.relayAfterMs);
    };
    session.state.onChange(look);
    look();
  }
}
