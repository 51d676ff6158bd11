// Main's side of signalling for tests: "seals" as text that names sender and receiver, refuses strangers and replays, and
// proves links by comparing the fingerprints both sides saw. A secret per person stands in for the key.
import type { HandSignal } from '#shared/by-hand';
import { Failure } from '#shared/failure';
import type { PeerId } from '#shared/identity';
import type { CallInput, CallOutput, Host } from '#shared/contract';
import { proofVersion, type SessionId, type SessionSignal } from '#shared/signal';
import { prefixed, toHex } from '#core/base/bytes';

interface Sealed {
  readonly from: PeerId;
  readonly to: PeerId;
  readonly serial: string;
  readonly session: SessionId;
  readonly message: SessionSignal;
  readonly signature: string;
}

type SealedByHand = Omit<Sealed, 'message'> & { readonly signal: HandSignal };

interface ProofMessage {
  readonly step: 1 | 2 | 3;
  readonly by: PeerId;
  readonly signature: string;
}

const text = new TextEncoder();
const bytesOf = (value: unknown): Uint8Array<ArrayBuffer> => new Uint8Array(text.encode(JSON.stringify(value)));
const read = (bytes: Uint8Array): unknown => JSON.parse(new TextDecoder().decode(bytes));

let serial = 0;

/** Never again, also after a restart. */
const nextSerial = (): string => `${process.pid} ${(serial += 1)}`;

type Part = Pick<
  Host,
  | 'sealByHand'
  | 'inspectByHand'
  | 'openByHand'
  | 'sealSignal'
  | 'openSignal'
  | 'sealRequest'
  | 'sealRoomRequest'
  | 'sealCastRequest'
  | 'advanceProof'
>;

export class FakeHost implements Part {
  readonly self: PeerId;
  readonly contacts = new Set<PeerId>();
  /** Sealing for these fails. */
  readonly changedKeys = new Set<PeerId>();
  /** Others than contacts whom a room lets near. */
  mayLink: (peerId: PeerId) => boolean = () => false;
  /** The first byte of what it says of its proof. */
  version = proofVersion;
  readonly #seen = new Set<string>();

  constructor(self: PeerId) {
    this.self = self;
  }

  async sealSignal({ to, session, message }: CallInput<'sealSignal'>): Promise<CallOutput<'sealSignal'>> {
    if (this.changedKeys.has(to)) throw new Failure('key-changed');
    if (!this.contacts.has(to) && !this.mayLink(to)) throw new Failure('contact-unknown');
    return this.seal(to, session, message);
  }

