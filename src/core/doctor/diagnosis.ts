// From what is known to one verdict. A table of rules, of which the first that holds is the one.
import type { Advice, Verdict } from '#shared/connection-verdict';
import type { CandidateFacts, ChosenPath } from '#core/ports/diagnosis';
import { journeyOf, type Journey } from '#core/doctor/journey';
import type { Case } from '#core/doctor/record';
import { stepsOf, type Step } from '#core/doctor/steps';
import { aboutVerdict } from '#core/doctor/verdicts';

export interface Diagnosis {
  readonly verdict: Verdict;
  readonly tone: 'good' | 'busy' | 'bad';
  readonly advice: Advice;
  readonly steps: readonly Step[];
}

interface Facts extends Case {
  readonly journey: Journey;
}

type Rule = readonly [Verdict, (facts: Facts) => boolean];

const isNear = ({ local, remote, nearness }: ChosenPath): boolean =>
  nearness !== 'apart' || [local, remote].every(({ place }) => place !== 'public');

const isOwn = ({ kind }: CandidateFacts): boolean => kind === 'host' || kind === 'prflx';

function verdictOfPath(path: ChosenPath | null): Verdict {
  if (!path) return 'connected';
  const { local, remote, nearness } = path;
  if (local.kind === 'relay') return local.relayBy === null ? 'relay-udp' : `relay-${local.relayBy}`;
  if (remote.kind === 'relay') return 'their-relay';
  if (isOwn(local) && isOwn(remote) && isNear(path)) {
    return nearness === 'same-machine' ? 'same-machine' : 'same-network';
  }
  const isPublic = ({ kind, place }: CandidateFacts): boolean => kind === 'host' && place === 'public';
  return isPublic(local) && isPublic(remote) ? 'direct' : 'through-nat';
}

const isOpenAnywhere = ({ mailboxes }: Facts): boolean => mailboxes.some(({ phase }) => phase === 'open');
const has = (candidates: readonly CandidateFacts[], kind: CandidateFacts['kind']): boolean =>
  candidates.some((one) => one.kind === kind);
/** Something that is of use outside one's own network. */
const reachesOut = (candidates: readonly CandidateFacts[]): boolean =>
  candidates.some(({ kind, place }) => kind !== 'host' || place === 'public');

/** Of an attempt that ended, or hangs, before anybody was heard, and of none at all. */
const unheard: readonly Rule[] = [
  ['no-mailbox', ({ mailboxes }) => mailboxes.length === 0],
  ['mailbox-opening', (facts) => !isOpenAnywhere(facts) && facts.mailboxes.some(({ phase }) => phase === 'connecting')],
  ['mailbox-down', (facts) => !isOpenAnywhere(facts)],
  ['away', ({ journey }) => journey.unsent === 'peer-unreachable' || journey.code === 'peer-unreachable'],
  ['not-tried', ({ journey }) => journey.phase === 'none'],
  ['silent', ({ journey }) => journey.code === 'peer-silent'],
  ['unsent', ({ journey }) => journey.unsent !== null],
];

/** Of an attempt that ended although both sides heard each other, and that found no path. */
const pathless: readonly Rule[] = [
  ['relay-not-set', ({ servers }) => servers.isRelayOnly && servers.turn === 0],
  ['relay-refused', ({ servers, journey }) => servers.isRelayOnly && !has(journey.mine, 'relay')],
  ['no-addresses', ({ journey }) => journey.mine.length === 0],
  ['relay-in-vain', ({ journey }) => has(journey.mine, 'relay') || has(journey.theirs, 'relay')],
  ['no-server', ({ servers, journey }) => servers.stun + servers.turn === 0 && !reachesOut(journey.mine)],
  ['udp-blocked', ({ journey }) => !reachesOut(journey.mine)],
  ['their-addresses', ({ journey }) => !reachesOut(journey.theirs)],
  ['nats-refuse', ({ journey }) => has(journey.mine, 'srflx') || has(journey.theirs, 'srflx')],
  ['no-path', () => true],
];

const didMeet = ({ journey, record }: Facts): boolean =>
  journey.hasPath || record.pairs.answered > 0 || journey.states.has('connected');

const ended: readonly Rule[] = [
  ['too-many-links', ({ journey }) => journey.code === 'link-limit'],
  ['key-changed', ({ journey }) => journey.code === 'key-changed'],
  ['not-accepted', ({ journey }) => journey.code === 'contact-not-accepted'],
  ['version-differs', ({ journey }) => journey.code === 'version-differs'],
  ['identity-failed', ({ journey }) => journey.code === 'identity-unproven'],
  ['protocol-broken', ({ journey }) => journey.code === 'protocol-broken'],
  ['left', ({ journey }) => journey.code === null],
  ['lost', ({ journey }) => journey.wasOpen],
];

const isPathFailure = ({ journey }: Facts): boolean =>
  journey.code === 'peer-unreachable' || journey.code === 'peer-silent' || journey.code === 'rendezvous-down';

function verdictOfEnd(facts: Facts): Verdict {
  const found = firstOf(ended, facts);
  if (found) return found;
  if (!facts.journey.hasHeard) return firstOf(unheard, facts) ?? 'failed';
  if (facts.journey.states.has('connected')) return 'failed';
  if (didMeet(facts)) return 'encryption-failed';
  return isPathFailure(facts) ? (firstOf(pathless, facts) ?? 'failed') : 'failed';
}

const firstOf = (rules: readonly Rule[], facts: Facts): Verdict | null =>
  rules.find(([, holds]) => holds(facts))?.[0] ?? null;

function verdictOf(facts: Facts): Verdict {
  const { journey, obstacle, record } = facts;
  if (obstacle) return obstacle;
  // Attempts go on meanwhile.
  if (facts.isCarried && journey.phase !== 'open') return 'carried';
  switch (journey.phase) {
    case 'open':
      return facts.isByFriend ? 'by-friend' : verdictOfPath(record.path);
    case 'repairing':
    case 'proving':
      return journey.phase;
    case 'dialing':
      return journey.hasHeard ? 'connecting' : 'reaching';
    case 'closed':
      return verdictOfEnd(facts);
    case 'none':
      return firstOf(unheard, facts) ?? 'not-tried';
  }
}

export function diagnose(facts: Case): Diagnosis {
  const journey = journeyOf(facts.record.events);
  const verdict = verdictOf({ ...facts, journey });
  const { tone, advice, step } = aboutVerdict[verdict];
  return { verdict, tone, advice, steps: stepsOf(facts, journey, step) };
}
