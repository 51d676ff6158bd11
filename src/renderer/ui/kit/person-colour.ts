// What of a person shows without a picture: a colour from the key, initials from the name, a short id.
import type { PeerId } from '#shared/identity';
import type { ConversationId } from '#shared/chat';
import type { RoomId } from '#shared/room';

const base32 = 'abcdefghijklmnopqrstuvwxyz234567';
const colours = 12;

/** A custom property of app.css; the same for the same key everywhere. */
export function personColour(peerId: PeerId): string {
  const value = base32.indexOf(peerId.charAt(0)) * 32 + base32.indexOf(peerId.charAt(1));
  return `var(--person-${value % colours})`;
}

/** The same for the same room everywhere. */
export function roomColour(roomId: RoomId | ConversationId): string {
  return `var(--person-${Number.parseInt(roomId.slice(-4), 16) % colours})`;
}

/** At most two, by grapheme: "Ada Lovelace" is AL. */
export function initialsOf(name: string): string {
  const words = name.trim().split(/\s+/u);
  const ends = words.length > 1 ? [words[0], words.at(-1)] : [words[0]];
  return ends.map((word) => firstGrapheme(word ?? '').toLocaleUpperCase()).join('');
}

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

function firstGrapheme(word: string): string {
  for (const { segment } of graphemes.segment(word)) return segment;
  return '';
}

/** The first 16 characters in groups of four: enough to tell people apart, not to verify them. */
export function shortId(peerId: PeerId): string {
  return peerId.slice(0, 16).replace(/(.{4})(?=.)/gu, '$1 ');
}
