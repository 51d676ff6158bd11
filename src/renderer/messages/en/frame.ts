// The frame of the app: first run, troubles at start, shortcuts, and words used everywhere.
import { counted } from '#messages/en/format';

export const common = {
  appName: 'Roundtable',
  /** In the title of the window. */
  missedTitle: (count: number) => `(${count}) Roundtable`,
  close: 'Close',
  cancel: 'Cancel',
  save: 'Save',
  back: 'Back',
  tryAgain: 'Try again',
  dismiss: 'Dismiss',
  copy: 'Copy',
  copied: 'Copied',
  copyFailed: 'It could not be copied. Select the text and copy it by hand.',
  add: 'Add',
  remove: 'Remove',
  you: 'You',
  loading: 'Opening Roundtable',
  notices: 'Notices',
  shortId: (id: string) => `Id ${id}`,
};

export const paneBroken = {
  title: 'This part of the window failed',
  text: 'The rest still works. A call, if there is one, goes on.',
  again: 'Show it again',
};

export const firstRun = {
  step: (step: number, steps: number) => `Step ${step} of ${steps}`,
  name: {
    title: 'What shall people call you?',
    text: 'Calls between equals, straight from one computer to the other. No account, no phone number.',
    label: 'Your name',
    placeholder: 'For example Ada',
    hint: 'People you invite see it. You can change it at any time.',
    invalid: 'Use 1 to 32 visible characters.',
    next: 'Continue',
    working: 'Making your key',
    restore: 'I have recovery words',
  },
  restore: {
    title: 'Bring your identity back',
    text: 'Type your 24 words in their order, with spaces between them.',
    label: 'Recovery words',
    count: (count: number) => `${counted(count, { one: 'word', other: 'words' })} of 24`,
    unknown: (place: number, word: string) => `Word ${place}, “${word}”, is none of the words there are.`,
    unknownMore: (count: number) => `${counted(count, { one: 'more word is', other: 'more words are' })} unknown too.`,
    order: 'Every word is right by itself, but they do not stand in the order in which you wrote them down.',
    next: 'Bring it back',
  },
  meet: {
    title: (name: string) => `Nice to meet you, ${name}`,
    text: 'Your key is kept on this computer. It is you: it never leaves this computer, and your colour and id come from it.',
    idLabel: 'Your id',
    wordsHint: 'Write down your recovery words in Settings when you have a minute.',
    next: 'Continue',
  },
  reach: {
    title: 'Reach people over the internet?',
    text: 'To find each other, Roundtable needs somebody to pass on a sealed note. Nothing is contacted until you answer.',
    yes: 'Yes, over the internet',
    yesText: 'Contacts the servers below. They see your address and that you are online, never what you say.',
    no: 'Only nearby',
    noText: 'Stays on this computer and this network. Contacts on the same network are found without any server.',
    servers: 'Servers it would contact',
    serverRole: 'Passes on sealed notes',
    stunRole: 'Tells your own address (STUN)',
    changeServers: 'Change servers',
    later: 'You can change this in Settings, Network.',
    next: 'Continue',
    working: 'Opening your table',
  },
};

export const starting = {
  elsewhere: {
    title: 'Roundtable is open in another window',
    text: 'Only one window of a profile can be on the network, so that calls arrive in one place.',
    take: 'Use Roundtable here',
  },
  broken: {
    keptAt: (path: string) => `It is kept at ${path}`,
    restore: 'Use recovery words',
    setAside: 'Put it aside and begin anew',
    setAsideTitle: 'Begin with a new identity?',
    setAsideText:
      'The unreadable file is moved aside, never deleted. People you know will have to be invited again, because they know your old key.',
    setAsideConfirm: 'Put it aside',
    report: 'Save a report',
  },
};

export const shortcuts = {
  title: 'Keyboard shortcuts',
  groups: {
    anywhere: 'Anywhere',
    chat: 'While you write',
    messages: 'On a message',
    call: 'In a call or a room',
    room: 'In a room',
    ringing: 'When it rings',
  },
  search: 'Search people and messages',
  invite: 'Invite somebody',
  openRoom: 'Open a room',
  newGroup: 'New group',
  settings: 'Settings',
  help: 'This list',
  move: 'Move through people',
  mute: 'Mute or unmute',
  camera: 'Camera on or off',
  leave: 'Leave',
  hand: 'Raise or lower your hand',
  talk: 'Talk while muted, as long as it is held',
  send: 'Send',
  newLine: 'New line',
  editLast: 'Change your last message, in an empty field',
  walk: 'From message to message',
  act: 'What to do with a message',
  write: 'Back to the field',
  answer: 'Accept',
  decline: 'Decline',
  keys: {
    ctrl: 'Ctrl',
    command: 'Cmd',
    shift: 'Shift',
    alt: 'Alt',
    option: 'Option',
    space: 'Space',
    up: 'Up',
    down: 'Down',
    comma: 'Comma',
    enter: 'Enter',
    escape: 'Esc',
  },
};
