// The lines written beside a conversation: bounded in length, number and rate, whoever writes them.
import { controlCharacters } from '#shared/chat';
import type { PeerId } from '#shared/identity';
import { RecentIds } from '#core/peers/recent-ids';
import type { RoomLine } from '#core/conference/snapshot';
import type { Clock } from '#core/ports';
import { limits } from '#core/wire/limits';
import { TokenBucket } from '#core/wire/rate-limit';

const rate = { perSecond: limits.roomLinesPerSecond, burst: limits.roomLinesBurst };

/** Without control characters; null when nothing is left or it is too long. */
function cleaned(text: string): string | null {
  const plain = text.replace(controlCharacters, '').trim();
  return plain.length === 0 || plain.length > limits.roomLineLength ? null : plain;
}

export class RoomChat {
  readonly #clock: Pick<Clock, 'now'>;
  readonly #buckets = new Map<PeerId, TokenBucket>();
  readonly #ids = new RecentIds<string>(limits.roomLines);
  #lines: readonly RoomLine[] = [];

  constructor(clock: Pick<Clock, 'now'>) {
    this.#clock = clock;
  }

  get lines(): readonly RoomLine[] {
    return this.#lines;
  }

  /** `refused`: too long, empty, or too many at once. A line that came before is `known`. */
  take(line: { id: string; from: PeerId; name: string; text: string }): 'taken' | 'known' | 'refused' {
    const key = `${line.from} ${line.id}`;
    if (this.#ids.has(key)) return 'known';
    const atMs = this.#clock.now();
    const bucket = this.#buckets.get(line.from) ?? new TokenBucket(rate, atMs);
    this.#buckets.set(line.from, bucket);
    const text = cleaned(line.text);
    if (!bucket.take(atMs) || text === null) return 'refused';
    this.#ids.add(key);
    this.#lines = [...this.#lines.slice(1 - limits.roomLines), { ...line, text, atMs }];
    return 'taken';
  }
}
