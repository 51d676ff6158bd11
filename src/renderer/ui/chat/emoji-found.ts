// The emoji that a word finds: those with a word that begins so.
import { folded } from '#state/people.svelte';

export interface EmojiGroup {
  readonly title: string;
  /** Each emoji with its name and further words, parted by commas. */
  readonly list: Readonly<Record<string, string>>;
}

export interface FoundEmoji {
  readonly name: string;
  readonly title: string;
  readonly list: readonly { readonly emoji: string; readonly words: string }[];
}

export function emojiFound(groups: Readonly<Record<string, EmojiGroup>>, search: string): readonly FoundEmoji[] {
  const wanted = folded(search.trim());
  const isFound = (words: string): boolean =>
    wanted === '' ||
    folded(words)
      .split(/[^\p{L}\p{N}]+/u)
      .some((word) => word.startsWith(wanted));
  return Object.entries(groups)
    .map(([name, { title, list }]) => {
      const found = Object.entries(list).filter(([, words]) => isFound(words));
      return { name, title, list: found.map(([emoji, words]) => ({ emoji, words })) };
    })
    .filter(({ list }) => list.length > 0);
}
