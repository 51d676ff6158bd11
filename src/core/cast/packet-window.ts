// The last seconds of a cast: what was had before is known again, others are repaired with it, and newcomers begin with it.
import { limits } from '#core/wire/limits';

export interface Held {
  readonly number: number;
  /** Number of the first packet of its frame. */
  readonly first: number;
  readonly kind: 'video' | 'audio' | 'word';
  readonly isKey: boolean;
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** When it was captured, by this machine's clock, as far as those on the way know. */
  readonly capturedAtMs: number;
}

export class PacketWindow {
  readonly #held = new Map<number, { readonly packet: Held; readonly atMs: number }>();
  #bytes = 0;
  #cameAtMs = 0;
  #newest = -1;
  /** What is below was here and has gone. */
  #floor = 0;
  #keyFirst: number | null = null;

  get newest(): number {
    return this.#newest;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Number of the newest key frame of the picture. */
  get keyFirst(): number | null {
    return this.#keyFirst;
  }

  /** It is new, and not so old that it must have been here. */
  takes(number: number): boolean {
    return number >= this.#floor && number > this.#newest - limits.castJump && !this.#held.has(number);
  }

  add(packet: Held, nowMs: number): void {
    this.#held.set(packet.number, { packet, atMs: nowMs });
    this.#bytes += packet.bytes.length;
    this.#cameAtMs = nowMs;
    this.#newest = Math.max(this.#newest, packet.number);
    if (packet.isKey && packet.kind === 'video') this.#keyFirst = Math.max(this.#keyFirst ?? 0, packet.first);
    this.#prune(nowMs);
  }

  get(number: number): Held | null {
    return this.#held.get(number)?.packet ?? null;
  }

  /** From the newest key frame on, in order; the last second where there is no picture. */
  fromKeyFrame(): Held[] {
    const keyFirst = this.#keyFirst;
    const sinceMs = this.#cameAtMs - limits.castStartMs;
    const start = [...this.#held.values()].filter(({ packet, atMs }) =>
      keyFirst === null ? atMs >= sinceMs : packet.number >= keyFirst,
    );
    return start.map(({ packet }) => packet).toSorted((a, b) => a.number - b.number);
  }

  #prune(nowMs: number): void {
    for (const [number, { packet, atMs }] of this.#held) {
      if (nowMs - atMs <= limits.castWindowMs && this.#bytes <= limits.castWindowBytes) return;
      this.#held.delete(number);
      this.#bytes -= packet.bytes.length;
      this.#floor = Math.max(this.#floor, number + 1);
      if (this.#keyFirst === packet.first) this.#keyFirst = null;
    }
  }
}
