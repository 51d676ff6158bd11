// What is said of a link, or of why there is none.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { advices, stepNames, verdicts, type Verdict } from '#shared/connection-verdict';
import type { failureCodes } from '#shared/failure';
import { diagnose } from '#core/doctor/diagnosis';
import { emptyRecord, type Case } from '#core/doctor/record';
import { aboutVerdict } from '#core/doctor/verdicts';
import { en } from '#messages/en';
import { anyCase } from './any-case';
import { answered, caseOf, dialed, end, host, mapped, mine, pathOf, publicHost, relayed, stood, theirs } from './cases';

const closed = (code: (typeof failureCodes)[number] | null) => ({ what: 'closed', code }) as const;
const down = [{ scope: 'internet', phase: 'down' }] as const;
const peerReflexive = { ...publicHost, kind: 'prflx' } as const;
const unreachable = [...answered, mine(host), theirs(host)];

const standing: readonly (readonly [string, Case, Verdict])[] = [
  ['two programs on one computer', stood(pathOf(end(host), end(host), 'same-machine')), 'same-machine'],
  ['two computers at one router', stood(pathOf(end(host), end(host), 'same-subnet')), 'same-network'],
  [
    'two computers that hide their addresses from each other',
    stood(pathOf(end(host), end({ ...host, family: 'hidden', place: 'hidden' }))),
    'same-network',
  ],
  [
    'two public IPv6 addresses of one network',
    stood(pathOf(end({ ...publicHost, family: 'ipv6' }), end({ ...publicHost, family: 'ipv6' }), 'same-subnet')),
    'same-network',
  ],
  ['two public addresses', stood(pathOf(end(publicHost), end(publicHost))), 'direct'],
  ['from home to home', stood(pathOf(end(mapped), end(mapped))), 'through-nat'],
  ['from home to a public address', stood(pathOf(end(host), end(publicHost))), 'through-nat'],
  ['an address that no server had seen', stood(pathOf(end(peerReflexive), end(mapped))), 'through-nat'],
  ['my relay by UDP', stood(pathOf(end(relayed, 'udp'), end(mapped))), 'relay-udp'],
  ['my relay by TCP', stood(pathOf(end(relayed, 'tcp'), end(mapped))), 'relay-tcp'],
  ['my relay by TLS', stood(pathOf(end(relayed, 'tls'), end(relayed))), 'relay-tls'],
  ['their relay', stood(pathOf(end(mapped), end(relayed))), 'their-relay'],
  ['a link whose path was not read yet', stood(null), 'connected'],
];

const onTheWay: readonly (readonly [string, Case, Verdict])[] = [
  ['dialing', caseOf(dialed), 'reaching'],
  ['answered', caseOf(answered), 'connecting'],
  ['being asked', caseOf([{ what: 'attempt', role: 'responder' }]), 'connecting'],
  ['proving', caseOf([...answered, { what: 'proving' }]), 'proving'],
  ['repairing', caseOf([...answered, { what: 'open' }, { what: 'repairing' }]), 'repairing'],
];

const failing: readonly (readonly [string, Case, Verdict])[] = [
  ['a contact who has not accepted', caseOf(dialed, { obstacle: 'not-accepted' }), 'not-accepted'],
  ['a changed key', caseOf([], { obstacle: 'key-changed' }), 'key-changed'],
  ['no mailbox in the settings', caseOf([], { mailboxes: [] }), 'no-mailbox'],
  [
    'a mailbox that is being opened',
    caseOf([], { mailboxes: [{ scope: 'internet', phase: 'connecting' }] }),
    'mailbox-opening',
  ],
  ['no mailbox open', caseOf([], { mailboxes: down }), 'mailbox-down'],
  [
    'no mailbox open when it was dialed',
    caseOf([...dialed, closed('rendezvous-down')], { mailboxes: down }),
    'mailbox-down',
  ],
  ['nothing tried', caseOf([]), 'not-tried'],
  ['a greeting that found nobody', caseOf([{ what: 'unsent', signal: 'here', code: 'peer-unreachable' }]), 'away'],
  ['somebody absent', caseOf([...dialed, closed('peer-unreachable')]), 'away'],
  ['nobody answering', caseOf([...dialed, closed('peer-silent')]), 'silent'],
  [
    'an offer that could not be left',
    caseOf([
      { what: 'attempt', role: 'initiator' },
      { what: 'unsent', signal: 'offer', code: 'rendezvous-rate-limited' },
      closed('rendezvous-rate-limited'),
    ]),
    'unsent',
  ],
  [
    'a relay wanted and none set',
    caseOf([...answered, closed('peer-unreachable')], { servers: { stun: 0, turn: 0, isRelayOnly: true } }),
    'relay-not-set',
  ],
  [
    'a relay that refused',
    caseOf([...answered, closed('peer-unreachable')], { servers: { stun: 0, turn: 1, isRelayOnly: true } }),
    'relay-refused',
  ],
  ['no address at all', caseOf([...answered, closed('peer-unreachable')]), 'no-addresses'],
  [
    'no server to ask',
    caseOf([...unreachable, closed('peer-unreachable')], { servers: { stun: 0, turn: 0, isRelayOnly: false } }),
    'no-server',
  ],
  ['servers that did not answer', caseOf([...unreachable, closed('peer-unreachable')]), 'udp-blocked'],
  [
    'only inner addresses of theirs',
    caseOf([...unreachable, mine(mapped), closed('peer-unreachable')]),
    'their-addresses',
  ],
  [
    'two routers that let nothing in',
    caseOf([...unreachable, mine(mapped), theirs(mapped), closed('peer-unreachable')]),
    'nats-refuse',
  ],
  [
    'a relay that did not help',
    caseOf([...unreachable, mine(relayed), theirs(mapped), closed('peer-unreachable')]),
    'relay-in-vain',
  ],
  [
    'public addresses that do not reach each other',
    caseOf([...answered, mine(publicHost), theirs(publicHost), closed('peer-unreachable')]),
    'no-path',
  ],
  [
    'a path on which no keys were agreed',
    caseOf([...unreachable, closed('peer-unreachable')], {
      record: { pairs: { tried: 2, answered: 1 }, dtls: 'failed' },
    }),
    'encryption-failed',
  ],
  ['somebody else’s key', caseOf([...answered, { what: 'proving' }, closed('identity-unproven')]), 'identity-failed'],
  ['another version', caseOf([...answered, { what: 'proving' }, closed('version-differs')]), 'version-differs'],
  ['too many links', caseOf([closed('link-limit')]), 'too-many-links'],
  ['broken rules', caseOf([...answered, closed('protocol-broken')]), 'protocol-broken'],
  ['a goodbye', caseOf([...answered, { what: 'open' }, closed(null)]), 'left'],
  ['a link that broke', caseOf([...answered, { what: 'open' }, { what: 'repairing' }, closed('link-lost')]), 'lost'],
  [
    'a friend who carries the link',
    caseOf([...unreachable, closed('peer-unreachable'), { what: 'open' }], { isByFriend: true }),
    'by-friend',
  ],
  [
    'a friend who carries the voice',
    caseOf([...unreachable, closed('peer-unreachable')], { isCarried: true }),
    'carried',
  ],
  ['something else', caseOf([...answered, closed('internal')]), 'failed'],
];

