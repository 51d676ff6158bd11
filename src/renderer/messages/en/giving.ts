// Give and take: what went and came of files, and what they may take of the line.
import { fileSize, listed, sinceTime } from '#messages/en/format';

export const giving = {
  gave: 'You gave',
  got: 'You got',
  size: fileSize,
  since: (ms: number, nowMs: number) => `Files with everybody, since ${sinceTime(ms, nowMs)}.`,
  none: 'Nothing has gone or come yet. What you give and get of files is counted here.',
  ratio: (percent: number) => `Of all that moved you gave ${percent} %.`,
  people: 'With whom',
  gaveTo: (bytes: number) => `gave ${fileSize(bytes)}`,
  gotFrom: (bytes: number) => `got ${fileSize(bytes)}`,
  part: (name: string) => `What you gave ${name}, of all that moved between you`,
  percent: (percent: number) => `${percent} %`,
  line: (parts: readonly string[]) => parts.join(', '),
  /** Between people, whoever gave little gets too. */
  fair: 'Whoever gave you nothing yet gets files from you as well: some places always go round among all who wait.',

  limits: 'What files may take of your line now',
  noLimits: 'All of it, in both directions.',
  limited: (parts: readonly string[]) => `At most ${listed(parts)}.`,
  upTo: (bytes: number) => `${fileSize(bytes)} a second out`,
  downTo: (bytes: number) => `${fileSize(bytes)} a second in`,
  offHours: 'The limits you set hold at other hours.',
  change: 'Change limits',

  held: 'You give nothing at the moment',
  heldText: 'Your connection costs by what it carries, says this computer. What others give you goes on.',
};
