// The vault: my things with friends, theirs with me, and bringing things back.
import { counted, duration, fileSize, inlineTime, listed, longTime, remaining } from '#messages/en/format';

const files = (count: number): string => counted(count, { one: 'file', other: 'files' });
const things = (count: number): string => counted(count, { one: 'thing', other: 'things' });
const keepers = (count: number): string => counted(count, { one: 'keeper', other: 'keepers' });
const parts = (count: number): string => counted(count, { one: 'part', other: 'parts' });

export const vault = {
  title: 'Vault',
  sidebarText: 'Backups with friends',
  region: 'Vault',
  list: 'What is in the vault',
  tabs: { things: 'My things', keepers: 'Keepers' },
  tabsLabel: 'Parts of the vault',
  size: fileSize,
  line: (parts: readonly string[]) => parts.join(', '),
  percent: (percent: number) => `${percent} %`,
  failedTitle: 'The vault could not be read',

  // how it is, in all
  sum: {
    restoring: (percent: number) => `Restoring, ${percent} %`,
    drilling: 'Trying a restore',
    putting: (percent: number) => `Encrypting, ${percent} %`,
    lost: (count: number) => `${things(count)} cannot be restored`,
    risk: (count: number) => `${things(count)} at risk`,
    waiting: (count: number) => `${things(count)} on the way`,
    seeking: 'Being looked for',
    safe: (count: number) => (count === 1 ? '1 thing, safe' : `${things(count)}, all safe`),
  },
  overview: {
    safe: (count: number) => (count === 1 ? 'Your thing is safe' : `All ${count} things are safe`),
    safeText: (spare: number, all: number) =>
      spare === 1
        ? `Any one of ${keepers(all)} can vanish, and everything comes back.`
        : `Any ${spare} of ${keepers(all)} can vanish, and everything comes back.`,
    waiting: (count: number) => `${things(count)} on the way to keepers`,
    waitingText: 'It goes on by itself whenever one of your keepers is online.',
    missing: (count: number) => `${count === 1 ? 'One more keeper is' : `${count} more keepers are`} needed`,
    missingText:
      'Until then too few have it, and part of it lies on this computer alone. Ask a friend to keep for you.',
    risk: (count: number) => `${things(count)} at risk`,
    riskText: 'One more loss and it is gone. It is repaired as soon as another keeper has room: ask a friend.',
    lost: (count: number) => `${things(count)} cannot be restored at present`,
    lostText: 'Too many of its keepers are away or gone. It can be restored again once enough of them are back.',
    reading: 'Being encrypted',
    readingText: 'It goes to your keepers as soon as it is done.',
  },
  empty: {
    title: 'Backups that only you can read',
    text: 'What you put in here is encrypted on this computer, cut into pieces, and kept by friends: none of them can read it, and several of them can vanish before anything is lost.',
    first: 'Begin with a friend: ask one to keep for you, and offer the same in return.',
    firstPut: 'Now drop a file or a folder here, or choose one.',
  },

  // putting things in
  put: {
    heading: 'Being put in',
    files: 'Put files in',
    folder: 'Put a folder in',
    pickerFiles: 'Files for the vault',
    pickerFolder: 'Folder for the vault',
    drop: 'Drop to put it into the vault',
    waiting: 'Next',
    reading: (done: number, all: number) => `${fileSize(done)} of ${fileSize(all)} encrypted`,
    ending: 'Written to the disk',
    speed: (bytesPerSecond: number) => `${fileSize(bytesPerSecond)}/s`,
    progress: (name: string) => `Encryption of ${name}`,
    cancel: (name: string) => `Do not put ${name} in`,
    failed: (name: string) => `${name} is not in the vault`,
    changed: 'It changed while it was being read, so nothing of it was kept. Put it in again once it is at rest.',
    tooMany: 'At most 20,000 files make one thing. Pack the folder into an archive, or put its parts in one by one.',
    leave: 'What is being encrypted is given up when you leave.',
  },

  // one of my things
  item: {
    facts: (bytes: number, count: number, isFolder: boolean) =>
      isFolder ? `${files(count)}, ${fileSize(bytes)}` : fileSize(bytes),
    at: longTime,
    versions: (count: number) => counted(count, { one: 'version', other: 'versions' }),
    versionsOf: (count: number, name: string) => `${counted(count, { one: 'version', other: 'versions' })} of ${name}`,
    version: (number: number) => `Version ${number}`,
    newest: 'newest',
    more: (name: string) => `More for ${name}`,
    restore: 'Restore',
    restoreOf: (name: string) => `Restore ${name}`,
    restoreVersion: (number: number, name: string) => `Restore version ${number} of ${name}`,
    remove: 'Delete',
    removeVersion: (number: number, name: string) => `Delete version ${number} of ${name}`,
    stop: 'Stop',
    stopOf: (name: string) => `Stop reading ${name}`,
    pieces: (name: string) => `Pieces of ${name} with keepers`,
    kept: (done: number, all: number) => `${fileSize(done)} of ${fileSize(all)} with keepers`,
  },
  health: {
    reading: 'Being encrypted…',
    waiting: (percent: number) => `On its way to keepers, ${percent} %`,
    missing: (count: number) =>
      count === 1 ? 'Waiting for keepers: 1 more needed' : `Waiting for keepers: ${count} more needed`,
    safe: (spare: number, all: number) =>
      spare === 1
        ? `Safe: any one of its ${keepers(all)} can vanish`
        : `Safe: any ${spare} of its ${keepers(all)} can vanish`,
    risk: 'At risk: one more loss and it is gone',
    lost: 'Cannot be restored at present',
  },
  remove: {
    title: (name: string) => `Delete ${name} from the vault?`,
    titleVersion: (number: number, name: string) => `Delete version ${number} of ${name}?`,
    text: 'All of its versions are deleted, with every friend who keeps them too. The files on your computer stay as they are.',
    textVersion:
      'It is deleted, with every friend who keeps it too. The other versions and the files on your computer stay.',
    confirm: 'Delete',
    done: (name: string) => `${name} is not in the vault any more`,
  },

  // bringing things back
  run: {
    heading: 'Coming back',
    restore: (name: string) => `Restoring ${name}`,
    drill: 'Trying a restore',
    try: 'Try a restore',
    tryHint: 'A random part is fetched, compared and deleted again.',
    progress: (name: string) => `Restore of ${name}`,
    waiting: 'Too few of its keepers are here. It goes on by itself when they are back.',
    running: (done: number, all: number) => `${fileSize(done)} of ${fileSize(all)}`,
    left: (ms: number) => `${duration(Math.max(1_000, ms))} left`,
    starting: 'asking keepers',
    done: (name: string) => `${name} is in your downloads`,
    doneFrom: (names: readonly string[], bytes: number, ms: number) =>
      names.length === 0
        ? `${fileSize(bytes)} in ${duration(Math.max(1_000, ms))}`
        : `From ${listed(names)}, ${fileSize(bytes)} in ${duration(Math.max(1_000, ms))}`,
    drillDone: (count: number, name: string, names: readonly string[], bytes: number, ms: number) =>
      `${parts(count)} of ${name} came back from ${listed(names)} exactly as ${count === 1 ? 'it was' : 'they were'}, ${fileSize(bytes)} in ${duration(Math.max(1_000, ms))}.`,
    drillGood: 'It works',
    failed: (name: string) => `${name} could not be restored`,
    drillFailed: (name: string) => `A part of ${name} did not come back`,
    cancelled: 'You stopped it',
    fromKeepers: (name: string) => `Who ${name} comes from`,
    part: (name: string) => `Part that came from ${name}`,
    cancel: (name: string) => `Stop restoring ${name}`,
    cancelDrill: 'Stop the trial',
    show: 'Show in folder',
    look: 'Look',
    forget: 'Take from the list',
    forgetOf: (name: string) => `Take ${name} from the list`,
  },

  // on a new machine
  index: {
    seeking: 'Your vault is being looked for',
    seekingText: 'Connect to one friend who keeps for you; the rest follows.',
    connect: 'Connect to a friend',
    older: (names: readonly string[]) =>
      `${listed(names)} handed an older state of your vault than somebody else. The newest is used.`,
    forked: (names: readonly string[]) =>
      `${listed(names)} handed a state of your vault that does not follow from the one here. Did another of your computers write to it?`,
    unreadable: (names: readonly string[]) =>
      `${listed(names)} handed a state of your vault that this Roundtable cannot read. Is there a newer Roundtable, or was it damaged there? Other keepers are asked too.`,
    doubts: 'Not everybody knows the same state of your vault',
  },

  // keepers
  keepers: {
    mine: 'Keep for me',
    mineNone: 'Nobody keeps anything of yours yet. Whoever offers you space shows up here.',
    ask: 'Ask a friend',
    askTitle: 'Ask a friend to keep for you',
    askText: 'The question is written into your conversation; you send it. They offer space under Vault, Keepers.',
    askNobody: 'You have no contacts yet. Invite somebody first.',
    askWords: 'Would you keep some encrypted backups of mine? You find it under Vault, Keepers: offer me some space.',
    already: 'keeps for you',
    keeps: (kept: number, pledged: number) => `${fileSize(kept)} of ${fileSize(pledged)}`,
    inReturn: (bytes: number) => `you keep ${fileSize(bytes)} for them`,
    share: (name: string) => `What ${name} keeps, of what they offered`,
    state: {
      good: 'Proves what it keeps',
      new: 'Not asked for a proof yet',
      doubtful: 'Did not prove it lately',
      failed: 'Lost what it kept, and does not count any more',
      leaving: 'Ended it: what is there moves elsewhere',
    },
    proved: (ms: number, nowMs: number) => `proved ${inlineTime(ms, nowMs)}`,
    seen: (ms: number, nowMs: number) => `here ${inlineTime(ms, nowMs)}`,
    here: 'here now',
    never: 'not seen yet',
    gone: 'no contact any more',
    spread: (networks: number, zones: number) =>
      `In ${counted(networks, { one: 'network', other: 'networks' })} and ${counted(zones, { one: 'time zone', other: 'time zones' })}, as far as they are known`,
    isMended: 'Keepers may repair it among themselves',
    isMendedText:
      'While you are away, a keeper with room makes a lost piece again from pieces of others. Nobody can read anything of it; those who take part learn who else keeps for you.',
  },
  pledge: {
    mine: 'I keep for',
    mends: 'Repair for them',
    mendsText:
      'When somebody you keep for is away and another keeper lost a piece, it is made again here, within the space you offered. You cannot read it. At most 2 GB a day are fetched for it.',
    none: 'You keep for nobody yet. Offer a friend some space: what they leave here is sealed, and you can end it at any time.',
    offer: 'Offer space',
    /** On a person's page. */
    offerHere: 'Space for backups',
    diskUsed: (bytes: number) => `${fileSize(bytes)} used`,
    diskPromised: (bytes: number) => `${fileSize(bytes)} more promised`,
    diskFree: (bytes: number) => `${fileSize(bytes)} left to promise`,
    used: (used: number, all: number) => `${fileSize(used)} of ${fileSize(all)}`,
    usedEnded: (used: number) => `${fileSize(used)} still here`,
    nothing: 'Nothing here yet',
    pieces: (count: number) => counted(count, { one: 'sealed piece', other: 'sealed pieces' }),
    share: (name: string) => `What lies here for ${name}`,
    ends: (ms: number) => `Ended. Deleted in ${remaining(ms)}, so that it can move elsewhere.`,
    stranger: 'Somebody who is no contact any more',
    more: (name: string) => `More for ${name}`,
    change: 'Change how much',
    again: 'Offer it again',
    end: 'End it with notice',
    drop: 'Delete all of it now',
    ended: (name: string) => `You keep nothing new for ${name}`,
    endedText: 'What is here is kept for 14 more days, so that it can move elsewhere.',
    title: 'Offer space to a friend',
    titleOf: (name: string) => `Space for ${name}`,
    text: 'They can leave encrypted pieces here. You cannot read them, and you can end it at any time.',
    who: 'For whom',
    whoNobody: 'Everybody you know has space here already, or you have no contacts yet.',
    amount: 'How much',
    unit: 'GB',
    amountOf: (units: number) => `${units} GB`,
    slider: 'How much, in large steps',
    free: (bytes: number) => `Up to ${fileSize(bytes)} can be promised; a part of the disk always stays free.`,
    tooMuch: (bytes: number) => `That is more than is free. Up to ${fileSize(bytes)} can be promised.`,
    notNumber: 'A whole number, at least 1.',
    less: (bytes: number) => `${fileSize(bytes)} are here already. Nothing is deleted, and nothing new is taken.`,
    save: 'Save',
    give: 'Offer it',
    dropTitle: (name: string) => `Delete everything of ${name}?`,
    dropText:
      'It goes at once, without notice. If too few others keep the same, their files are lost. Ending it with notice gives them 14 days to move it.',
    dropConfirm: 'Delete now',
  },
};
