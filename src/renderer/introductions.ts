// Makes oneself known: greets accepted contacts whenever a rendezvous opens, and repeats requests until they are welcomed.
import { lostRequest, type Contact, type ContactId } from '#shared/contact';
import { Failure, type FailureCode } from '#shared/failure';
import type { PeerId } from '#shared/identity';
import type { Scope } from '#core/base/scope';
import type { Clock } from '#core/ports';
import type { Mailbox } from '#core/peers/mailbox';
import type { Peers } from '#core/peers/peers';

export interface IntroductionsDeps {
  readonly mailbox: Pick<Mailbox, 'request' | 'events'>;
  readonly peers: Pick<Peers, 'greet'>;
  readonly clock: Clock;
  readonly scope: Scope;
  /** The invite will not be welcomed any more. */
  readonly refused: (failure: Failure) => void;
}

const isOver = (code: FailureCode): boolean => code === 'invite-used' || code === 'invite-expired';

/** A request is repeated this often at first, and ever more rarely up to the last value. */
const repeatAfterMs = [2_000, 5_000, 15_000, 30_000, 60_000] as const;

export class Introductions {
  readonly #deps: IntroductionsDeps;
  #contacts: readonly Contact[] = [];
  /** What ends the repeating; null once it was given up. */
  readonly #asking = new Map<ContactId, (() => void) | null>();
  #greeted: ReadonlySet<PeerId> = new Set();

  constructor(deps: IntroductionsDeps) {
    this.#deps = deps;
    deps.scope.onEnd(
      deps.mailbox.events.on('opened', () => {
        this.#greeted = new Set();
        for (const contact of this.#contacts) this.#stopAsking(contact.contactId);
        this.follow(this.#contacts);
      }),
    );
    deps.scope.onEnd(() => {
      for (const stop of this.#asking.values()) stop?.();
    });
  }

  /** Takes the present list of contacts. */
  follow(contacts: readonly Contact[]): void {
    this.#contacts = contacts;
    const accepted = contacts.filter((contact) => contact.state === 'accepted' && contact.trust !== 'changed');
    const fresh = accepted.filter((contact) => !this.#greeted.has(contact.peerId));
    // Who was blocked or removed in between is greeted again.
    this.#greeted = new Set(accepted.map((contact) => contact.peerId));
    if (fresh.length > 0) this.#deps.peers.greet(fresh.map((contact) => contact.peerId));
    const invited = contacts.filter((contact) => contact.state === 'invited');
    const ids = new Set(invited.map(({ contactId }) => contactId));
    for (const contactId of [...this.#asking.keys()]) if (!ids.has(contactId)) this.#stopAsking(contactId);
    for (const contact of invited) this.#pursue(contact);
  }

  /** A request that was lost before, e.g. in an earlier session, is neither repeated nor said again. */
  #pursue(contact: Contact): void {
    const { contactId } = contact;
    const isAsking = Boolean(this.#asking.get(contactId));
    const lost = lostRequest(contact, this.#deps.clock.now());
    if (!lost && !isAsking) this.#ask(contactId, 0);
    else if (lost && isAsking) this.#giveUp(contactId, new Failure(lost));
  }

  #ask(contactId: ContactId, attempt: number): void {
    this.#deps.mailbox.request(contactId, this.#deps.scope.signal).catch((reason: unknown) => {
      const failure = Failure.from(reason);
      // Else an absent inviter or a rendezvous that is down: the request is repeated until it is welcomed.
      if (isOver(failure.code) && this.#asking.get(contactId)) this.#giveUp(contactId, failure);
    });
    const delayMs = repeatAfterMs[Math.min(attempt, repeatAfterMs.length - 1)] ?? 60_000;
    this.#asking.set(
      contactId,
      this.#deps.clock.after(delayMs, () => {
        this.#ask(contactId, attempt + 1);
      }),
    );
  }

  #giveUp(contactId: ContactId, failure: Failure): void {
    this.#stopAsking(contactId);
    this.#asking.set(contactId, null);
    this.#deps.refused(failure);
  }

  #stopAsking(contactId: ContactId): void {
    this.#asking.get(contactId)?.();
    this.#asking.delete(contactId);
  }
}
