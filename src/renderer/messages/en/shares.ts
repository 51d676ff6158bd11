// Shared folders: choosing them and who sees them, looking into those of others, and finding things there.
import { counted, fileSize, inlineTime, listed } from '#messages/en/format';

const files = (count: number): string => counted(count, { one: 'file', other: 'files' });

export const shares = {
  tabs: { transfers: 'Transfers', shares: 'Shared folders', find: 'Find', meter: 'Give and take' },
  tabsLabel: 'Kinds of files',

  // my own
  mine: 'You share',
  mineNone:
    'You share no folder yet. What you choose here, contacts can look into and download while you are both here.',
  add: 'Share a folder',
  card: {
    facts: (count: number, bytes: number) => `${files(count)}, ${fileSize(bytes)}`,
    reading: 'Being looked through',
    gone: 'Not there any more. Put it back, or stop sharing it.',
    cut: 'It holds more than can be shown; some of it is left out.',
    forAll: 'All contacts can see it',
    forNobody: 'Nobody can see it',
    forSome: (names: readonly string[]) => `${listed(names)} can see it`,
    forMany: (names: readonly string[], more: number) =>
      `${names.join(', ')} and ${counted(more, { one: 'other contact', other: 'other contacts' })} can see it`,
    more: (name: string) => `More for ${name}`,
    audience: 'Who can see it',
    reread: 'Look through it again',
    stop: 'Stop sharing',
  },
  stopped: (name: string) => `${name} is not shared any more`,
  dialog: {
    title: 'Share a folder',
    titleOf: (name: string) => `Who can see ${name}`,
    path: 'Where the folder lies on this computer',
    pathHint: 'Written in full. Hidden files and links in it are left out.',
    pickHint: 'You choose the folder next. Hidden files and links in it are left out.',
    who: 'Who can see it',
    all: 'All contacts',
    allText: 'Everybody you know here, also whom you add later.',
    some: 'Chosen contacts',
    someText: 'Only the people you tick. Nobody else learns that it is there.',
    people: 'People who can see it',
    peopleText: 'They can look into it, search it and download from it.',
    nobody: 'You have no contacts yet. You can choose some later.',
    full: 'That is everybody.',
    share: 'Share',
    choose: 'Choose folder',
    save: 'Save',
  },

  // those of others
  theirs: 'Look into folders of',
  theirsNone:
    'When contacts are online, what they share with you can be looked into here, and what you saw of it stays for later.',
  browse: 'Browse shared folders',
  browseOf: (name: string) => `Folders of ${name}`,
  sharedWithYou: 'Shared with you',
  asOf: (name: string, ms: number, nowMs: number) =>
    `${name} is away. This is what they shared ${inlineTime(ms, nowMs)}.`,
  asOfText: 'What you download begins by itself when they are back.',
  awayAsOf: (ms: number, nowMs: number) => `Away, as of ${inlineTime(ms, nowMs)}`,
  away: (name: string) => `${name} is not here. What they share shows when they are back.`,
  older: (name: string) => `${name} has an older Roundtable, which knows no shared folders.`,
  crumbs: 'Where you are',
  list: 'What is in it',
  loading: 'Looking',
  empty: 'This folder is empty.',
  nothing: (name: string) => `${name} shares nothing with you right now.`,
  kind: (kind: string, bytes: number) => `${kind}, ${fileSize(bytes)}`,
  folder: (count: number, bytes: number) => `${files(count)}, ${fileSize(bytes)}`,
  download: (name: string) => `Download ${name}`,
  downloadLater: (what: string, name: string) => `Download ${what} when ${name} is here`,
  waits: (what: string, name: string) => `${what} begins when ${name} is here`,
  fromOther: (what: string, away: string, name: string) =>
    `${away} is away. ${name} shares ${what} in the same size, and is sending it`,
  waiting: 'Waiting for people',
  beginsWith: (name: string) => `Begins by itself when ${name} is here`,
  stopWaiting: (what: string) => `Do not wait for ${what}`,
  waitedInVain: (what: string, name: string) => `${name} does not share ${what} with you any more`,
  shown: (shown: number, total: number) => `${shown} of ${total}`,
  more: 'Show more',
  backToAll: 'Back to all folders',
  coming: (what: string, name: string) => `${name} is sending you ${what}`,
  showTransfers: 'Show',

  // finding
  find: 'Find in shared folders',
  findHint: 'A part of a name',
  kinds: 'Kind',
  anything: 'Anything',
  findIntro:
    'Type a part of a name, or choose a kind. Everybody who is online is asked; of those who are away, what you saw before is looked through.',
  searching: 'Asking everybody who is here',
  found: (count: number) => counted(count, { one: 'thing found', other: 'things found' }),
  foundNone: 'Nothing of that is shared with you by anybody who is here, or was when you last looked.',
  foundAt: (name: string, folder: readonly string[]) => [name, ...folder].join(' › '),
  nobodyHere: 'Nobody whose folders could be searched is here right now. What you saw before is looked through.',
};
