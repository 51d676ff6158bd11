// From an encoded frame to signed packets, one frame after the other: numbers rise without a gap, and nothing waits for long.
import { castStripes, type CastId } from '#shared/cast';
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

  /** Sealed, signed and given out in its turn; left out while too much waits, or when it is too large. `ageMs`: since it was captured. */
  push(frame: LiveFrame, ageMs: number): void {
    const isTooLarge = frame.data.length > limits.castFrameBytes;
    if (frame.kind === 'video') {
      if (frame.isKey) this.#skipsToKey = false;
      if (this.#skipsToKey || isTooLarge || this.#queued >= limits.castSealQueued) {
        this.#skipToKey();
        return;
      }
    } else if (isTooLarge || this.#queued >= 2 * limits.castSealQueued) return;
    const capturedAtMs = this.#deps.clock.now() - ageMs;
    this.#inTurn(async () => await this.#seal(frame, capturedAtMs)).catch(() => {
      if (frame.kind === 'video') this.#skipToKey();
    });
  }

  /** One for each stripe. Resolves when they are given out, or could not be signed. */
  async say(word: CasterWord): Promise<void> {
    const said = this.#inTurn(async () => {
      const capturedAtMs = this.#deps.clock.now();
      for (let count = 0; count < castStripes; count += 1) {
        const number = this.#take(1);
        const bytes = writeWord(number, this.#timestampUs, word);
        await this.#sign(bytes);
        this.#deps.sealed({ number, first: number, kind: 'word', isKey: false, bytes, capturedAtMs });
      }
    });
    await said.catch(() => undefined); // the next comes in a second
  }

  #skipToKey(): void {
    if (!this.#skipsToKey) this.#deps.needsKeyFrame();
    this.#skipsToKey = true;
  }

  async #inTurn(work: () => Promise<void>): Promise<void> {
    this.#queued += 1;
    const done = this.#work.then(work).finally(() => (this.#queued -= 1));
    this.#work = done.catch(() => undefined); // what comes after goes on; whoever asked hears of it
    await done;
  }

  async #seal(frame: LiveFrame, capturedAtMs: number): Promise<void> {
    const { kind, isKey, timestampUs, codec, width, height } = frame;
    this.#timestampUs = timestampUs;
    const first = this.#next;
    const facts = { kind, isKey, timestampUs, codec, width, height, first };
    const sealed = await this.#deps.cipher.seal(first, frameMetadata({ ...facts, parts: 0 }), frame.data);
    const parts = partsOf(sealed.length);
    this.#take(parts);
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
