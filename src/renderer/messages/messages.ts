// The texts of the current language. `?locale=en-XA` in the address shows the pseudo-locale.
import { en, type Messages } from '#messages/en';
import { pseudoOf } from '#messages/pseudo';

export type { Messages };

export function messagesFor(locale: string | null): Messages {
  return locale === 'en-XA' ? pseudoOf(en) : en;
}

const address = typeof location === 'undefined' ? '' : location.search;

export const m: Messages = messagesFor(new URLSearchParams(address).get('locale'));
