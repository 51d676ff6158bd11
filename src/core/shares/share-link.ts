// Shared folders over one proven link: my questions with their answers, and theirs, one after the other, within rates.
import type { DropId } from '#shared/drop';
import { Failure, type FailureCode } from '#shared/failure';
import type { PeerId } from '#shared/identity';
import type { ShareHit, SharePage, SharePath, ShareQuery } from '#shared/share';
import type { Session } from '#core/peers/session';
import type { Clock } from '#core/ports';
import { sharesMessages, type Refusal } from '#core/shares/messages';
import { limits } from '#core/wire/limits';
import { paces } from '#core/wire/paces';
import type { Joined, MessageHandlers } from '#core/wire/router';
import type * as v from 'valibot';

type Kinds = typeof sharesMessages;
type Kind = keyof Kinds;
type Body<K extends Kind> = v.InferOutput<Kinds[K]>;
export type ShareQuestion = { [K in 'shares.list' | 'shares.search' | 'shares.want']: { kind: K; body: Body<K> } }[
  'shares.list' | 'shares.search' | 'shares.want'];

export type ShareSought = Body<'shares.seek'>;

export interface ShareLinkDeps {
  readonly session: Pick<Session, 'peerId' | 'router'>;
  readonly clock: Clock;
  /** They know shared folders, or say that theirs may have changed. */
  greeted(link: ShareLink): void;
  asked(link: ShareLink, question: ShareQuestion): void;
  sought(link: ShareLink, question: ShareSought): void;
}

interface Asking {
  readonly hits: (hits: readonly ShareHit[]) => void;
  readonly done: (page: SharePage) => void;
  readonly failed: (code: FailureCode) => void;
}

const codes = { gone: 'share-gone', busy: 'shares-busy', 'too-much': 'share-too-much' } as const satisfies Record<
  Refusal,
  FailureCode
>;
const emptyPage: SharePage = { entries: [], total: 0 };

export class ShareLink {
  readonly peerId: PeerId;
  isCapable = false;
  /** Rises when what they share may have changed. */
  news = 0;
  readonly #deps: ShareLinkDeps;
  readonly #joined: Joined<Kinds>;
  readonly #asking = new Map<number, Asking>();
  readonly #outbox: { send: () => boolean; tries: number }[] = [];
  #cancelFlush: (() => void) | null = null;
  #nextAsk = 0;
  #hasEnded = false;

  constructor(deps: ShareLinkDeps) {
    this.#deps = deps;
    this.peerId = deps.session.peerId;
    this.#joined = deps.session.router.join(sharesMessages, this.#handlers());
  }

  /** In order; waits for its turn on a busy link, and is dropped when that does not come. */
  say<K extends Kind>(kind: K, body: v.InferInput<Kinds[K]>): void {
    if (this.#hasEnded) return;
    this.#outbox.push({ send: () => this.#joined.send(kind, body), tries: 0 });
    if (!this.#cancelFlush) this.#flush();
  }

  /** Fails `share-gone`, `shares-busy`, `peer-silent`, `link-lost`, `aborted`. */
  async list(path: SharePath, from: number, signal: AbortSignal): Promise<SharePage> {
    return await this.#ask(signal, (ask) => this.say('shares.list', { ask, path, from }));
  }

  /** Hears what is found as it comes; resolves with the last of it. Fails as `list`. */
  async search(query: ShareQuery, onHits: (hits: readonly ShareHit[]) => void, signal: AbortSignal): Promise<void> {
    await this.#ask(signal, (ask) => this.say('shares.search', { ask, query }), onHits);
  }

  /** Resolves when the drop is on its way. Fails as `list`, and `share-too-much`. */
  async want(path: SharePath, dropId: DropId, signal: AbortSignal): Promise<void> {
    await this.#ask(signal, (ask) => this.say('shares.want', { ask, path, dropId }));
  }

  end(): void {
    this.#hasEnded = true;
    this.#cancelFlush?.();
    this.#outbox.length = 0;
    for (const { failed } of [...this.#asking.values()]) failed('link-lost');
  }

  async #ask(
    signal: AbortSignal,
    say: (ask: number) => void,
    hits: Asking['hits'] = () => undefined,
  ): Promise<SharePage> {
    if (signal.aborted) throw new Failure('aborted');
    if (this.#hasEnded) throw new Failure('link-lost');
    const ask = (this.#nextAsk = (this.#nextAsk + 1) >>> 0);
    const answer: PromiseWithResolvers<SharePage> = Promise.withResolvers();
    const failed = (code: FailureCode): void => answer.reject(new Failure(code));
    const abort = (): void => failed('aborted');
    let heard = 0;
    this.#asking.set(ask, {
      done: (page) => answer.resolve(page),
      failed,
      hits: (some) => {
        heard += some.length;
        if (heard <= limits.sharesHits) hits(some);
      },
    });
    const cancel = this.#deps.clock.after(paces.sharesAnswerMs, () => failed('peer-silent'));
    signal.addEventListener('abort', abort);
    try {
      say(ask);
      return await answer.promise;
    } finally {
      this.#asking.delete(ask);
      signal.removeEventListener('abort', abort);
      cancel();
    }
  }

  #flush(): void {
    const { session, clock } = this.#deps;
    for (let next = this.#outbox[0]; next; next = this.#outbox[0]) {
      if (!session.router.takeTurn() || !next.send()) break;
      this.#outbox.shift();
    }
    const stuck = this.#outbox[0];
    if (!stuck) return;
    stuck.tries += 1;
    if (stuck.tries > paces.sharesSendTries) this.#outbox.shift();
    this.#cancelFlush = clock.after(paces.sharesSendRetryMs, () => {
      this.#cancelFlush = null;
      this.#flush();
    });
  }

  #handlers(): MessageHandlers<Kinds> {
    const asked = (question: ShareQuestion): void => this.#deps.asked(this, question);
    return {
      'shares.hello': () => {
        this.isCapable = true;
        this.news += 1;
        this.#deps.greeted(this);
      },
      'shares.list': (body) => asked({ kind: 'shares.list', body }),
      'shares.search': (body) => asked({ kind: 'shares.search', body }),
      'shares.want': (body) => asked({ kind: 'shares.want', body }),
      'shares.seek': (body) => this.#deps.sought(this, body),
      'shares.page': ({ ask, entries, total }) => this.#asking.get(ask)?.done({ entries, total }),
      'shares.found': ({ ask, hits, isLast }) => {
        this.#asking.get(ask)?.hits(hits);
        if (isLast) this.#asking.get(ask)?.done(emptyPage);
      },
      'shares.given': ({ ask }) => this.#asking.get(ask)?.done(emptyPage),
      'shares.refused': ({ ask, why }) => this.#asking.get(ask)?.failed(codes[why]),
    };
  }
}
