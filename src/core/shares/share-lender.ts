// Answers one contact who looks for content: what main finds among what they may see is given to their download; for all else there is
// no answer. One question after the other, within a measure: finding may mean hashing.
import type { DropId } from '#shared/drop';
import type { LentFile } from '#shared/share';
import type { PeerId } from '#shared/identity';
import type { Host } from '#core/ports';
import type { Clock } from '#core/ports';
import type { ShareSought } from '#core/shares/share-link';
import { limits } from '#core/wire/limits';
import { TokenBucket } from '#core/wire/rate-limit';

/** A file of mine, and where in their download it begins. */
interface LentContent {
  readonly first: number;
  readonly entry: LentFile['entry'];
  readonly file: LentFile;
}

export interface ShareLenderDeps {
  readonly peerId: PeerId;
  readonly host: Pick<Host, 'findLentFor'>;
  readonly clock: Pick<Clock, 'now'>;
  /** Gives these to their download. Fails where that is not to be. */
  readonly lend: (to: PeerId, dropId: DropId, lent: readonly LentContent[]) => void;
}

export class ShareLender {
  readonly #deps: ShareLenderDeps;
  readonly #asks: TokenBucket;
  /** By download: a newer question takes the place of one that waits. */
  readonly #waiting = new Map<DropId, ShareSought>();
  #isBusy = false;
  #hasEnded = false;

  constructor(deps: ShareLenderDeps) {
    this.#deps = deps;
    const rate = { perSecond: limits.sharesSeeksPerSecond, burst: limits.sharesSeeksBurst };
    this.#asks = new TokenBucket(rate, deps.clock.now());
  }

  asked(question: ShareSought): void {
    if (!this.#asks.take(this.#deps.clock.now())) return;
    if (this.#waiting.size >= limits.sharesSeeksQueued && !this.#waiting.has(question.dropId)) return;
    this.#waiting.set(question.dropId, question);
    if (!this.#isBusy) void this.#work();
  }

  end(): void {
    this.#hasEnded = true;
    this.#waiting.clear();
  }

  async #work(): Promise<void> {
    this.#isBusy = true;
    for (let [next] = this.#waiting.values(); next && !this.#hasEnded; [next] = this.#waiting.values()) {
      this.#waiting.delete(next.dropId);
      // Whoever may have nothing, and whoever asks too much, hears as little as one whose content is not here.
      await this.#answer(next).catch(() => undefined);
    }
    this.#isBusy = false;
  }

  async #answer({ dropId, files }: ShareSought): Promise<void> {
    const { host, peerId, lend } = this.#deps;
    const sought = files.map(({ size, proof }) => ({ size, proof: new Uint8Array(proof) }));
    const found = await host.findLentFor({ peerId, dropId, files: sought });
    if (this.#hasEnded) return;
    const lent = found
      .toSorted((a, b) => a.at - b.at)
      .flatMap((file) => {
        const first = files[file.at]?.first;
        return first === undefined ? [] : [{ first, entry: file.entry, file }];
      });
    if (lent.length > 0) lend(peerId, dropId, lent);
  }
}
