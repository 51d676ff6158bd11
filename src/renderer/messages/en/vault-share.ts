// Things of a vault that others may read, and theirs that I may.
import { counted, listed, remaining } from '#messages/en/format';

const keepers = (count: number): string => counted(count, { one: 'keeper', other: 'keepers' });

const sharedWith = (names: readonly string[]): string =>
  names.length === 1 ? `Shared with ${listed(names)}` : `Shared with ${names.length} people`;

export const vaultShare = {
  share: 'Share',
  shareOf: (name: string) => `Share ${name} with a contact`,
  with: sharedWith,
  withOf: (names: readonly string[], name: string) => `${sharedWith(names)}: ${name}`,

  dialog: {
    title: (name: string) => `Share ${name}`,
    text: 'They can restore it from your keepers, also while you are away. They see this thing and nothing else of your vault. Keepers learn that they may have these pieces, and still not what is in them.',
    who: 'Share it with',
    nobody: 'Everybody you know can read it already, or you have no contacts yet.',
    what: 'What they can restore',
    newest: 'The newest version, and each that comes after it',
    only: (number: number) => `Version ${number} alone`,
    confirm: 'Share it',
    now: 'Shared with',
    state: {
      waiting: 'not told yet: needs it with keepers, and both of you online',
      held: 'can restore it',
      declined: 'does not want it',
      ending: 'ended: told when you are both online',
    },
    ofVersion: (number: number) => `version ${number} alone`,
    line: (parts: readonly string[]) => parts.join(', '),
    end: 'Stop sharing',
    endOf: (name: string) => `Stop sharing with ${name}`,
    endHint:
      'Once it is ended they get no later version. What they restored stays with them, and what they were told of before can be fetched for up to 30 days more.',
  },
  done: (name: string, reader: string) => `${reader} can restore ${name}`,
  doneText: 'They see it in their vault once it is with keepers and you are both online.',

  heading: 'Shared with you',
  from: (name: string) => `from ${name}`,
  restoreOf: (name: string, owner: string) => `Restore ${name}, from ${owner}`,
  hide: 'Take off this list',
  hideOf: (name: string, owner: string) => `Take ${name} from ${owner} off this list`,
  ready: (known: number, all: number) =>
    known === all
      ? `Kept by ${keepers(all)}, all contacts of yours`
      : `Kept by ${keepers(all)}, ${known} of them contacts of yours`,
  tooFew: (known: number, needed: number) =>
    `${needed} of its keepers must be contacts of yours: ${known === 0 ? 'none is' : `${known} so far`}`,
  until: (ms: number) => `for ${remaining(ms)} more without its owner`,
  over: (owner: string) => `Over, until you and ${owner} are online together`,
};
