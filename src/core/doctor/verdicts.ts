// What follows from each verdict: how good it is, what to do, and at which step it ended.
import type { Advice, StepName, Verdict } from '#shared/connection-verdict';

interface About {
  readonly tone: 'good' | 'busy' | 'bad';
  readonly advice: Advice;
  /** The step at which it ended. */
  readonly step: StepName | null;
}

const good: About = { tone: 'good', advice: 'none', step: null };
const busy: About = { tone: 'busy', advice: 'wait', step: null };
const bad = (step: StepName | null, advice: Advice): About => ({ tone: 'bad', advice, step });

export const aboutVerdict: Readonly<Record<Verdict, About>> = {
  'same-machine': good,
  'same-network': good,
  direct: good,
  'through-nat': good,
  'relay-udp': good,
  'relay-tcp': good,
  'relay-tls': good,
  'their-relay': good,
  'by-friend': { tone: 'good', advice: 'add-relay', step: null },
  connected: good,
  reaching: busy,
  connecting: busy,
  proving: busy,
  repairing: busy,
  carried: { tone: 'busy', advice: 'add-relay', step: 'path' },
  'not-accepted': bad(null, 'accept'),
  'key-changed': bad('identity', 'compare'),
  'no-mailbox': bad('mailbox', 'set-up-reach'),
  'mailbox-opening': busy,
  'mailbox-down': bad('mailbox', 'check-internet'),
  'not-tried': busy,
  away: { tone: 'busy', advice: 'wait', step: 'answer' },
  silent: bad('answer', 'ask-them'),
  unsent: bad('signal', 'check-internet'),
  'relay-not-set': bad('addresses', 'add-relay'),
  'relay-refused': bad('addresses', 'check-relay'),
  'no-addresses': bad('addresses', 'check-internet'),
  'no-server': bad('path', 'set-up-reach'),
  'udp-blocked': bad('path', 'add-relay'),
  'their-addresses': bad('path', 'ask-them'),
  'nats-refuse': bad('path', 'add-relay'),
  'relay-in-vain': bad('path', 'check-relay'),
  'no-path': bad('path', 'report'),
  'encryption-failed': bad('encryption', 'report'),
  'identity-failed': bad('identity', 'compare'),
  'version-differs': bad('identity', 'update'),
  'too-many-links': bad(null, 'try-again'),
  'protocol-broken': bad(null, 'update'),
  left: busy,
  lost: bad('path', 'check-internet'),
  failed: bad(null, 'report'),
};
