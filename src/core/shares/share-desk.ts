// Answers what one contact asks about my shared folders: what main lets them see, in its turn, and no more than a measure of it.
import { Failure } from '#shared/failure';
import type { Host } from '#core/ports';
import type { Refusal } from '#core/shares/messages';
import { fitting, inParts } from '#core/shares/share-parts';
import type { ShareLink, ShareQuestion } from '#core/shares/share-link';
import type { DropId } from '#shared/drop';
import type { SharedFile } from '#shared/share';
import type { PeerId } from '#shared/identity';
import type { Clock } from '#core/ports';
import { limits } from '#core/wire/limits';
import { TokenBucket } from '#core/wire/rate-limit';

export interface ShareDeskDeps {
  readonly link: ShareLink;
  readonly host: Pick<Host, 'readShareFor' | 'searchSharesFor' | 'openShareFor'>;
  readonly clock: Pick<Clock, 'now'>;
  /** Of everybody together. */
  readonly searches: TokenBucket;
  /** Makes a drop of these files for the one who asked. */
  readonly give: (to: PeerId, dropId: DropId, files: readonly SharedFile[]) => Promise<void>;
  /** Drops to this person that are not over. */
  readonly givenTo: (peerId: PeerId) => number;
}

type Question<K extends ShareQuestion['kind']> = Extract<ShareQuestion, { kind: K }>['body'];

const bucket = (perSecond: number, burst: number, nowMs: number): TokenBucket =>
  new TokenBucket({ perSecond, burst }, nowMs);

export class ShareDesk {
  readonly #deps: ShareDeskDeps;
  readonly #asks: TokenBucket;
  readonly #searches: TokenBucket;
  readonly #wants: TokenBucket;
  #queued = 0;
  #work: Promise<unknown> = Promise.resolve();

  constructor(deps: ShareDeskDeps) {
    this.#deps = deps;
    const nowMs = deps.clock.now();
    this.#asks = bucket(limits.sharesAsksPerSecond, limits.sharesAsksBurst, nowMs);
    this.#searches = bucket(limits.sharesSearchesPerSecond, limits.sharesSearchesBurst, nowMs);
    this.#wants = bucket(limits.sharesWantsPerSecond, limits.sharesWantsBurst, nowMs);
  }

  asked(question: ShareQuestion): void {
    // What is beyond the first measure is not even refused: that would cost an answer each.
    if (!this.#asks.take(this.#deps.clock.now())) return;
    if (this.#queued >= limits.sharesAsksQueued || !this.#isWithin(question)) {
      this.#refuse(question.body.ask, 'busy');
      return;
    }
    this.#queued += 1;
    this.#work = this.#work.then(async () => {
      try {
        await this.#answer(question);
      } catch (reason) {
        const { code } = Failure.from(reason);
        const why = code === 'share-gone' ? 'gone' : code === 'share-too-much' ? 'too-much' : 'busy';
        this.#refuse(question.body.ask, why);
      } finally {
        this.#queued -= 1;
      }
    });
  }

  #isWithin({ kind }: ShareQuestion): boolean {
    const nowMs = this.#deps.clock.now();
    if (kind === 'shares.search') return this.#searches.take(nowMs) && this.#deps.searches.take(nowMs);
    return kind === 'shares.list' || this.#wants.take(nowMs);
  }

  async #answer(question: ShareQuestion): Promise<void> {
    if (question.kind === 'shares.list') await this.#list(question.body);
    else if (question.kind === 'shares.search') await this.#search(question.body);
    else await this.#give(question.body);
  }

  async #list({ ask, path, from }: Question<'shares.list'>): Promise<void> {
    const { host, link } = this.#deps;
    const page = await host.readShareFor({ peerId: link.peerId, path, from });
    if (!page) this.#refuse(ask, 'gone');
    else link.say('shares.page', { ask, entries: fitting(page.entries), total: page.total });
  }

  async #search({ ask, query }: Question<'shares.search'>): Promise<void> {
    const { host, link } = this.#deps;
    const parts = inParts(await host.searchSharesFor({ peerId: link.peerId, query }));
    for (const [at, hits] of parts.entries()) link.say('shares.found', { ask, hits, isLast: at === parts.length - 1 });
  }

  async #give({ ask, path, dropId }: Question<'shares.want'>): Promise<void> {
    const { host, link, give, givenTo } = this.#deps;
    const files = await host.openShareFor({ peerId: link.peerId, path });
    if (givenTo(link.peerId) >= limits.sharesGivenAtOnce) {
      this.#refuse(ask, 'busy');
      return;
    }
    await give(link.peerId, dropId, files);
    link.say('shares.given', { ask });
  }

  #refuse(ask: number, why: Refusal): void {
    this.#deps.link.say('shares.refused', { ask, why });
  }
}
