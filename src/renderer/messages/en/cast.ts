// Casts: going live, watching, and who carries a stream on to whom.
import { counted, duration, listed } from '#messages/en/format';

const viewers = (count: number): string => counted(count, { one: 'viewer', other: 'viewers' });
const people = (count: number): string => counted(count, { one: 'person', other: 'people' });
const seconds = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`;
const rate = (bitsPerSecond: number): string =>
  bitsPerSecond >= 1_000_000
    ? `${(bitsPerSecond / 1_000_000).toFixed(1)} Mbit/s`
    : `${Math.round(bitsPerSecond / 1_000)} kbit/s`;

export const cast = {
  title: 'Casts',
  sidebarText: 'Go live, or watch friends',
  sidebarLive: (count: number) => (count === 1 ? 'One is live now' : `${count} are live now`),
  region: 'Casts',
  viewers,
  people,
  rate,
  elapsed: duration,

  // what friends cast
  offers: 'Live now',
  nothing: 'Nobody you know is live',
  nothingText: 'When a contact goes live for you, it shows here and in the sidebar.',
  by: (name: string) => `${name} is live`,
  watch: 'Watch',
  watchOf: (title: string, name: string) => `Watch “${title}” by ${name}`,
  begun: (name: string) => `${name} went live`,

  // going live
  own: 'Your own cast',
  ownText: 'Those who watch pass it on to each other, so that your line carries it about twice, however many watch.',
  sources: 'What to show',
  camera: 'Camera',
  cameraText: 'You, with your microphone',
  screen: 'Screen',
  screenText: 'A screen, a window or a tab, with its sound where the system gives it',
  file: 'Film or music',
  fileText: 'A file from this computer',
  filePicker: 'Film or music to cast',
  preview: 'What others will see',
  previewLive: 'What others see',
  noPicture: 'Sound only',
  level: 'Loudness of what goes out',
  opening: 'Opening …',
  name: 'Title',
  nameHint: 'Shown to everybody who may watch.',
  nameInvalid: 'A title has 1 to 80 visible characters.',
  usualName: (name: string) => `${name} live`,
  who: 'Who may watch',
  all: 'All my contacts',
  allText: 'Everybody in your list who is online',
  some: 'Chosen contacts',
  someText: 'Only those you choose',
  chosen: 'Contacts who may watch',
  chosenText: 'They see the cast as soon as it begins.',
  nobody: 'There is nobody in your list yet.',
  full: 'No more than 1 000 contacts.',
  byLink: 'Anyone with the link, too',
  byLinkText: 'You make the link once you are on air. Whoever holds it may watch until it expires.',
  link: 'Link to this cast',
  linkText:
    'Whoever holds this link may watch, as long as you are on air and until it expires. They learn your name and network address.',
  linkFrom: (name: string) => `A cast by ${name}`,
  linkTold: (name: string) => `${name} and those who watch learn your name and network address.`,
  reaching: (name: string) => `Reaching ${name} …`,
  quality: 'Picture',
  qualities: {
    low: 'Small, 360 lines, about 0.7 Mbit/s',
    usual: 'Medium, 540 lines, about 1.3 Mbit/s',
    high: 'Large, 720 lines, about 2.4 Mbit/s',
  },
  goLive: 'Go live',
  starting: 'Starting …',
  cannotYet: 'Choose what to show first.',

  // on air
  onAir: 'On air',
  onAirFacts: (parts: readonly string[]) => parts.join(', '),
  upload: (bits: number) => `Upload ${rate(bits)}`,
  copies: (copies: number) => `${(Math.round(copies * 10) / 10).toFixed(1)} copies`,
  copiesText: 'How many times your line carries the stream. The viewers carry the rest.',
  nobodyWatches: 'Nobody watches yet. Contacts who may watch see it in their sidebar.',
  bar: 'Cast controls',
  mute: 'Mute microphone',
  unmute: 'Unmute microphone',
  change: 'Show something else',
  end: 'End cast',
  endTitle: 'End the cast?',
  endText: (count: number) => `It ends for ${count === 1 ? 'the person' : `the ${people(count)}`} watching.`,
  ended: {
    camera: 'The camera is gone',
    screen: 'The shared screen was closed',
    file: 'The file is over',
  },
  endedText: 'The cast goes on without a picture. Show something else, or end it.',
  stopped: 'The cast has ended',

  // watching
  joining: 'Joining …',
  joiningText: (name: string) => `Finding a place among those who watch ${name}`,
  waiting: 'The picture comes with the next whole frame',
  looking: 'Looking for somebody to get the stream from',
  stalled: 'Waiting for the stream',
  behind: (ms: number) => `${seconds(ms)} behind`,
  over: 'The cast has ended',
  overText: (name: string) => `${name} has stopped casting.`,
  failed: 'The cast cannot be watched',
  again: 'Try again',
  back: 'Back to casts',
  leave: 'Stop watching',
  sound: 'Sound',
  silence: 'Turn the sound off',
  unsilence: 'Turn the sound on',
  volume: 'Volume of the cast',
  percent: (value: number) => `${value} %`,
  pip: 'Watch in a small window',
  fullScreen: 'Full screen',
  pipFailed: 'The picture cannot be put into a window of its own now',

  // who carries it on
  map: 'Who feeds whom',
  openMap: (feeds: string) => `${feeds}, show who feeds whom`,
  mapText:
    'The stream is cut into four strands. Each viewer passes one of them on to some others, as far as their line allows.',
  mapGraph: 'Lines from each person to those they feed',
  source: 'casts',
  hops: (depth: number) => (depth === 1 ? 'next to the caster' : `${depth} hops away`),
  you: 'You',
  listed: (names: readonly string[]) => (names.length === 0 ? 'nobody yet' : listed(names)),
  more: (count: number) => `and ${people(count)} more`,
  feeds: (count: number) => (count === 0 ? 'only watches' : `feeds ${people(count)}`),
  from: (names: string) => `gets it from ${names}`,
  remove: 'Remove',
  removeOf: (name: string) => `Remove ${name} from the cast`,
  removeTitle: (name: string) => `Remove ${name}?`,
  removeText: 'They stop receiving the cast and cannot come back to it. Those who passed it on to them are told.',
  lending: (count: number) =>
    count === 0 ? 'You pass nothing on at the moment.' : `You pass it on to ${people(count)}.`,
} as const;