  seal(to: PeerId, session: SessionId, message: SessionSignal): Uint8Array<ArrayBuffer> {
    const own = { from: this.self, to, serial: nextSerial(), session, message };
    return bytesOf({ ...own, signature: this.#sign(JSON.stringify(own)) });
  }

  async openSignal({ blob }: CallInput<'openSignal'>): Promise<CallOutput<'openSignal'>> {
    let sealed: Sealed;
    try {
      sealed = read(blob) as Sealed; // sound: used only once its signature has been checked
    } catch {
      return { outcome: 'dropped', reason: 'malformed', from: null };
    }
    const { signature, ...own } = sealed;
    const { from } = sealed;
    if (sealed.to !== this.self) return { outcome: 'dropped', reason: 'not-for-me', from: null };
    if (signature !== signBy(from, JSON.stringify(own))) return { outcome: 'dropped', reason: 'forged', from: null };
    if (this.#seen.has(sealed.serial)) return { outcome: 'dropped', reason: 'replayed', from };
    this.#seen.add(sealed.serial);
    if (!this.contacts.has(from) && !this.mayLink(from)) return { outcome: 'dropped', reason: 'unknown-sender', from };
    return { outcome: 'session', from, session: sealed.session, message: sealed.message };
  }

  /** Sealed as signals are, and used up once. */
  async sealByHand({ to, session, signal }: CallInput<'sealByHand'>): Promise<CallOutput<'sealByHand'>> {
    if (!this.contacts.has(to)) throw new Failure('contact-unknown');
    const own = { from: this.self, to, serial: nextSerial(), session, signal };
    const signed = { ...own, signature: this.#sign(JSON.stringify(own)) };
    return `roundtable:h1/${Buffer.from(bytesOf(signed)).toString('base64url')}`;
  }

  async inspectByHand({ text: given }: CallInput<'inspectByHand'>): Promise<CallOutput<'inspectByHand'>> {
    const { from, session, signal } = this.#readByHand(given);
    return { kind: signal.kind, from, session, madeAt: 0 };
  }

  async openByHand({ text: given }: CallInput<'openByHand'>): Promise<CallOutput<'openByHand'>> {
    const { from, session, signal, serial: used } = this.#readByHand(given);
    this.#seen.add(used);
    return { from, session, signal };
  }

  #readByHand(given: string): SealedByHand {
    // Sound: tests give only what was sealed here.
    const sealed = read(Buffer.from(given.split('/')[1] ?? '', 'base64url')) as SealedByHand;
    const { signature, ...own } = sealed;
    if (sealed.to !== this.self) throw new Failure('by-hand-for-others');
    if (signature !== signBy(sealed.from, JSON.stringify(own))) throw new Failure('by-hand-damaged');
    if (this.#seen.has(sealed.serial)) throw new Failure('by-hand-used');
    if (!this.contacts.has(sealed.from)) throw new Failure('by-hand-stranger');
    return sealed;
  }

  async sealRequest(): Promise<CallOutput<'sealRequest'>> {
    throw new Failure('contact-unknown');
  }

  async sealRoomRequest({ roomId }: CallInput<'sealRoomRequest'>): Promise<CallOutput<'sealRoomRequest'>> {
    throw new Failure('room-unknown', roomId);
  }

  async sealCastRequest({ castId }: CallInput<'sealCastRequest'>): Promise<CallOutput<'sealCastRequest'>> {
    throw new Failure('cast-over', castId);
  }

  async advanceProof(step: CallInput<'advanceProof'>): Promise<CallOutput<'advanceProof'>> {
    const isInitiator = step.role === 'initiator';
    const [local, remote] = [toHex(step.localFingerprint), toHex(step.remoteFingerprint)];
    const facts = [step.session, ...(isInitiator ? [local, remote] : [remote, local])].join();
    const say = (number: 1 | 2 | 3): Uint8Array<ArrayBuffer> =>
      new Uint8Array(
        prefixed(this.version, bytesOf({ step: number, by: this.self, signature: this.#sign(`${number},${facts}`) })),
      );
    if (step.message === null) {
      if (!isInitiator) throw new Failure('identity-unproven');
      return { reply: say(1), proven: null };
    }
    if (step.message[0] !== this.version) throw new Failure('version-differs');
    const heard = read(step.message.subarray(1)) as ProofMessage; // sound: its signature is checked below
    const expected = isInitiator ? [2] : [1, 3];
    if (!expected.includes(heard.step)) throw new Failure('identity-unproven');
    if (heard.signature !== signBy(step.peerId, `${heard.step},${facts}`)) throw new Failure('identity-unproven');
    const spoken = ['four', 'words', 'from', step.session.slice(0, 8)];
    if (heard.step === 1) return { reply: say(2), proven: null };
    return { reply: heard.step === 2 ? say(3) : null, proven: { spoken } };
  }

  #sign(message: string): string {
    return signBy(this.self, message);
  }
}

/** Only FakeHost of that person and the checks of others call this; an attacker in a test never does. */
function signBy(peerId: PeerId, message: string): string {
  let hash = 0x811c9dc5;
  for (const char of `secret of ${peerId}:${message}`) hash = Math.imul(hash ^ char.charCodeAt(0), 0x01000193) >>> 0;
  return hash.toString(16);
}
