// What is said of conversations over one proven link: who has what, what is asked for, and answers within the rate a link bears.
// Work of one link runs one after the other; what is dropped here comes again with the next comparison.
import type { ConversationId } from '#shared/chat';
import type { CallOutput } from '#shared/contract';
import { Failure } from '#shared/failure';
import type { PeerId } from '#shared/identity';
import type { Scope } from '#core/base/scope';
import { chatMessages } from '#core/chat/messages';
import type { Session } from '#core/peers/session';
import type { Clock, Host } from '#core/ports';
import { limits } from '#core/wire/limits';
import { paces } from '#core/wire/paces';
import type { Joined, MessageHandlers } from '#core/wire/router';

export type ExchangeHost = Pick<
  Host,
  | 'listChatDigests'
  | 'compareChats'
  | 'readChatVector'
  | 'readChatBundles'
  | 'takeChatEntries'
  | 'noteChatSent'
  | 'readChatMarks'
  | 'takeChatMarks'
>;

export interface ChatLinkDeps {
  readonly session: Pick<Session, 'peerId' | 'router' | 'state' | 'close'>;
  readonly host: ExchangeHost;
  readonly clock: Clock;
  readonly scope: Scope;
  readonly typed: (conversationId: ConversationId) => void;
}

interface Asking {
  taken: number;
  gaps: number;
  cancel: () => void;
}

type Messages = typeof chatMessages;
type Entries = Parameters<MessageHandlers<Messages>['chat.entries']>[0];

export class ChatLink {
  readonly peerId: PeerId;
  readonly #deps: ChatLinkDeps;
  readonly #scope: Scope;
  readonly #joined: Joined<Messages>;
  readonly #asking = new Map<ConversationId, Asking>();
  readonly #news = new Set<ConversationId>();
  readonly #toldDigests = new Map<ConversationId, string>();
  readonly #toldMarks = new Map<string, string>();
  #isNewsDue = false;
  #work: Promise<unknown> = Promise.resolve();
  #queued = 0;
  #breaks = 0;

