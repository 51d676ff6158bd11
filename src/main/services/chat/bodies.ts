// What the entries of a conversation say, and the names they use for logs and places in them (docs/protocol/chat.md).
import type { EntryId } from '#shared/chat';
import type { NamedFiles } from '#shared/chat-files';
import type { PeerId } from '#shared/identity';

/** Codes below 32 are acts of a group, the others are what people say. */
export const kindCodes = {
  create: 1,
  add: 2,
  remove: 3,
  leave: 4,
  rename: 5,
  'share-history': 6,
  text: 32,
  edit: 33,
  withdraw: 34,
  react: 35,
  call: 36,
  'missed-call': 37,
  sound: 38,
  voice: 39,
  files: 40,
} as const;
export type ChatKind = keyof typeof kindCodes;
export const isActCode = (code: number): boolean => code < 32;

/** Kinds that are messages of their own. */
export const shownCodes: readonly number[] = [1, 2, 3, 4, 5, 6, 32, 36, 37, 39, 40];

/** Kinds that a person says to others: unread until seen, answered, taken back. */
export const saidCodes: readonly number[] = [kindCodes.text, kindCodes.voice, kindCodes.files];

/** The first 16 bytes of an entry's id, hex. */
export type EntryReference = string;
export const referenceOf = (id: string): EntryReference => id.slice(0, 32);

/**
 * One membership: the reference of the act that let somebody in. Empty for the maker's first, and between two people. Whoever
 * is removed and let in again begins new logs under a new spell, so what was not taken of the old ones is in nobody's way.
 */
export type Spell = string;

interface GroupPerson {
  readonly peerId: PeerId;
  readonly name: string;
  readonly isChosen: boolean;
}

/** A place in a log: `sequence` 0 is before its first entry. */
export interface LogPlace {
  readonly sequence: number;
  readonly reference: EntryReference;
}

export interface LogFloor extends LogPlace {
  readonly author: PeerId;
  readonly spell: Spell;
}

export interface SpellEnd {
  readonly spell: Spell;
  /** The last act, and the last word, that counts. */
  readonly acts: LogPlace;
  readonly talk: LogPlace;
}

/** A spoken message; its sound was written before it, in pieces that it names in their order. */
export interface Voice {
  readonly kind: 'voice';
  readonly durationMs: number;
  /** `voicePeaks` bytes, 0-255: how loud it is from beginning to end. */
  readonly peaks: Uint8Array;
  readonly pieces: readonly EntryId[];
  readonly replyTo: EntryId | null;
}

/** Files that are offered in a drop; what can be accepted is that offer. */
interface Files {
  readonly kind: 'files';
  readonly offer: NamedFiles;
  readonly replyTo: EntryId | null;
}

interface Text {
  readonly kind: 'text';
  readonly text: string;
  readonly replyTo: EntryId | null;
}
export type TalkBody =
  | Text
  | Voice
  | Files
  /** A piece of the Ogg Opus file of a voice message. */
  | { readonly kind: 'sound'; readonly bytes: Uint8Array }
  | { readonly kind: 'edit'; readonly target: EntryId; readonly text: string }
  /** `also`: the other wordings of the message, which go with it. */
  | { readonly kind: 'withdraw'; readonly target: EntryId; readonly also: readonly EntryId[] }
  | { readonly kind: 'react'; readonly target: EntryId; readonly reaction: string; readonly isOn: boolean }
  | { readonly kind: 'call'; readonly callId: string; readonly video: boolean; readonly talkedMs: number }
  | { readonly kind: 'missed-call'; readonly callId: string; readonly video: boolean; readonly reason: MissedReason };

export type ActBody =
  | {
      readonly kind: 'create';
      /** 16 bytes, hex: with the maker's key it makes the id. */
      readonly seed: string;
      readonly name: string;
      readonly mayAdd: 'all' | 'chosen';
      readonly makerName: string;
      readonly members: readonly GroupPerson[];
    }
  /** `past`: removals this makes up for. `floors`: where what the newcomer may read begins. */
  | ({
      readonly kind: 'add';
      readonly past: readonly EntryReference[];
      readonly floors: readonly LogFloor[];
    } & GroupPerson)
  | { readonly kind: 'remove'; readonly peerId: PeerId; readonly ends: readonly SpellEnd[] }
  | { readonly kind: 'leave'; readonly talk: LogPlace }
  | { readonly kind: 'rename'; readonly name: string }
  | { readonly kind: 'share-history'; readonly peerId: PeerId; readonly spells: readonly Spell[] };

export type EntryBody = TalkBody | ActBody;

type MissedReason = 'no-answer' | 'cancelled' | 'declined' | 'busy' | 'unreachable';

export function kindOfCode(code: number): ChatKind | null {
  // Sound: the keys of a constant object literal.
  return (Object.keys(kindCodes) as ChatKind[]).find((kind) => kindCodes[kind] === code) ?? null;
}
