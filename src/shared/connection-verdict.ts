// The names of what can be said of a connection. What follows from each stands in core/doctor, the words with the messages.

/** The steps of the way to a link, in their order. */
export const stepNames = ['mailbox', 'signal', 'answer', 'addresses', 'path', 'encryption', 'identity'] as const;
export type StepName = (typeof stepNames)[number];

export const verdicts = [
  // a link stands
  'same-machine',
  'same-network',
  'direct',
  'through-nat',
  'relay-udp',
  'relay-tcp',
  'relay-tls',
  'their-relay',
  'by-friend',
  'connected',
  // a link comes, or comes back
  'reaching',
  'connecting',
  'proving',
  'repairing',
  // none
  'carried',
  'not-accepted',
  'key-changed',
  'no-mailbox',
  'mailbox-opening',
  'mailbox-down',
  'not-tried',
  'away',
  'silent',
  'unsent',
  'relay-not-set',
  'relay-refused',
  'no-addresses',
  'no-server',
  'udp-blocked',
  'their-addresses',
  'nats-refuse',
  'relay-in-vain',
  'no-path',
  'encryption-failed',
  'identity-failed',
  'version-differs',
  'too-many-links',
  'protocol-broken',
  'left',
  'lost',
  'failed',
] as const;
export type Verdict = (typeof verdicts)[number];

export const advices = [
  'none',
  'wait',
  'check-internet',
  'set-up-reach',
  'add-relay',
  'check-relay',
  'ask-them',
  'accept',
  'compare',
  'update',
  'try-again',
  'report',
] as const;
export type Advice = (typeof advices)[number];

/** What a look at one's own line comes to. */
export const lineVerdicts = [
  'unreachable',
  'no-network',
  'hidden-without-relay',
  'no-udp',
  'relay-only-works',
  'needs-relay',
  'no-microphone',
  'some-server-silent',
  'local-only',
  'without-relay',
  'fine',
] as const;
export type LineVerdict = (typeof lineVerdicts)[number];

/** Of a report about one connection, in characters; a full one has half of it. */
export const connectionReportLength = 128 * 1024;
