// The connection with a person: which way it takes, what was tried, and what to do.
import { stopwatch } from '#messages/en/format';
import { lineCheck } from '#messages/en/line-check';
import type { Advice, StepName, Verdict } from '#shared/connection-verdict';

interface VerdictText {
  title: (name: string) => string;
  text: (name: string) => string;
}

const said = (title: (name: string) => string, text: (name: string) => string = () => ''): VerdictText => ({
  title,
  text,
});

const verdict: Record<Verdict, VerdictText> = {
  'same-machine': said(
    () => 'Both on this computer',
    (name) => `What you and ${name} say does not leave it.`,
  ),
  'same-network': said(
    () => 'Connected within the same network',
    (name) => `Straight from your computer to ${name}’s, without the internet.`,
  ),
  direct: said(
    () => 'Connected directly',
    (name) => `Straight from your computer to ${name}’s; neither hides behind a router’s address.`,
  ),
  'through-nat': said(
    () => 'Connected directly, through a router',
    (name) => `Straight to ${name}; routers in between translate addresses. Nobody carries your calls for you.`,
  ),
  'relay-udp': said(
    () => 'Connected through your relay',
    (name) => `No direct path to ${name} was found, so your TURN server passes everything on, encrypted.`,
  ),
  'relay-tcp': said(
    () => 'Connected through your relay, by TCP',
    (name) =>
      `Your network lets no UDP out, or no direct path to ${name} was found. Your TURN server passes everything on.`,
  ),
  'relay-tls': said(
    () => 'Connected through your relay, by TLS',
    () => 'Your network lets little more than the web out. Your TURN server passes everything on.',
  ),
  'their-relay': said(
    (name) => `Connected through ${name}’s relay`,
    (name) => `No direct path was found, so ${name}’s TURN server passes everything on, encrypted.`,
  ),
  'by-friend': said(
    () => 'Connected through a friend',
    (name) =>
      `No direct path to ${name} was found, so a friend of you both passes everything on, sealed. Pictures are small meanwhile, and screens do not pass.`,
  ),
  connected: said(
    () => 'Connected',
    () => 'Which way it takes is being read.',
  ),
  reaching: said(
    (name) => `Reaching ${name}`,
    () => 'A sealed note is on its way to them.',
  ),
  connecting: said(
    (name) => `${name} answers; looking for a path`,
    () => 'Both sides try each address of the other.',
  ),
  proving: said(
    () => 'A path is there; proving who is who',
    () => 'Nothing is said or shown before that.',
  ),
  repairing: said(
    () => 'The path broke; a new one is looked for',
    () => 'That goes on for a minute and a half.',
  ),
  carried: said(
    (name) => `A friend carries ${name}’s voice to you`,
    () => 'No path between you two was found, so somebody in the room passes the voice on.',
  ),
  'not-accepted': said(
    (name) => `${name} is not a contact yet`,
    () => 'Roundtable connects with people who have accepted each other.',
  ),
  'key-changed': said(
    (name) => `${name}’s key has changed`,
    () => 'Nothing connects before you have decided about it.',
  ),
  'no-mailbox': said(
    () => 'Nothing passes on calls to you',
    () => 'No server is set, and the local network is not used.',
  ),
  'mailbox-opening': said(
    () => 'Still going online',
    () => 'The servers that pass on calls have not answered yet.',
  ),
  'mailbox-down': said(
    () => 'You cannot be reached',
    () => 'None of the servers that pass on calls answers.',
  ),
  'not-tried': said(
    () => 'Not connected',
    (name) => `Nothing was tried since Roundtable started. It connects as soon as ${name} is there.`,
  ),
  away: said(
    (name) => `${name} is not there`,
    () => 'The servers say that they are offline.',
  ),
  silent: said(
    (name) => `${name} does not answer`,
    () => 'The note was taken, but nothing came back: their computer sleeps, or is cut off.',
  ),
  unsent: said(
    (name) => `Nothing could be left for ${name}`,
    () => 'The servers that pass on calls took nothing.',
  ),
  'relay-not-set': said(
    () => 'You hide your address, but there is no relay',
    () => 'Calls go through a TURN server only, and none is set.',
  ),
  'relay-refused': said(
    () => 'Your relay gives no address',
    () => 'Calls go through a TURN server only, and it did not answer or refused the password.',
  ),
  'no-addresses': said(
    () => 'This computer has no network',
    () => 'Not one address was found that others could try.',
  ),
  'no-server': said(
    () => 'Only addresses within your own network',
    () => 'No server that tells you your public address is set, so only people in the same network can connect.',
  ),
  'udp-blocked': said(
    () => 'Your network seems to let no UDP out',
    () => 'No server could tell you your public address, so nobody outside can find you.',
  ),
  'their-addresses': said(
    (name) => `Only addresses inside ${name}’s own network came`,
    (name) => `${name}’s network lets no UDP out, or no server there tells the public address.`,
  ),
  'nats-refuse': said(
    () => 'The two routers do not let each other in',
    () =>
      'Both sides know their public address, but at least one router gives another one to everybody. That needs a relay.',
  ),
  'relay-in-vain': said(
    () => 'No path, not even through a relay',
    () => 'A TURN server gave an address, and nothing came through it.',
  ),
  'no-path': said(
    () => 'No path was found',
    () => 'Each address was tried with each of the other side, and none answered. A firewall may drop everything.',
  ),
  'encryption-failed': said(
    () => 'The encryption did not come about',
    () => 'The addresses reach each other, but no keys were agreed on. Something in between may disturb it.',
  ),
  'identity-failed': said(
    (name) => `Nobody proved to be ${name}`,
    (name) => `The other end could not show ${name}’s key, so nothing was played or sent.`,
  ),
  'version-differs': said(
    () => 'Two versions that do not fit',
    () => 'One of the two Roundtables needs an update.',
  ),
  'too-many-links': said(
    () => 'Too many connections at once',
    () => 'Roundtable keeps up to 32 of them.',
  ),
  'protocol-broken': said(
    () => 'The other side said something unknown',
    () => 'The connection was closed, to be on the safe side.',
  ),
  left: said(
    (name) => `${name} has closed Roundtable`,
    () => 'They said goodbye.',
  ),
  lost: said(
    () => 'The connection broke',
    () => 'No new path was found for a minute and a half.',
  ),
  failed: said(
    () => 'It did not work',
    () => 'Something unexpected happened on this side.',
  ),
};

