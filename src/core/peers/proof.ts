// The exchange that proves that this very DTLS connection ends at that person's key. Carries messages between the control
// channel and main, which signs and checks; any deviation ends it.
import { Failure, type FailureCode } from '#shared/failure';
import type { PeerId } from '#shared/identity';
import { proofVersion, type SessionId } from '#shared/signal';
import { prefixed } from '#core/base/bytes';
import type { Clock, Connection, Host } from '#core/ports';
import { frame } from '#core/wire/codec';
import { limits } from '#core/wire/limits';

export interface ProofDeps {
  peerId: PeerId;
  session: SessionId;
  role: 'initiator' | 'responder';
  connection: Pick<Connection, 'fingerprints' | 'sendControl'>;
  host: Pick<Host, 'advanceProof'>;
  clock: Clock;
  proven(result: Proven): void;
  failed(code: FailureCode): void;
}

export interface Proven {
  readonly spoken: readonly string[];
  /** As seen when it was proven; the connection must keep them. */
  readonly fingerprints: { readonly local: Uint8Array; readonly remote: Uint8Array };
}

/** Failures that do not say that somebody is not who they claim to be: those of my own side, and another version. */
const otherFailures: ReadonlySet<FailureCode> = new Set([
  'version-differs',
  'key-changed',
  'contact-blocked',
  'contact-not-accepted',
  'contact-unknown',
  'shell-disconnected',
  'window-superseded',
]);

const mostMessages = 2;

export class Proof {
  readonly #deps: ProofDeps;
  #fingerprints: Promise<Proven['fingerprints']> | null = null;
  #steps: Promise<void> = Promise.resolve();
  #received = 0;
  #isOver = false;
  #cancelTimeout: () => void = () => undefined;

  constructor(deps: ProofDeps) {
    this.#deps = deps;
  }

  /** The control channel is open. The initiator speaks first. */
  begin(): void {
    if (this.#fingerprints || this.#isOver) return;
    this.#fingerprints = this.#deps.connection.fingerprints();
    this.#cancelTimeout = this.#deps.clock.after(limits.proofTimeoutMs, () => {
      this.#fail('identity-unproven');
    });
    if (this.#deps.role === 'initiator') this.#enqueue(null);
  }

  /** A message of the other side, without its frame byte. */
  receive(message: Uint8Array): void {
    if (this.#isOver) return;
    this.begin();
    this.#received += 1;
    if (this.#received > mostMessages || message.length > limits.proofMessageBytes) this.#fail('identity-unproven');
    else this.#enqueue(message);
  }

  stop(): void {
    this.#isOver = true;
    this.#cancelTimeout();
  }

  #enqueue(message: Uint8Array | null): void {
    this.#steps = this.#steps.then(async () => {
      try {
        if (!this.#isOver) await this.#step(message);
      } catch (reason) {
        const { code } = Failure.from(reason);
        if (code === 'version-differs' && !this.#isOver) this.#tellVersion();
        this.#fail(otherFailures.has(code) ? code : 'identity-unproven');
      }
    });
  }

  async #step(message: Uint8Array | null): Promise<void> {
    const { peerId, session, role, host, connection } = this.#deps;
    const fingerprints = await this.#fingerprints;
    if (!fingerprints) return;
    const { reply, proven } = await host.advanceProof({
      peerId,
      session,
      role,
      localFingerprint: new Uint8Array(fingerprints.local),
      remoteFingerprint: new Uint8Array(fingerprints.remote),
      message: message && new Uint8Array(message),
    });
    if (this.#hasStopped()) return;
    if (reply && !connection.sendControl(prefixed(frame.proof, reply)))
      throw new Failure('link-lost', 'proof not sent');
    if (!proven) return;
    this.stop();
    this.#deps.proven({ spoken: proven.spoken, fingerprints });
  }

  /** Else the other side would learn of a broken link only; the initiator has told its version by its first message. */
  #tellVersion(): void {
    if (this.#deps.role === 'responder')
      this.#deps.connection.sendControl(prefixed(frame.proof, Uint8Array.of(proofVersion)));
  }

  #hasStopped(): boolean {
    return this.#isOver;
  }

  #fail(code: FailureCode): void {
    if (this.#isOver) return;
    this.stop();
    this.#deps.failed(code);
  }
}