test.each([...standing, ...onTheWay, ...failing])('%s', (_, facts, verdict) => {
  expect(diagnose(facts).verdict).toBe(verdict);
});

test('every verdict is met with in some situation of these', () => {
  const met = new Set([...standing, ...onTheWay, ...failing].map(([, , verdict]) => verdict));
  expect(verdicts.filter((verdict) => !met.has(verdict))).toEqual([]);
});

test('every advice is given with some verdict', () => {
  const given = new Set(verdicts.map((verdict) => aboutVerdict[verdict].advice));
  expect(advices.filter((advice) => !given.has(advice))).toEqual([]);
});

test('a verdict over an earlier attempt makes way for the one that runs', () => {
  expect(diagnose(caseOf([...dialed, closed('peer-silent'), ...answered])).verdict).toBe('connecting');
});

describe('the steps', () => {
  test('of a link that stands are all done, with their times', () => {
    const { steps } = diagnose(stood(pathOf(end(host), end(host), 'same-subnet')));
    expect(steps.map(({ state }) => state)).toEqual(stepNames.map(() => 'done'));
    expect(steps.map(({ afterMs }) => afterMs)).toEqual([null, 100, 200, 300, 600, 600, 800]);
  });

  test('end at the one that failed; what comes after it was not come to', () => {
    const { steps } = diagnose(caseOf([...unreachable, mine(mapped), theirs(mapped), closed('peer-unreachable')]));
    expect(steps.map(({ name, state }) => `${name} ${state}`)).toEqual([
      'mailbox done',
      'signal done',
      'answer done',
      'addresses done',
      'path failed',
      'encryption open',
      'identity open',
    ]);
  });

  test('show that only the path is looked for anew while a link is repaired', () => {
    const { steps } = diagnose(caseOf([...answered, { what: 'open' }, { what: 'repairing' }]));
    expect(steps.map(({ state }) => state)).toEqual(['done', 'done', 'done', 'done', 'running', 'done', 'done']);
  });

  test('show the one that is under way', () => {
    const states = diagnose(caseOf(dialed)).steps.map(({ state }) => state);
    expect(states).toEqual(['done', 'done', 'running', 'open', 'open', 'open', 'open']);
  });
});

test('whatever was noted, there is one verdict, with words, and at most one step that failed', () => {
  fc.assert(
    fc.property(anyCase, (facts) => {
      const { verdict, tone, advice, steps } = diagnose(facts);
      expect(verdicts).toContain(verdict);
      expect(en.doctor.verdict[verdict].title('Ben')).not.toBe('');
      expect(en.doctor.advice[advice].length === 0).toBe(advice === 'none');
      expect(tone).toBe(aboutVerdict[verdict].tone);
      expect(steps.filter(({ state }) => state === 'failed').length).toBeLessThanOrEqual(1);
      expect(steps.map(({ name }) => name)).toEqual([...stepNames]);
    }),
  );
});

test('an empty record is a case like any other', () => {
  expect(diagnose({ ...caseOf([]), record: emptyRecord }).verdict).toBe('not-tried');
});
