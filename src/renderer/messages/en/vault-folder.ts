// Folders that back themselves up into the vault.
import { counted, fileSize, longTime, remaining } from '#messages/en/format';

const files = (count: number): string => counted(count, { one: 'file', other: 'files' });
const versions = (count: number): string => counted(count, { one: 'version', other: 'versions' });

/** `count` files, one of which is named. */
const such = (count: number, example: string | null, are: string): string =>
  count === 1 ? `${example ?? '1 file'} ${are}` : `${files(count)} ${are}, ${example ?? 'one'} among them`;

export const vaultFolder = {
  add: 'Back up a folder…',
  heading: 'Folders that back themselves up',
  state: {
    looking: 'Being looked through',
    watching: 'Watching',
    settling: (count: number) => `${files(count)} changed: waiting until they lie still`,
    resting: (count: number, ms: number, nowMs: number) =>
      `${files(count)} changed: next backup in ${remaining(ms - nowMs)}`,
    restingForKeepers: (count: number) => `${files(count)} changed: next backup once the last one is with keepers`,
    queued: (count: number) => `${files(count)} changed: next backup after that of another folder`,
    reading: (count: number, done: number, all: number) =>
      `Backing up ${files(count)}, ${fileSize(done)} of ${fileSize(all)} encrypted`,
    held: 'Waiting for the end of the call',
    paused: 'Paused: nothing new is backed up',
    empty: 'Nothing in it to back up',
    gone: 'The folder is not there. What is in the vault stays',
    large: 'More than 20,000 files: choose folders inside it instead',
    failed: (happened: string) => `${happened} It is tried again later.`,
    waiting: (count: number) =>
      count === 1
        ? 'Watching. Waiting for keepers: 1 more needed'
        : `Watching. Waiting for keepers: ${count} more needed`,
    moving: 'Watching. The last backup is on its way to keepers',
  },
  last: (ms: number, nowMs: number) => `Last backup: ${longTime(ms, nowMs)}`,
  never: 'No backup yet',
  keeps: (count: number) => `up to ${versions(count)} kept`,
  unreadable: (count: number, example: string | null) =>
    `Not in the backup: ${such(count, example, 'cannot be read')}.`,
  restless: (count: number, example: string | null) =>
    `Not in the last backup: ${such(count, example, 'never lay still')}.`,
  now: 'Back up now',
  nowOf: (name: string) => `Back up now: ${name}`,
  more: (name: string) => `More for ${name}`,
  pause: 'Pause',
  resume: 'Go on',
  change: 'Change how many versions are kept',
  stop: 'Stop watching',
  progress: (name: string) => `Encryption of ${name}`,
  dialog: {
    title: 'Back up a folder by itself',
    titleOf: (name: string) => `Versions of ${name}`,
    text: 'It is watched, and what is new or changed goes into the vault as a new version, encrypted like everything there. Hidden and temporary files are left out, and links are not followed.',
    path: 'Folder',
    pathHint: 'Where it lies on this computer, written in full.',
    pickHint: 'You choose the folder next.',
    keep: 'Versions that are kept',
    keepOf: (count: number) => `${count}`,
    keepHint:
      'The newest, and older ones ever further apart. Each is a whole copy: five take five times the room. What you delete in the folder stays in the versions that were made before.',
    choose: 'Choose a folder',
    start: 'Back it up',
    save: 'Save',
  },
  unwatch: {
    title: (name: string) => `Stop watching ${name}?`,
    text: 'Nothing new is backed up from it any more. What is in the vault stays there, with all its versions, until you delete it. The folder on your computer stays as it is.',
    confirm: 'Stop watching',
    done: (name: string) => `${name} is not watched any more`,
  },
  removeToo: 'It is backed up by itself at present: that ends too.',
};
