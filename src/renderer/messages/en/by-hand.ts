// A connection opened by two texts that people carry.
import { inlineTime } from '#messages/en/format';

export const byHand = {
  open: 'Connect by hand…',
  title: (name: string) => `Connect with ${name} by hand`,
  about: (name: string) =>
    `For when no server passes anything on between you. You give ${name} a text, and ${name} gives you one back: through a messenger, on a USB stick, or from screen to screen. Then you are connected as always.`,
  before: 'First plug in the cable between the two computers, or join the same Wi-Fi.',
  make: (name: string) => `Make the text for ${name}`,
  makeAgain: 'Begin again',
  making: 'Looking for the addresses of this computer',
  or: (name: string) => `Or did ${name} give you a text already?`,
  give: (name: string) => `Give this text to ${name}`,
  giveBack: (name: string) => `Give this answer back to ${name}`,
  sealed: (name: string) => `Only ${name} can open it. It works once, until ${name} has answered or a day is over.`,
  sealedAnswer: (name: string) => `Only ${name} can open it.`,
  text: 'The text',
  answer: 'The answer',
  copy: 'Copy',
  save: 'Save a file',
  saved: (name: string) => `Saved as ${name}`,
  showCode: 'Show a QR code',
  hideCode: 'Hide the QR code',
  code: (name: string) => `QR code of the text for ${name}`,
  putIn: (name: string) => `Put in what ${name} gives you back`,
  theirText: (name: string) => `The text from ${name}`,
  placeholder: 'roundtable:h1/…',
  pasteHint: 'Paste it, drop the file here, or open it.',
  openFile: 'Open a file…',
  reading: 'Opening the text',
  offerFrom: (name: string, madeAt: number, nowMs: number) =>
    `${name} wants to connect with you. The text was made ${inlineTime(madeAt, nowMs)}.`,
  answerFrom: (name: string, madeAt: number, nowMs: number) =>
    `${name} answers you. The text was made ${inlineTime(madeAt, nowMs)}.`,
  answeringText: (name: string) => `The answer holds the addresses of this computer, for ${name} alone.`,
  replaces: (name: string) => `Your own text for ${name} is given up then.`,
  makeAnswer: 'Make the answer',
  connect: 'Connect',
  goOn: (name: string) => `Go on with ${name}`,
  keepOpen: (name: string) =>
    `As soon as ${name} has put in the answer, you are connected. You may close this window, but leave Roundtable open.`,
  keepOpenMine: 'You may close this window meanwhile, but leave Roundtable open.',
  connecting: 'Looking for a path between the two computers',
  connected: (name: string) => `You are connected with ${name}`,
  connectedText: 'Call, write and send files as always.',
  giveUp: 'Give up',
};