  constructor(deps: ChatLinkDeps) {
    this.#deps = deps;
    this.peerId = deps.session.peerId;
    this.#scope = deps.scope;
    this.#joined = deps.session.router.join(chatMessages, this.#handlers());
    this.#scope.onEnd(() => {
      for (const { cancel } of this.#asking.values()) cancel();
      this.#joined.leave();
    });
    this.compare();
  }

  /** Tells everything that is shared, now and again every so often. */
  compare(): void {
    this.#toldDigests.clear();
    this.#inTurn(async () => {
      await this.#tellMarks(null);
      await this.#tellDigests(null);
    });
    this.#later(paces.chatCompareMs, () => {
      this.compare();
    });
  }

  /** Something of a conversation changed here. Changes in short succession are told as one. */
  note(conversationId: ConversationId): void {
    this.#news.add(conversationId);
    if (this.#isNewsDue) return;
    this.#isNewsDue = true;
    this.#later(paces.chatNewsMs, () => {
      this.#isNewsDue = false;
      const news = [...this.#news];
      this.#news.clear();
      this.#inTurn(async () => {
        for (const one of news) await this.#tellMarks(one);
        await this.#tellDigests(news.filter((one) => !this.#asking.has(one)));
      });
    });
  }

  /** Hands over what I wrote just now. */
  push(conversationId: ConversationId, entry: Uint8Array, sequence: number): void {
    const body = { conversationId, entries: [new Uint8Array(entry)], isNews: true, isLast: true, isComplete: true };
    if (!this.#deps.session.router.takeTurn() || !this.#joined.send('chat.entries', body)) return;
    this.#deps.host.noteChatSent({ conversationId, sequence }).catch(ignoreFailure);
  }

  tellTyping(conversationId: ConversationId): void {
    if (this.#deps.session.router.takeTurn()) this.#joined.send('chat.typing', { conversationId });
  }

  #handlers(): MessageHandlers<Messages> {
    const { host } = this.#deps;
    const { peerId } = this;
    return {
      'chat.digests': ({ digests }) => {
        this.#inTurn(async () => {
          for (const { conversationId, vector } of await host.compareChats({ peerId, theirs: digests }))
            await this.#ask(conversationId, vector);
        });
      },
      'chat.want': ({ conversationId, vector }) => {
        this.#inTurn(async () => {
          await this.#answer(
            conversationId,
            await host.readChatBundles({ peerId, conversationId, vector: new Uint8Array(vector) }),
          );
        });
      },
      'chat.entries': (entries) => {
        this.#inTurn(async () => {
          await this.#take(entries);
        });
      },
      'chat.marks': ({ marks }) => {
        this.#inTurn(async () => {
          await host.takeChatMarks({ peerId, marks });
        });
      },
      'chat.typing': ({ conversationId }) => {
        this.#deps.typed(conversationId);
      },
    };
  }

  async #take({ conversationId, entries, isNews, isLast, isComplete }: Entries): Promise<void> {
    const { session } = this.#deps;
    const asking = this.#asking.get(conversationId);
    if (!isNews && !asking) return; // nobody asked
    const found = entries.length === 0 ? null : await this.#taken(conversationId, entries);
    if (found && found.refused > 0 && (this.#breaks += 1) >= limits.schemaBreaks) {
      session.close('protocol-broken');
      return;
    }
    if (isNews) {
      if (found?.hasGap && !asking) await this.#askAgain(conversationId, 0);
      return;
    }
    if (!asking) return;
    asking.taken += found?.taken ?? 0;
    asking.gaps += found?.hasGap ? 1 : 0;
    if (!isLast) {
      this.#waitFor(conversationId, asking);
      return;
    }
    this.#stopAsking(conversationId);
    // Without progress, asking the same again would bring the same; a gap is asked about with more places, but not for ever.
    if ((!isComplete || asking.gaps > 0) && asking.taken > 0) await this.#askAgain(conversationId, 0);
    else if (asking.gaps > 0 && asking.gaps < paces.chatGapRounds)
      await this.#askAgain(conversationId, paces.chatGapRounds);
    else this.note(conversationId);
  }

  async #taken(conversationId: ConversationId, entries: readonly Uint8Array[]) {
    const { host } = this.#deps;
    const own = entries.map((entry) => new Uint8Array(entry));
    return await host.takeChatEntries({ peerId: this.peerId, conversationId, entries: own });
  }

  async #askAgain(conversationId: ConversationId, gaps: number): Promise<void> {
    const { vector } = await this.#deps.host.readChatVector({ peerId: this.peerId, conversationId });
    await this.#ask(conversationId, vector, gaps);
  }

  async #ask(conversationId: ConversationId, vector: Uint8Array<ArrayBuffer>, gaps = 0): Promise<void> {
    if (this.#asking.has(conversationId) || this.#asking.size >= limits.chatAskings) return;
    const asking: Asking = { taken: 0, gaps, cancel: () => undefined };
    this.#asking.set(conversationId, asking);
    this.#waitFor(conversationId, asking);
    if (!(await this.#send('chat.want', { conversationId, vector }))) this.#stopAsking(conversationId);
  }

  /** An answer that does not come is asked for again with the next comparison. */
  #waitFor(conversationId: ConversationId, asking: Asking): void {
    asking.cancel();
    asking.cancel = this.#later(paces.chatAnswerMs, () => {
      this.#stopAsking(conversationId);
      this.note(conversationId);
    });
  }

  #stopAsking(conversationId: ConversationId): void {
    this.#asking.get(conversationId)?.cancel();
    this.#asking.delete(conversationId);
  }

  async #answer(conversationId: ConversationId, { bundles, isComplete }: CallOutput<'readChatBundles'>): Promise<void> {
    const { host } = this.#deps;
    if (bundles.length === 0) {
      await this.#send('chat.entries', { conversationId, entries: [], isNews: false, isLast: true, isComplete: true });
      return;
    }
    for (const [at, { entries, ownSequence }] of bundles.entries()) {
      const isLast = at === bundles.length - 1;
      const body = { conversationId, entries, isNews: false, isLast, isComplete: isLast && isComplete };
      if (!(await this.#send('chat.entries', body))) return;
      if (ownSequence > 0) await host.noteChatSent({ conversationId, sequence: ownSequence });
    }
  }

  async #tellDigests(only: readonly ConversationId[] | null): Promise<void> {
    if (only?.length === 0) return;
    const all = await this.#deps.host.listChatDigests({ peerId: this.peerId });
    const news = all.filter(({ conversationId, digest }) => {
      if (only && !only.includes(conversationId)) return false;
      return this.#toldDigests.get(conversationId) !== digest;
    });
    for (let at = 0; at < news.length; at += 100) {
      const digests = news.slice(at, at + 100);
      if (!(await this.#send('chat.digests', { digests }))) return;
      for (const { conversationId, digest } of digests) this.#toldDigests.set(conversationId, digest);
    }
  }

  async #tellMarks(conversationId: ConversationId | null): Promise<void> {
    const all = await this.#deps.host.readChatMarks({ peerId: this.peerId, conversationId });
    const keyOf = (mark: (typeof all)[number]): string => `${mark.conversationId}/${mark.spell}`;
    const valueOf = ({ delivered, read }: (typeof all)[number]): string => `${delivered}/${read}`;
    const marks = all.filter((mark) => this.#toldMarks.get(keyOf(mark)) !== valueOf(mark));
    if (marks.length === 0 || !(await this.#send('chat.marks', { marks }))) return;
    for (const mark of marks) this.#toldMarks.set(keyOf(mark), valueOf(mark));
  }

  /** Waits for its turn within the rate, and for room in the channel; false once the link is over. */
  async #send<K extends keyof Messages>(kind: K, body: Parameters<MessageHandlers<Messages>[K]>[0]): Promise<boolean> {
    const { session } = this.#deps;
    while (!session.router.takeTurn()) if (!(await this.#pause(paces.chatPaceMs))) return false;
    for (let tries = 0; tries < paces.chatSendTries; tries += 1) {
      if (this.#joined.send(kind, body)) return true;
      if (session.state.snapshot.phase === 'closed' || !(await this.#pause(paces.chatSendRetryMs))) return false;
    }
    return false;
  }

  /** False when the link ended meanwhile. */
  async #pause(ms: number): Promise<boolean> {
    if (this.#scope.hasEnded) return false;
    await new Promise<void>((resolve) => {
      const off = this.#scope.onEnd(resolve);
      this.#deps.clock.after(ms, () => {
        off();
        resolve();
      });
    });
    return !this.#scope.hasEnded;
  }

  #later(ms: number, work: () => void): () => void {
    const cancel = this.#deps.clock.after(ms, () => {
      forget();
      work();
    });
    const forget = this.#scope.onEnd(cancel);
    return () => {
      forget();
      cancel();
    };
  }

  #inTurn(work: () => Promise<void>): void {
    if (this.#queued >= limits.chatQueued) return;
    this.#queued += 1;
    const done = this.#work.then(async () => {
      this.#queued -= 1;
      if (!this.#scope.hasEnded) await work();
    });
    this.#work = done.catch(ignoreFailure);
  }
}

/** Main may be closing, busy, or have refused: the next comparison brings it up again. */
function ignoreFailure(reason: unknown): void {
  if (!(reason instanceof Failure)) throw reason;
}
