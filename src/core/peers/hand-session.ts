// One link whose descriptions people carry: gathers what goes into the text, takes what comes back, and goes on trying the
// addresses of the other side, whose turn may come hours later.
import type { HandSignal } from '#shared/by-hand';
import type { PeerId } from '#shared/identity';
import type { IceCandidate, SessionId } from '#shared/signal';
import type { Clock, Connection, Description, Host } from '#core/ports';
import { chooseCandidates } from '#core/peers/hand-candidates';
import type { Mailbox } from '#core/peers/mailbox';
import { Session } from '#core/peers/session';
import { limits } from '#core/wire/limits';
import { paces } from '#core/wire/paces';

interface HandSessionDeps {
  readonly peerId: PeerId;
  readonly sessionId: SessionId;
  readonly role: Session['role'];
  readonly isPolite: boolean;
  readonly connection: Connection;
  readonly mailbox: Pick<Mailbox, 'send' | 'check'>;
  readonly host: Pick<Host, 'advanceProof'>;
  readonly clock: Clock;
}

export class HandSession {
  readonly session: Session;
  readonly #deps: HandSessionDeps;
  readonly #gathered: IceCandidate[] = [];
  readonly #unlisten: (() => void)[];
  #description: Description | null = null;
  #isGathered = false;
  #onGathered: () => void = () => undefined;
  #cancelKnock: () => void = () => undefined;

  constructor(deps: HandSessionDeps) {
    this.#deps = deps;
    const { events } = deps.connection;
    this.#unlisten = [
      events.on('described', (description) => (this.#description ??= description)),
      events.on('gathered', (candidate) => {
        if (this.#gathered.length < limits.candidatesPerConnection) this.#gathered.push(candidate);
      }),
      events.on('gatheringEnded', () => {
        this.#isGathered = true;
        this.#onGathered();
      }),
    ];
    this.session = new Session({ ...deps, isByHand: true, mailbox: this.#mailboxOnceOpen() });
    this.session.state.onChange(() => {
      const { phase } = this.session.state.snapshot;
      if (phase === 'open' || phase === 'closed') this.#stop();
    });
  }

  /** The text's content, once everything is gathered or enough time has passed; null when there is nothing to carry. */
  async gather(kind: HandSignal['kind']): Promise<HandSignal | null> {
    if (!this.#isGathered) {
      await new Promise<void>((resolve) => {
        const cancel = this.#deps.clock.after(paces.handGatherMs, resolve);
        this.#onGathered = () => {
          cancel();
          resolve();
        };
      });
    }
    const candidates = chooseCandidates(this.#gathered);
    if (this.#description?.kind !== kind || candidates.length === 0) return null;
    return { kind, sdp: this.#description.sdp, candidates };
  }

  /** What they gave me: their offer, or their answer to mine. */
  take({ kind, sdp, candidates }: HandSignal): void {
    if (kind === 'offer') this.session.answer({ kind, sdp, candidates });
    else this.session.receive({ kind, sdp, candidates });
    this.#knockLater(candidates, this.#deps.clock.now());
  }

  /**
   * A candidate nobody answered from is given up by ICE long before somebody has carried a text. Given again, it is tried
   * again, which also keeps the way through a NAT open (RFC 8445 section 7.3.1.4).
   */
  #knockLater(candidates: readonly IceCandidate[], sinceMs: number): void {
    const { clock, connection } = this.#deps;
    const isLate = clock.now() - sinceMs > paces.handLateMs;
    this.#cancelKnock = clock.after(isLate ? paces.handLateKnockMs : paces.handKnockMs, () => {
      connection.addCandidates(candidates).catch(() => undefined); // tried once already
      this.#knockLater(candidates, sinceMs);
    });
  }

  #stop(): void {
    this.#cancelKnock();
    this.#onGathered();
    for (const unlisten of this.#unlisten.splice(0)) unlisten();
  }

  /** Until the link is proven its signals go into the text; then they may take every way there is. */
  #mailboxOnceOpen(): Pick<Mailbox, 'send' | 'check'> {
    const { mailbox } = this.#deps;
    return {
      check: () => {
        mailbox.check();
      },
      send: async (to, session, message, signal) =>
        this.session.spoken === null ? 'by-hand' : await mailbox.send(to, session, message, signal),
    };
  }
}
