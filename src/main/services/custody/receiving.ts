// Takes in what a friend hands over: opened, and then judged as if its author had brought it.
import type { CallOutput } from '#shared/contract';
import { Failure } from '#shared/failure';
import type { PeerId } from '#shared/identity';
import type { CarriedWords } from '#main/services/chat/carried-words';
import type { Contacts } from '#main/services/contacts';
import { readContent } from '#main/services/custody/content';
import { openEnvelope, readEnvelope, signTaken } from '#main/services/custody/envelope';
import type { LeftWithFriends } from '#main/services/custody/left-with-friends';
import type { IdentityStore } from '#main/services/identity-store';

export interface ReceivingOptions {
  readonly identity: Pick<IdentityStore, 'keys'>;
  readonly contacts: Pick<Contacts, 'assertReachable'>;
  readonly left: LeftWithFriends;
  readonly words: CarriedWords;
}

export class Receiving {
  readonly #options: ReceivingOptions;

  constructor(options: ReceivingOptions) {
    this.#options = options;
  }

  /**
   * Null for what is not signed by its owner, or not for me. Without a proof it is left where it is: something before it
   * is missing here, or its owner is no contact. Fails as `assertReachable` does for the keeper.
   */
  async open(keeper: PeerId, bytes: Uint8Array): Promise<CallOutput<'openEnvelope'>> {
    const { identity, contacts } = this.#options;
    contacts.assertReachable(keeper);
    const envelope = readEnvelope(bytes);
    if (envelope?.recipient !== identity.keys.peerId) return null;
    const { envelopeId, owner } = envelope;
    const padded = this.#isContact(owner) ? await openEnvelope(identity.keys, envelope) : null;
    const isDone = this.#isContact(owner) && this.#takeIn(owner, keeper, padded);
    return { envelopeId, proof: isDone ? signTaken(identity.keys, envelope) : null };
  }

  /** False when it has to come again. What its owner sealed badly will be no better then. */
  #takeIn(owner: PeerId, keeper: PeerId, padded: Uint8Array | null): boolean {
    const { words, left } = this.#options;
    const content = padded && readContent(padded);
    if (!content) return true;
    if (content.kind === 'marks') {
      words.takeMarks(owner, content);
      return true;
    }
    const { taken, hasGap } = words.take(owner, content.entries);
    if (taken > 0) left.owe(owner, keeper);
    return !hasGap;
  }

  #isContact(peerId: PeerId): boolean {
    try {
      this.#options.contacts.assertReachable(peerId);
      return true;
    } catch (error) {
      if (error instanceof Failure) return false;
      throw error;
    }
  }
}
