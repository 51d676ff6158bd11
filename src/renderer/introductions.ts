// Makes oneself known: greets accepted contacts whenever a rendezvous opens, and repeats requests until they are welcomed.
import type { Contact, ContactId } from '#shared/contact';
import { Failure, type FailureCode } from '#shared/failure';
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
  readonly #asking = new Map<ContactId, () => void>();
  readonly #greeted = new Set<string>();

  constructor(deps: IntroductionsDeps) {
    this.#deps = deps;
    deps.scope.onEnd(
      deps.mailbox.events.on('opened', () => {
        this.#greeted.clear();
        for (const contact of this.#contacts) this.#stopAsking(contact.contactId);
        this.follow(this.#contacts);
      }),
    );
    deps.scope.onEnd(() => {
      for (const stop of this.#asking.values()) stop();
    });
  }

  /** Takes the present list of contacts. */
  follow(contacts: readonly Contact[]): void {
    this.#contacts = contacts;
    const accepted = contacts.filter((contact) => contact.state === 'accepted' && contact.trust !== 'changed');
    const fresh = accepted.filter((contact) => !this.#greeted.has(contact.peerId));
    for (const contact of fresh) this.#greeted.add(contact.peerId);
    if (fresh.length > 0) this.#deps.peers.greet(fresh.map((contact) => contact.peerId));
    const invited = new Set(
      contacts.filter((contact) => contact.state === 'invited').map((contact) => contact.contactId),
    );
    for (const contactId of [...this.#asking.keys()]) if (!invited.has(contactId)) this.#stopAsking(contactId);
    for (const contactId of invited) if (!this.#asking.has(contactId)) this.#ask(contactId, 0);
  }

  #ask(contactId: ContactId, attempt: number): void {
    this.#deps.mailbox.request(contactId, this.#deps.scope.signal).catch((reason: unknown) => {
      const failure = Failure.from(reason);
      // Else an absent inviter or a rendezvous that is down: the request is repeated until it is welcomed.
      if (isOver(failure.code) && this.#asking.has(contactId)) this.#giveUp(contactId, failure);
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
    this.#asking.set(contactId, () => undefined); // until the contacts change or a rendezvous opens again
    this.#deps.refused(failure);
  }

  #stopAsking(contactId: ContactId): void {
    this.#asking.get(contactId)?.();
    this.#asking.delete(contactId);
  }
}
