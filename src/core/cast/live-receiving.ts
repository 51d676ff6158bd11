// From packets to a picture and sound: verified, put together, opened, and given out with the moment they were captured.
import type { CastFacts } from '#shared/cast';
import type { PeerId } from '#shared/identity';
import { CaptureClock } from '#core/cast/capture-clock';
import { FrameAssembly, type WholeFrame } from '#core/cast/frame-parts';
import { LiveChecking, type Came } from '#core/cast/live-checking';
import { frameMetadata, type CasterWord } from '#core/cast/packet';
import type { Held } from '#core/cast/packet-window';
import type { Clock } from '#core/ports';
import type { FrameCipher, LiveOutput, VerifyLive } from '#core/ports/live';

export interface LiveReceivingDeps {
  readonly facts: Pick<CastFacts, 'castId'>;
  readonly verify: VerifyLive;
  readonly cipher: FrameCipher;
  readonly output: Pick<LiveOutput, 'push'>;
  readonly clock: Pick<Clock, 'now'>;
  readonly isNew: (number: number) => boolean;
  /** True when it was new after all; only then it is played. */
  readonly take: (packet: Held, from: PeerId) => boolean;
  readonly again: (from: PeerId, stripe: number) => void;
  readonly bad: (from: PeerId) => void;
  readonly said: (word: CasterWord) => void;
}

export class LiveReceiving {
  readonly #deps: LiveReceivingDeps;
  readonly #checking: LiveChecking;
  readonly #frames = new FrameAssembly();
  readonly #captured = new CaptureClock();

  constructor(deps: LiveReceivingDeps) {
    this.#deps = deps;
    const { facts, verify, isNew, again, bad } = deps;
    const good = (came: Came): void => this.#good(came);
    this.#checking = new LiveChecking({ castId: facts.castId, verify, isNew, good, again, bad });
  }

  push(from: PeerId, bytes: Uint8Array<ArrayBuffer>, ageMs: number): void {
    this.#checking.push(from, bytes, this.#deps.clock.now() - ageMs);
  }

  #good({ from, packet, capturedAtMs }: Came): void {
    const { number, stripe, frame, word, bytes } = packet;
    const held: Held = {
      number,
      first: frame?.first ?? number,
      kind: frame?.kind ?? 'word',
      isKey: frame?.isKey ?? false,
      bytes,
      capturedAtMs,
    };
    if (!this.#deps.take(held, from)) return;
    if (word) this.#deps.said(word);
    if (!frame) return;
    this.#captured.note(stripe, frame.timestampUs, capturedAtMs, this.#deps.clock.now());
    const whole = this.#frames.add({ ...packet, frame });
    if (whole) void this.#open(whole);
  }

  async #open({ frame, sealed }: WholeFrame): Promise<void> {
    const { cipher, output, clock } = this.#deps;
    const opened = await cipher.open(frameMetadata(frame), sealed).catch(() => null);
    if (opened?.counter !== frame.first) return;
    const { kind, isKey, timestampUs, codec, width, height } = frame;
    const data = opened.plaintext;
    const capturedAtMs = this.#captured.capturedAtMs(timestampUs, clock.now());
    output.push({ kind, isKey, timestampUs, codec, width, height, data }, capturedAtMs);
  }
}
