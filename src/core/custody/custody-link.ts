// Custody over one proven link, all three sides of it: what I leave with this friend, what they leave with me, and what one of us
// hands to the other. What gets lost here comes again with the next link or the next look.
import type { EnvelopeId, KeepAnswer } from '#shared/custody';
import type { PeerId } from '#shared/identity';
import { custodyMessages } from '#core/custody/messages';
import { ignoreFailure, PacedLink, type PacedLinkDeps } from '#core/peers/paced-link';
import type { Host } from '#core/ports';
import { limits } from '#core/wire/limits';
import { paces } from '#core/wire/paces';
import type { MessageHandlers } from '#core/wire/router';

type Messages = typeof custodyMessages;

export type CustodyLinkHost = Pick<
  Host,
  | 'sealCustody'
  | 'noteCustodyAnswer'
  | 'listCustodyRecalls'
  | 'noteCustodyRecalled'
  | 'noteCustodyGone'
  | 'keepEnvelope'
  | 'readKeptEnvelope'
  | 'endKeptEnvelope'
  | 'listGoneEnvelopes'
  | 'recallEnvelopes'
  | 'openEnvelope'
>;

export interface CustodyLinkDeps extends PacedLinkDeps {
  readonly host: CustodyLinkHost;
  /** Something was heard that may give work with other friends. */
  readonly changed: () => void;
}

export class CustodyLink {
  readonly peerId: PeerId;
  readonly #deps: CustodyLinkDeps;
  readonly #link: PacedLink<Messages>;
  /** Who waits for a word on an envelope: on one I left, and on one I handed over. */
  readonly #left = new Map<EnvelopeId, (answer: KeepAnswer | 'silent') => void>();
  readonly #handed = new Map<EnvelopeId, (isDone: boolean) => void>();
  #keeps = false;
  #isHanding = false;
  /** What I keep for them was offered up to here; what they could not take is offered again on the next link. */
  #handedUpTo = 0;

  constructor(deps: CustodyLinkDeps) {
    this.#deps = deps;
    this.peerId = deps.session.peerId;
    this.#link = new PacedLink(deps, custodyMessages, this.#handlers());
  }

  /** Whether this friend says that they keep messages. */
  get keeps(): boolean {
    return this.#keeps;
  }

  tellReady(keeps: boolean): void {
    this.#link.inTurn(async () => {
      await this.#link.send('custody.ready', { keeps });
    });
  }

  /** Hands over what I keep for them, and tells what I do not keep any more of theirs. */
  tend(): void {
    this.#link.inTurn(async () => {
      const gone = await this.#deps.host.listGoneEnvelopes({ owner: this.peerId });
      if (gone.length > 0) await this.#link.send('custody.gone', { gone });
    });
    this.#handAll().catch(ignoreFailure);
  }

  /** Asks back what they need not keep for me. */
  async recall(): Promise<void> {
    const { host } = this.#deps;
    const keeper = this.peerId;
    for (;;) {
      const envelopeIds = await host.listCustodyRecalls({ keeper });
      if (envelopeIds.length === 0 || !(await this.#link.send('custody.recall', { envelopeIds }))) return;
      await host.noteCustodyRecalled({ keeper, envelopeIds });
    }
  }

  /** Leaves everything for somebody that they have not got, one after the other; answers what they said last. */
  async leave(recipient: PeerId): Promise<KeepAnswer | 'silent'> {
    const { host } = this.#deps;
    const keeper = this.peerId;
    for (;;) {
      const next = await host.sealCustody({ keeper, recipient });
      if (next === null) return 'kept';
      const { envelopeId, envelope } = next;
      const answered = this.#link.answer<EnvelopeId, KeepAnswer | 'silent'>(
        this.#left,
        envelopeId,
        'silent',
        paces.custodyAnswerMs,
      );
      const answer = (await this.#link.send('custody.leave', { envelope })) ? await answered : 'silent';
      if (answer === 'silent') return answer;
      await host.noteCustodyAnswer({ keeper, envelopeId, answer });
      if (answer !== 'kept') return answer;
    }
  }

  #handlers(): MessageHandlers<Messages> {
    return {
      'custody.ready': ({ keeps }) => {
        this.#keeps = keeps;
        this.#deps.changed();
      },
      'custody.answer': ({ envelopeId, answer }) => {
        this.#left.get(envelopeId)?.(answer);
      },
      ...this.#handlersOfKeeper(),
      'custody.gone': ({ gone }) => {
        this.#link.inTurn(async () => {
          const own = gone.map(({ envelopeId, proof }) => ({ envelopeId, proof: proof && new Uint8Array(proof) }));
          await this.#deps.host.noteCustodyGone({ keeper: this.peerId, gone: own });
          await this.#link.send('custody.recall', { envelopeIds: gone.map(({ envelopeId }) => envelopeId) });
          this.#deps.changed();
        });
      },
      'custody.hand': ({ envelope }) => {
        this.#link.inTurn(async () => {
          const handed = { keeper: this.peerId, envelope: new Uint8Array(envelope) };
          const opened = await this.#deps.host.openEnvelope(handed);
          if (!opened) this.#link.countBreak();
          else if (await this.#link.send('custody.taken', opened)) this.#deps.changed();
        });
      },
    };
  }

  #handlersOfKeeper(): Pick<MessageHandlers<Messages>, 'custody.leave' | 'custody.recall' | 'custody.taken'> {
    const { host } = this.#deps;
    return {
      'custody.leave': ({ envelope }) => {
        this.#link.inTurn(async () => {
          const answer = await host.keepEnvelope({ owner: this.peerId, envelope: new Uint8Array(envelope) });
          if (answer) await this.#link.send('custody.answer', answer);
          else this.#link.countBreak();
        });
      },
      'custody.recall': ({ envelopeIds }) => {
        this.#link.inTurn(async () => {
          await host.recallEnvelopes({ owner: this.peerId, envelopeIds });
          if (envelopeIds.length === limits.custodyIds) this.tend(); // there may be more to tell
        });
      },
      'custody.taken': ({ envelopeId, proof }) => {
        const done = this.#handed.get(envelopeId);
        if (!done) return; // nobody handed it over
        this.#link.inTurn(async () => {
          const taken = proof && { recipient: this.peerId, envelopeId, proof: new Uint8Array(proof) };
          const isFair = !taken || (await host.endKeptEnvelope(taken)).isProven;
          if (!isFair) this.#link.countBreak();
          done(isFair);
        });
      },
    };
  }

  /** One after the other; ends where they do not answer. */
  async #handAll(): Promise<void> {
    if (this.#isHanding) return;
    this.#isHanding = true;
    try {
      for (;;) {
        const wish = { recipient: this.peerId, after: this.#handedUpTo };
        const next = await this.#deps.host.readKeptEnvelope(wish);
        if (next === null || this.#deps.scope.hasEnded) return;
        const answered = this.#link.answer<EnvelopeId, boolean>(
          this.#handed,
          next.envelopeId,
          false,
          paces.custodyAnswerMs,
        );
        if (!(await this.#link.send('custody.hand', { envelope: next.envelope })) || !(await answered)) return;
        this.#handedUpTo = next.place;
      }
    } finally {
      this.#isHanding = false;
    }
  }
}
