// Connections that friends carry.
import { fileSize } from '#messages/en/format';

export const relay = {
  by: (name: string) => `relayed by ${name}`,
  helping: (from: string, to: string) => `Helping ${from} and ${to} connect`,
  helpingSome: (count: number) => `Helping ${count} pairs of friends connect`,
  distrusted: (carrier: string) => `The connection through ${carrier} was ended`,
  distrustedText: (carrier: string, name: string) =>
    `What came through ${carrier} was not what ${name} sent. Nothing of it was shown, and ${carrier} passes on nothing for you until Roundtable is started again.`,
  settings: {
    helps: 'Help friends connect',
    helpsText:
      'Two of your contacts who cannot reach each other talk through you. You pass on sealed data and can read none of it. Turned off, it stops at once.',
    rate: 'At most, in each direction',
    rates: (megabits: number) => `${megabits} Mbit/s`,
    month: 'At most, in a month',
    months: (gigabytes: number) => `${gigabytes} GB`,
    metered: {
      metered: 'This computer says that the connection is metered: nothing is passed on until that changes.',
      unmetered: 'Nothing is passed on where the connection is metered.',
      unknown: 'Nothing is passed on where the connection is metered; this computer does not say whether it is.',
    },
    now: 'Right now',
    nobody: 'Nobody needs your help.',
    pair: (from: string, to: string) => `${from} and ${to}`,
    used: (bytes: number, gigabytes: number) => `${fileSize(bytes)} of ${gigabytes} GB passed on this month`,
    usedUp: 'This month’s share is used up: it goes on next month.',
    isHelped: 'Let friends help me connect',
    isHelpedText:
      'Where no direct path to somebody is found, a friend of you both who agreed passes everything on, sealed. They learn that the two of you are connected and how much passes, not what.',
  },
};
