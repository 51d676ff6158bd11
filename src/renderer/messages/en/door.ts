// Rooms from outside: the list of them, opening one, the way in, and what is read out of them.
import { counted, listed, longWeekday, remaining, stopwatch } from '#messages/en/format';

export const door = {
  // the sidebar and the list of rooms
  rooms: 'Rooms',
  openRoom: 'Open a room',
  openRoomWith: (name: string) => `Open a room with ${name}`,
  people: (count: number) => counted(count, { one: 'person', other: 'people' }),
  atTheTable: (people: string, ms: number) => `${people}, ${stopwatch(ms)}`,
  entering: 'On the way in',
  knocking: 'Waiting at the door',
  held: 'On hold',
  resume: 'Resume',
  resumeRoom: (name: string) => `Resume ${name}`,
  ended: {
    left: { title: (name: string) => `You left ${name}`, text: 'The others go on without you.' },
    removed: {
      title: (name: string) => `You were removed from ${name}`,
      text: 'The people inside decided so. To come back, one of them has to let you in again.',
    },
    declined: {
      title: (name: string) => `You were not let into ${name}`,
      text: 'The people inside were asked and said no. Ask one of them to ring you.',
    },
    elsewhere: {
      title: (name: string) => `You sit in ${name} somewhere else`,
      text: 'You joined from another window or computer, and your seat went there.',
    },
    failed: {
      title: (name: string) => `${name} could not go on`,
      text: 'Something went wrong on this side. Try again.',
    },
  },
  nobodyThere: {
    title: 'Nobody opened the door',
    text: 'A room link leads to whoever made it. They are offline, or not in the room any more. Ask somebody inside for a new link, or to ring you.',
  },
  linkTitle: 'Use a link',
  lastPeople: (names: readonly string[]) => `With ${listed(names)}`,
  lastAlone: 'Only you so far',
  more: (name: string) => `More actions for ${name}`,
  open: 'Open again',
  link: 'Link and code',
  forget: 'Forget',
  forgetTitle: (name: string) => `Forget ${name}?`,
  forgetText:
    'The room leaves your list, and you cannot open it again from here. The others keep it, and a new link of theirs lets you back in.',

  // opening one
  weekday: longWeekday,
  suggested: (weekday: string) => `${weekday} table`,
  name: 'Name of the room',
  nameHint: 'Everybody who comes in sees it.',
  nameInvalid: 'Use 1 to 32 visible characters.',
  ask: 'Who shall be asked in?',
  askText: 'It rings on their side as soon as you are in. You can ask others later, or send a link.',
  askGroupText: (strangers: number) =>
    `It rings on their side as soon as you are in. ${counted(strangers, { one: 'person of the group is', other: 'people of the group are' })} not among your contacts: once inside, send a link into the group.`,
  nobodyToAsk: 'You know nobody yet who could be rung. Once inside you can send a link.',
  choose: 'Continue',
  chooseWith: (count: number) => `Continue with ${counted(count, { one: 'person', other: 'people' })}`,
  haveLink: 'I have a link',
  tooMany: (seats: number) => `A table has ${seats} seats.`,

  // a link
  linkFrom: (name: string) => `The link was made by ${name}.`,
  linkFromStranger: (name: string) => `The link was made by somebody who calls themself ${name}.`,
  linkExpires: (ms: number) => `It runs out in ${remaining(ms)}.`,
  toTheDoor: 'To the door',
  toTheDoorText: (name: string) => `There you see who is inside. ${name} is told that you look, and both apps connect.`,
  roomLink: 'Link into the room',

  // before joining
  join: 'Join',
  openIt: 'Open the room',
  leaveCallAndJoin: 'Leave the call and join',
  holdAndJoin: 'Join and hold the other room',
  inCall: 'You are in a call',
  inCallText: 'Your microphone stays with the call until you join. Joining ends the call.',
  inRoom: (name: string) => `You are in ${name}`,
  inRoomText: 'Joining holds that room: you neither hear it nor are heard there until you resume it.',
  willRing: (names: readonly string[]) => `${listed(names)} will be asked in.`,
  willBeAlone: 'You will be the first at the table.',
  insideCount: (people: string) => `${people} at the table.`,
  insideNames: (names: readonly string[]) => `Inside: ${listed(names)}`,
  glance: {
    asking: 'Looking who is inside',
    list: 'Who is inside',
    locked: 'The room is locked, and who is inside is not told. If you join, the people inside are asked.',
    lockedForOthers: 'It is locked. You may come in all the same.',
    away: 'Nobody answers who could say who is inside.',
    recorded: (names: readonly string[]) =>
      `${listed(names)} ${names.length === 1 ? 'records' : 'record'}. You will be asked whether you agree.`,
  },
  lastTime: (names: readonly string[]) => `Last time with ${listed(names)}.`,
  lastTimeAlone: 'Nobody else was here yet.',
  askedBy: (name: string) => `${name} asks you in.`,
  preview: 'Your camera',
  opening: 'Opening the microphone',
  level: 'Level of your microphone',
  sayHello: 'Say something: the bar should move.',
  youMuted: 'You come in muted.',
  privacy: 'Nobody hears or sees you before you join.',
  controls: 'Microphone and camera',
  you: 'How you come in',
  notNow: 'Not now',
  listenOnly: 'You can come in and listen meanwhile.',
  tryMicrophone: 'Try the microphone again',

  // on the way in
  reaching: (name: string) => `Reaching ${name}`,
  reachingText: 'Looking for a direct path',
  openingRoom: 'Opening the room',
  knockingTitle: 'You are at the door',
  knockingText: 'The room is locked. The people inside were asked to let you in.',
  cancel: 'Cancel',

  // being rung
  rung: (name: string) => `${name} asks you to the table`,
  rungRoom: (room: string, people: string) => `“${room}”, ${people}`,
  rungRoomWith: (room: string, names: readonly string[]) => `“${room}”, with ${listed(names)}`,
  holdsRoom: (name: string) => `Joining holds ${name}.`,
  endsCall: 'Joining ends your call.',
  accept: 'Join',
  look: 'Check devices first',
  decline: 'Decline',
  missedRing: (name: string, room: string) => `${name} asked you to “${room}”`,
  goThere: 'Go there',

  // a link for others
  linkInto: (name: string) => `Link into ${name}`,
  linkOutside: 'You are not in this room now. The link leads to you: it works while you are inside.',
  validFor: 'Valid for',
  hours: { '1': '1 hour', '24': '1 day', '168': '1 week' },
  makeLink: 'Make a link',
  newLink: 'New link',
  making: 'Making a link',
  copyLink: 'Copy link',
  code: 'Link into the room as a code to scan',
  runsOut: (ms: number) => `Runs out in ${remaining(ms)}`,
  ringInto: (room: string) => `Ring into ${room}`,
  ringing: (name: string, room: string) => `${name} is asked into ${room}`,

  // read out while it happens
  said: {
    region: 'What happens in the room',
    joined: (name: string) => `${name} came in`,
    left: (name: string) => `${name} left`,
    lost: (name: string) => `${name} lost the connection and is gone`,
    removed: (name: string) => `${name} was removed`,
    line: (name: string, text: string) => `${name}: ${text}`,
    reacted: (name: string, reaction: string) => `${name} ${reaction}`,
    hand: (name: string) => `${name} raised a hand`,
  },
};
