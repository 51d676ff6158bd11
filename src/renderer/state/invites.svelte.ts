// Invites I made, and the link I was given: from pasted text to a new contact, or to the door of a room.
import { parseCastLink, type CastLinkPreview } from '#shared/cast';
import { parseHandText, type HandPreview } from '#shared/by-hand';
import type { Contact, ContactId } from '#shared/contact';
import type { Host } from '#shared/contract';
import { Failure, type FailureCode } from '#shared/failure';
import { parseInviteText, type InviteId, type InvitePreview, type OpenInvite } from '#shared/invite';
import { parseRoomLink, type RoomPreview } from '#shared/room';
import type { ToastsState } from '#state/toasts.svelte';

type InviteHost = Pick<
  Host,
  | 'createInvite'
  | 'listInvites'
  | 'withdrawInvite'
  | 'inspectInvite'
  | 'acceptInvite'
  | 'inspectRoomLink'
  | 'inspectCastLink'
  | 'inspectByHand'
>;

/** What became of the text in the paste field. */
export type Received =
  | { readonly phase: 'empty' }
  | { readonly phase: 'reading' }
  | { readonly phase: 'refused'; readonly code: FailureCode }
  | { readonly phase: 'known'; readonly preview: InvitePreview }
  | { readonly phase: 'accepting'; readonly preview: InvitePreview }
  /** The text is a link to a cast. */
  | { readonly phase: 'cast'; readonly link: string; readonly cast: CastLinkPreview }
  /** The text is a link into a room. */
  | { readonly phase: 'room'; readonly link: string; readonly room: RoomPreview }
  /** The text opens a connection by hand. */
  | { readonly phase: 'by-hand'; readonly hand: HandPreview };

export const inviteHours = [1, 24, 168] as const;

export class InvitesState {
  readonly #host: InviteHost;
  readonly #toasts: ToastsState;
  #made = $state.raw<readonly OpenInvite[]>([]);
  #shown = $state.raw<OpenInvite | null>(null);
  #received = $state.raw<Received>({ phase: 'empty' });
  #text = $state('');

  constructor(host: InviteHost, toasts: ToastsState) {
    this.#host = host;
    this.#toasts = toasts;
  }

  /** Still open, the newest first. */
  get made(): readonly OpenInvite[] {
    return this.#made;
  }

  /** The one whose link and code are on show. */
  get shown(): OpenInvite | null {
    return this.#shown;
  }

  get received(): Received {
    return this.#received;
  }

  get text(): string {
    return this.#text;
  }

  async refresh(): Promise<void> {
    await this.#attempt(async () => {
      const invites = await this.#host.listInvites();
      this.#made = invites
        .filter((invite) => invite.state === 'open')
        .toSorted((one, other) => other.createdAt - one.createdAt);
      const shownId = this.#shown?.inviteId;
      this.#shown = this.#made.find((invite) => invite.inviteId === shownId) ?? this.#made[0] ?? null;
    });
  }

  async create(hours: number): Promise<void> {
    await this.#attempt(async () => {
      this.#shown = await this.#host.createInvite({ hours });
      await this.refresh();
    });
  }

  show(invite: OpenInvite): void {
    this.#shown = invite;
  }

  async withdraw(inviteId: InviteId): Promise<void> {
    await this.#attempt(async () => {
      await this.#host.withdrawInvite({ inviteId });
      await this.refresh();
    });
  }

  /** Reads the pasted or opened text; the latest text wins when answers overtake each other. */
  async read(text: string): Promise<void> {
    this.#text = text;
    if (text.trim() === '') {
      this.#received = { phase: 'empty' };
      return;
    }
    const grammars = [parseInviteText, parseRoomLink, parseCastLink, parseHandText];
    if (grammars.every((parse) => parse(text) === null)) {
      this.#received = { phase: 'refused', code: 'invite-malformed' };
      return;
    }
    this.#received = { phase: 'reading' };
    const outcome = await this.#inspect(text.trim());
    if (this.#text === text) this.#received = outcome;
  }

  /** Answers the new contact, or null when the invite was refused after all. */
  async accept(replaces: ContactId | null): Promise<Contact | null> {
    if (this.#received.phase !== 'known') return null;
    const { preview } = this.#received;
    this.#received = { phase: 'accepting', preview };
    try {
      const contact = await this.#host.acceptInvite({ text: this.#text.trim(), replaces });
      await this.read('');
      return contact;
    } catch (reason) {
      this.#received = { phase: 'refused', code: Failure.from(reason).code };
      return null;
    }
  }

  async #inspect(text: string): Promise<Received> {
    try {
      if (parseRoomLink(text) !== null) {
        return { phase: 'room', link: text, room: await this.#host.inspectRoomLink({ text }) };
      }
      if (parseCastLink(text) !== null) {
        return { phase: 'cast', link: text, cast: await this.#host.inspectCastLink({ text }) };
      }
      if (parseHandText(text) !== null) return { phase: 'by-hand', hand: await this.#host.inspectByHand({ text }) };
      return { phase: 'known', preview: await this.#host.inspectInvite({ text }) };
    } catch (reason) {
      return { phase: 'refused', code: Failure.from(reason).code };
    }
  }

  async #attempt(command: () => Promise<void>): Promise<void> {
    try {
      await command();
    } catch (reason) {
      this.#toasts.fail(reason);
    }
  }
}
