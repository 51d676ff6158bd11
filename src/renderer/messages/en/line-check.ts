// A look at one's own line before a call: what was asked, what answered, and what follows from it.
import type { LineVerdict } from '#shared/connection-verdict';

const lineVerdict: Record<LineVerdict, { title: string; text: string }> = {
  unreachable: {
    title: 'You cannot be reached',
    text: 'None of the servers that pass on calls answers. Check that this computer is online.',
  },
  'no-network': {
    title: 'This computer has no network',
    text: 'Not one address was found that others could try. Check cable or Wi-Fi.',
  },
  'hidden-without-relay': {
    title: 'You hide your address, but no relay works',
    text: 'Calls go through a TURN server only. Check its address, name and password in the settings, or show your address.',
  },
  'no-udp': {
    title: 'Nobody outside your network can connect with you',
    text: 'No server answered by UDP, and no relay works. Add a TURN relay that takes TCP or TLS on port 443.',
  },
  'relay-only-works': {
    title: 'Calls go through your relay',
    text: 'Your network lets no UDP out, but the relay works. That is slower than a direct path.',
  },
  'needs-relay': {
    title: 'A relay would help',
    text: 'Your router gives another address to everybody, so people behind a similar router cannot connect with you. Add a TURN relay.',
  },
  'no-microphone': {
    title: 'Others would not hear you',
    text: 'The network is fine, but no microphone can be used.',
  },
  'some-server-silent': {
    title: 'Ready, but not everything answers',
    text: 'Most calls will work. A server in your settings does not; see below which.',
  },
  'local-only': {
    title: 'Ready for people in your network',
    text: 'No server that tells you your public address is set, so people elsewhere cannot connect unless they have one.',
  },
  'without-relay': {
    title: 'Ready for most calls',
    text: 'Everything that is set answers. Where two routers are too strict for each other it takes a TURN relay, and you have none.',
  },
  fine: {
    title: 'Everything is ready for calls',
    text: 'Mailboxes, servers and devices answer.',
  },
};

export const lineCheck = {
  title: 'Your connection',
  check: 'Check my connection',
  text: 'Sees in five seconds whether calls will work: servers, relays, router and devices. Nobody is called.',
  checking: 'Looking',
  again: 'Check again',
  running: 'Looking',
  took: (ms: number) => `Checked in ${(ms / 1_000).toFixed(1)} s.`,
  verdict: lineVerdict,
  groups: { mailboxes: 'How calls reach you', paths: 'How your voice gets out', devices: 'Devices' },
  addresses: 'This computer',
  noAddress: 'no address was found',
  hidden: 'your address is hidden behind the relay',
  stun: (host: string) => `STUN server ${host}`,
  turn: (host: string, by: string) => `TURN relay ${host} by ${by}`,
  answers: 'tells your public address',
  relays: 'passes on what you say',
  trial: {
    silent: 'does not answer',
    refused: 'refuses the name and password',
    deaf: 'gives an address, but nothing comes through it',
  },
  noMailboxes: 'Nothing',
  noServers: 'No servers',
  noServersText: 'Nobody is asked for your public address; that is enough within one network.',
  permission: {
    granted: 'there, and allowed',
    denied: 'not allowed: allow it in the system or the browser',
    ask: 'there; you are asked when it is first used',
    unknown: 'there',
  },
  missing: 'none is plugged in',
  present: 'there',
  speakerUnknown: 'not told; sound goes where the system sends it',
};
