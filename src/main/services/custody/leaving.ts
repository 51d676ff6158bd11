// Leaves what somebody who is away has not received with friends: sealed afresh for each, remembered once they keep it, and asked
// back when it is not needed there any more.
import * as v from 'valibot';
import { EnvelopeId, type GoneEnvelopes, type KeepAnswer } from '#shared/custody';
import type { CallOutput } from '#shared/contract';
import type { PeerId } from '#shared/identity';
import type { Settings } from '#shared/settings';
import { toHex } from '#main/services/byte-layout';
import type { CarriedWords } from '#main/services/chat/carried-words';
import type { Clock } from '#main/services/clock';
import type { Contacts } from '#main/services/contacts';
import { writeContent, type Content } from '#main/services/custody/content';
import { isTaken, sealEnvelope } from '#main/services/custody/envelope';
import type { LeftWithFriends, LeftWords } from '#main/services/custody/left-with-friends';
import type { IdentityStore } from '#main/services/identity-store';
import { serviceLimits as limits } from '#main/services/service-limits';

export interface LeavingOptions {
  readonly identity: Pick<IdentityStore, 'keys'>;
  readonly contacts: Pick<Contacts, 'assertReachable'>;
  readonly clock: Clock;
  readonly random: (length: number) => Uint8Array;
  readonly readSettings: () => Settings['custody'];
  readonly left: LeftWithFriends;
  readonly words: CarriedWords;
}

/** An envelope that was given out and not answered yet. */
interface Offered {
  readonly keeper: PeerId;
  readonly recipient: PeerId;
  readonly words: LeftWords | null;
  /** What had been asked back by the time it was sealed. */
  readonly recalled: number;
}

export class Leaving {
  readonly #options: LeavingOptions;
  readonly #offered = new Map<EnvelopeId, Offered>();

  constructor(options: LeavingOptions) {
    this.#options = options;
  }

  work(): CallOutput<'listCustodyWork'> {
    const { left, words, readSettings } = this.#options;
    if (!readSettings().leaves) return [];
    const found = new Map<PeerId, PeerId[]>();
    for (const { recipient, via } of left.owed) if (words.marks(recipient)) found.set(recipient, [via]);
    for (const { recipient, logId, had } of words.waiting()) found.set(recipient, left.keepersAfter(logId, had));
    return [...found].map(([recipient, keepers]) => ({ recipient, keepers }));
  }

  /** Null when this friend has all there is for them. Fails as `assertReachable` does for the friend. */
  async seal(keeper: PeerId, recipient: PeerId): Promise<CallOutput<'sealCustody'>> {
    const { identity, contacts, random, left, readSettings } = this.#options;
    contacts.assertReachable(keeper);
    if (!readSettings().leaves || keeper === recipient) return null;
    const { recalled } = left;
    const next = this.#next(keeper, recipient);
    const padded = next && writeContent(next.content);
    if (!padded) return null;
    const envelopeId = v.parse(EnvelopeId, toHex(random(16)));
    const envelope = await sealEnvelope(identity.keys, { envelopeId, recipient }, padded);
    if (next.words && left.lastLeft(keeper, next.words.logId) >= next.words.first) return null; // meanwhile
    for (const [oldest] of this.#offered) if (this.#offered.size >= limits.custodyOffered) this.#offered.delete(oldest);
    this.#offered.set(envelopeId, { keeper, recipient, words: next.words, recalled });
    return { envelopeId, envelope };
  }

  noteAnswer(keeper: PeerId, envelopeId: EnvelopeId, answer: KeepAnswer): void {
    const { left, words: carried, clock } = this.#options;
    const offered = this.#offered.get(envelopeId);
    if (offered?.keeper !== keeper) return;
    this.#offered.delete(envelopeId);
    const { recipient, words } = offered;
    const isRecalled = words !== null && offered.recalled !== left.recalled;
    const isNews = left.noteFull(recipient, keeper, answer === 'full');
    if (answer === 'kept') {
      left.add(envelopeId, { keeper, recipient, words, nowMs: clock.now(), isRecalled });
      if (words) carried.tell(recipient, words);
      else left.settle(recipient);
    }
    if (isNews) carried.tell(recipient, null);
  }

  recalls(keeper: PeerId): EnvelopeId[] {
    return this.#options.left.recalls(keeper, this.#options.clock.now());
  }

  noteRecalled(keeper: PeerId, envelopeIds: readonly EnvelopeId[]): void {
    this.#options.left.remove(keeper, envelopeIds);
  }

  /** What its recipient has signed for they have; the rest is left again elsewhere. */
  noteGone(keeper: PeerId, gone: GoneEnvelopes): void {
    const { left, words: carried, identity } = this.#options;
    const owner = identity.keys.peerId;
    for (const { envelopeId, proof } of gone) {
      const found = left.find(keeper, envelopeId);
      if (!found) continue;
      left.remove(keeper, [envelopeId]);
      if (!found.words) continue;
      if (proof && isTaken({ envelopeId, owner, recipient: found.recipient }, proof))
        carried.noteHad(found.recipient, found.words);
      else carried.tell(found.recipient, found.words);
    }
  }

  #next(keeper: PeerId, recipient: PeerId): { content: Content; words: LeftWords | null } | null {
    const { left, words: carried } = this.#options;
    const waiting = carried.waiting().find((one) => one.recipient === recipient);
    const from = waiting && Math.max(waiting.had, left.lastLeft(keeper, waiting.logId)) + 1;
    const bundle = waiting && from !== undefined ? carried.bundle(waiting.logId, from) : null;
    if (bundle && waiting) {
      const { entries, first, last } = bundle;
      return { content: { kind: 'words', entries }, words: { logId: waiting.logId, first, last } };
    }
    if (!left.owed.some((one) => one.recipient === recipient)) return null;
    const marks = carried.marks(recipient);
    return marks && { content: { kind: 'marks', ...marks }, words: null };
  }
}
