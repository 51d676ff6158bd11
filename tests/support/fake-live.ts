// A live stream without a codec, and its crypto without the waiting: an encoder on the test's clock, an output that keeps what it was
// given, and signatures and seals that are really checked.
import { createHmac, timingSafeEqual } from 'node:crypto';
import { ed25519 } from '@noble/curves/ed25519.js';
import { Emitter } from '#core/base/emitter';
import { Store } from '#core/base/store';
import type { Clock } from '#core/ports';
import type {
  FrameCipher,
  LiveCrypto,
  LiveEncoder,
  LiveEncoderEvents,
  LiveFrame,
  LiveOutput,
  LiveOutputState,
} from '#core/ports/live';

type Bytes = Uint8Array<ArrayBuffer>;

/** Frames of a picture and of sound, each with its number in it. */
export class FakeEncoder implements LiveEncoder {
  readonly events = new Emitter<LiveEncoderEvents>();
  readonly made: LiveFrame[] = [];
  keyFramesAsked = 0;
  isClosed = false;
  readonly #clock: Clock;
  readonly #everyMs: number;
  readonly #bytes: number;
  readonly #keyEvery: number;
  #cancel: () => void = () => undefined;
  #count = 0;
  #keyIsDue = true;

  constructor(clock: Clock, { everyMs = 100, bytes = 60, keyEvery = 20 } = {}) {
    this.#clock = clock;
    this.#everyMs = everyMs;
    this.#bytes = bytes;
    this.#keyEvery = keyEvery;
    this.#next();
  }

  use(): void {
    this.#keyIsDue = true;
  }

  nowUs(): number {
    return this.#count * this.#everyMs * 1_000;
  }

  requestKeyFrame(): void {
    this.keyFramesAsked += 1;
    this.#keyIsDue = true;
  }

  close(): void {
    this.isClosed = true;
    this.#cancel();
  }

  #next(): void {
    this.#cancel = this.#clock.after(this.#everyMs, () => {
      this.#next();
      const isKey = this.#keyIsDue || this.#count % this.#keyEvery === 0;
      this.#keyIsDue = false;
      this.#give(
        { kind: 'video', isKey, codec: 'vp8', width: 640, height: 360 },
        isKey ? this.#bytes * 4 : this.#bytes,
      );
      this.#give({ kind: 'audio', isKey: true, codec: 'opus', width: 0, height: 0 }, this.#bytes);
      this.#count += 1;
    });
  }

  #give(facts: Omit<LiveFrame, 'data' | 'timestampUs'>, bytes: number): void {
    const data = new Uint8Array(bytes);
    new DataView(data.buffer).setUint32(0, this.#count);
    const frame = { ...facts, timestampUs: this.#count * this.#everyMs * 1_000, data };
    this.made.push(frame);
    this.events.emit('encoded', frame);
  }
}

/** Keeps every frame with when it came and when it was captured. */
export class FakeOutput implements LiveOutput {
  readonly state = new Store<LiveOutputState>({
    phase: 'waiting',
    code: null,
    behindMs: null,
    bufferedMs: 0,
    size: null,
    framesShown: 0,
    framesDropped: 0,
    stalls: 0,
  });
  readonly tracks = new Store<{ readonly video: null; readonly audio: null }>({ video: null, audio: null });
  readonly events = new Emitter<{ needsKeyFrame: undefined }>();
  readonly frames: { readonly frame: LiveFrame; readonly capturedAtMs: number; readonly atMs: number }[] = [];
  isClosed = false;
  delayMs: number;
  readonly #clock: Clock;

  constructor(clock: Clock, delayMs: number) {
    this.#clock = clock;
    this.delayMs = delayMs;
  }

  push(frame: LiveFrame, capturedAtMs: number): void {
    this.frames.push({ frame, capturedAtMs, atMs: this.#clock.now() });
  }

  setDelay(delayMs: number): void {
    this.delayMs = delayMs;
  }

  close(): void {
    this.isClosed = true;
  }
}

const mac = (key: Bytes, ...parts: readonly Bytes[]): Bytes => {
  const hmac = createHmac('sha256', key);
  for (const part of parts) hmac.update(part);
  return new Uint8Array(hmac.digest());
};

/** A secret per public key stands in for the curve: whoever has only the public key cannot sign. */
export class FakeLiveCrypto implements LiveCrypto {
  static readonly #secrets = new Map<string, Bytes>();
  readonly #random: (length: number) => Bytes;

  constructor(random: (length: number) => Bytes) {
    this.#random = random;
  }

  async createSigner(): ReturnType<LiveCrypto['createSigner']> {
    const secret = this.#random(32);
    const publicKey = new Uint8Array(ed25519.getPublicKey(secret)); // main takes no other
    FakeLiveCrypto.#secrets.set(publicKey.join(), secret);
    return {
      publicKey,
      sign: async (bytes) => new Uint8Array([...mac(secret, bytes), ...new Uint8Array(32)]),
    };
  }

  async verifier(publicKey: Bytes): ReturnType<LiveCrypto['verifier']> {
    const secret = FakeLiveCrypto.#secrets.get(publicKey.join()) ?? this.#random(32);
    return async (bytes, signature) => timingSafeEqual(mac(secret, bytes), signature.subarray(0, 32));
  }

  async frameCipher(baseKey: Bytes): Promise<FrameCipher> {
    const tagOf = (counter: Bytes, metadata: Bytes, body: Bytes): Bytes =>
      mac(baseKey, counter, metadata, body).slice(0, 16);
    return {
      seal: async (counter, metadata, plaintext) => {
        const sealed = new Uint8Array(8 + plaintext.length + 16);
        new DataView(sealed.buffer).setUint32(4, counter);
        sealed.set(plaintext, 8);
        sealed.set(tagOf(sealed.slice(0, 8), metadata, plaintext), 8 + plaintext.length);
        return sealed;
      },
      open: async (metadata, sealed) => {
        if (sealed.length < 24) return null;
        const [counter, plaintext] = [sealed.slice(0, 8), sealed.slice(8, -16)];
        if (!timingSafeEqual(tagOf(counter, metadata, plaintext), sealed.slice(-16))) return null;
        return { counter: new DataView(counter.buffer).getUint32(4), plaintext };
      },
    };
  }
}