const advice: Record<Advice, string> = {
  none: '',
  wait: 'Nothing to do: it goes on by itself.',
  'check-internet': 'Check that this computer is online, then check your connection here.',
  'set-up-reach': 'Turn on reaching people over the internet, or add servers, in the settings.',
  'add-relay': 'Add a TURN relay in the settings, one that also takes TCP or TLS on port 443. One side is enough.',
  'check-relay': 'Check address, name and password of the TURN relay in the settings.',
  'ask-them': 'Ask them, on another way, to check their connection in Roundtable.',
  accept: 'Wait until they have used your invite, or invite them anew.',
  compare: 'Compare the safety number with them on a way you trust.',
  update: 'Update Roundtable on both sides.',
  'try-again': 'Leave a room or a call, then try again.',
  report: 'Save the report and show it to somebody who knows networks. It holds no addresses and no names.',
};

const step: Record<StepName, string> = {
  mailbox: 'You can be reached',
  signal: 'Note left for them',
  answer: 'They answered',
  addresses: 'Addresses exchanged',
  path: 'A path found',
  encryption: 'Encrypted',
  identity: 'Proven who is who',
};

export const doctor = {
  title: (name: string) => `Connection with ${name}`,
  open: 'Connection',
  why: 'See why',
  verdict,
  advice,
  settings: 'Network settings',
  way: 'The way',
  you: 'You',
  router: 'Router',
  relay: 'TURN relay',
  broken: 'No path',
  friend: 'A friend',
  carries: 'carries the voice',
  passesOn: 'passes it on, sealed',
  nat: {
    none: 'public address',
    steady: 'NAT, the same for all',
    varying: 'NAT, symmetric',
    translated: 'NAT',
    unknown: '',
  },
  family: { ipv4: 'IPv4', ipv6: 'IPv6', hidden: '' },
  by: { udp: 'UDP', tcp: 'TCP', tls: 'TLS' },
  facts: (...parts: string[]) => parts.filter((part) => part !== '').join(', '),
  figures: 'Now',
  figure: {
    roundTrip: 'Round trip',
    loss: 'Lost',
    jitter: 'Jitter',
    sent: 'Sending',
    received: 'Receiving',
  },
  noFigure: 'not measured',
  ms: (value: number) => `${value < 10 ? value.toFixed(1) : Math.round(value)} ms`,
  share: (ratio: number) => `${(ratio * 100).toFixed(ratio < 0.1 && ratio > 0 ? 1 : 0)} %`,
  rate: (bitsPerSecond: number) =>
    bitsPerSecond < 999_500
      ? `${Math.round(bitsPerSecond / 1_000)} kbit/s`
      : `${(bitsPerSecond / 1_000_000).toFixed(1)} Mbit/s`,
  chart: (figure: string, now: string, most: string) => `${figure}: ${now}, at most ${most} in the last two minutes`,
  steps: 'Step by step',
  step,
  stepState: { done: 'Done', running: 'Under way', failed: 'Failed', open: 'Not come to' },
  events: (count: number) => `What happened (${count})`,
  candidateKind: {
    host: 'own address',
    srflx: 'address seen by a server',
    prflx: 'address seen by the other side',
    relay: 'address of a relay',
  },
  place: { private: 'of a local network', public: 'public', hidden: 'hidden' },
  happened: {
    attempt: { initiator: 'Begin to connect', responder: 'They begin to connect' },
    sent: (signal: string, way: string) => `Sent ${signal} by ${way}`,
    unsent: (signal: string, why: string) => `Could not send ${signal}: ${why}`,
    received: (signal: string) => `Received ${signal}`,
    candidate: { mine: 'Found', theirs: 'They found' },
    connection: {
      new: 'Connection made',
      connecting: 'Trying addresses',
      connected: 'Connected and encrypted',
      disconnected: 'Nothing comes through',
      failed: 'Nothing came through',
      closed: 'Connection closed',
    },
    path: 'Path in use',
    proving: 'Proving who is who',
    open: 'Ready',
    repairing: 'Looking for a new path',
    left: 'Ended on purpose',
    closed: (why: string) => `Ended: ${why}`,
  },
  signal: {
    here: 'a greeting',
    offer: 'an offer',
    answer: 'an answer',
    candidates: 'addresses',
    bye: 'a goodbye',
  },
  mailbox: {
    machine: 'this computer',
    nearby: 'the local network',
    network: 'your own server',
    dht: 'the DHT',
    internet: 'a server on the internet',
    members: 'somebody in the room',
    'by-hand': 'you, by hand',
  },
  between: (local: string, remote: string) => `${local} – ${remote}`,
  after: (ms: number) => {
    if (ms < 1_000) return `${Math.round(ms)} ms`;
    return ms < 60_000 ? `${(ms / 1_000).toFixed(1)} s` : stopwatch(ms);
  },
  natText: {
    none: 'a public address of its own',
    steady: 'behind a router that keeps one address for everybody',
    varying: 'behind a router that gives another address to everybody (symmetric)',
    translated: 'behind a router; which kind cannot be told',
    unknown: 'no server told the public address',
  },
  report: {
    title: 'Report',
    text: 'What is seen here, without names, addresses and keys, for somebody who helps you. They can open it in their Roundtable.',
    save: 'Save the report',
    copy: 'Copy the report',
    copied: 'Copied',
    saved: (name: string) => `Saved as ${name}`,
    open: 'Open a report…',
    openTitle: 'Report of a connection',
    openText: 'Shows what somebody else saw, at any of its moments. Nothing is sent anywhere.',
    choose: 'Choose a file',
    madeBy: (version: string, shell: string, platform: string) =>
      `Made with Roundtable ${version}, ${shell}, ${platform}.`,
    moment: 'Moment',
    somebody: 'the other person',
  },
  line: lineCheck,
};
