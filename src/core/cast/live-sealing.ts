// From an encoded frame to signed packets, one frame after the other: numbers rise without a gap, and nothing waits for long.
import type { CastId } from '#shared/cast';
import { cutFrame, partsOf } from '#core/cast/frame-parts';
import { frameMetadata, sign, signedPart, writePart, writeWord, type CasterWord } from '#core/cast/packet';
import type { Held } from '#core/cast/packet-window';
import type { Clock } from '#core/ports';
import type { FrameCipher, LiveFrame, LiveSigner } from '#core/ports/live';
import { limits } from '#core/wire/limits';

export interface LiveSealingDeps {
  readonly castId: CastId;
  readonly signer: LiveSigner;
  readonly cipher: FrameCipher;
  readonly clock: Pick<Clock, 'now'>;
  readonly sealed: (packet: Held) => void;
  /** A picture was left out: the next can be shown only if it needs none before. */
  readonly needsKeyFrame: () => void;
}

type Bytes = Uint8Array<ArrayBuffer>;

export class LiveSealing {
  readonly #deps: LiveSealingDeps;
  #next = 0;
  #queued = 0;
  #skipsToKey = false;
  #timestampUs = 0;
  #work: Promise<void> = Promise.resolve();

  constructor(deps: LiveSealingDeps) {
    this.#deps = deps;
  }

  /** Sealed, signed and given out in its turn; left out while too much waits. `ageMs`: since it was captured. */
  push(frame: LiveFrame, ageMs: number): void {
    if (frame.kind === 'video') {
      if (frame.isKey) this.#skipsToKey = false;
      if (this.#skipsToKey || this.#queued >= limits.castSealQueued) {
        if (!this.#skipsToKey) this.#deps.needsKeyFrame();
        this.#skipsToKey = true;
        return;
      }
    } else if (this.#queued >= 2 * limits.castSealQueued) return;
    const capturedAtMs = this.#deps.clock.now() - ageMs;
    void this.#inTurn(async () => await this.#seal(frame, capturedAtMs));
  }

  /** One for each stripe. Resolves when they are given out. */
  async say(word: CasterWord): Promise<void> {
    await this.#inTurn(async () => {
      const capturedAtMs = this.#deps.clock.now();
      for (let stripe = 0; stripe < 4; stripe += 1) {
        const number = this.#take(1);
        const bytes = writeWord(number, this.#timestampUs, word);
        await this.#sign(bytes);
        this.#deps.sealed({ number, first: number, kind: 'word', isKey: false, bytes, capturedAtMs });
      }
    });
  }

  async #inTurn(work: () => Promise<void>): Promise<void> {
    this.#queued += 1;
    this.#work = this.#work.then(work).finally(() => (this.#queued -= 1));
    await this.#work;
  }

  async #seal(frame: LiveFrame, capturedAtMs: number): Promise<void> {
    const { kind, isKey, timestampUs, codec, width, height } = frame;
    this.#timestampUs = timestampUs;
    const first = this.#next;
    const facts = { kind, isKey, timestampUs, codec, width, height, first };
    const sealed = await this.#deps.cipher.seal(first, frameMetadata({ ...facts, parts: 0 }), frame.data);
    const parts = partsOf(sealed.length);
    this.#take(parts);
    if (parts > limits.castParts) {
      this.#skipsToKey = true;
      return;
    }
    const packets = [...cutFrame(sealed)].map((body, part) => writePart({ ...facts, parts }, part, body));
    await Promise.all(packets.map(async (bytes) => await this.#sign(bytes)));
    for (const [part, bytes] of packets.entries())
      this.#deps.sealed({ number: first + part, first, kind, isKey, bytes, capturedAtMs });
  }

  async #sign(bytes: Bytes): Promise<void> {
    sign(bytes, await this.#deps.signer.sign(signedPart(this.#deps.castId, bytes)));
  }

  #take(count: number): number {
    const number = this.#next;
    this.#next += count;
    return number;
  }
}
