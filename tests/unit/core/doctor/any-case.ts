// Anything that could be noted of a connection, whether it makes sense or not.
import fc from 'fast-check';
import { failureCodes } from '#shared/failure';
import { connectionStates, natKinds, signalKinds, type Case, type LinkEvent } from '#core/doctor/record';
import { ways } from '#core/peers/presence';
import {
  addressFamilies,
  addressPlaces,
  candidateKinds,
  dtlsStates,
  nearnesses,
  relayTransports,
  transports,
} from '#core/ports/diagnosis';

const candidate = fc.record({
  kind: fc.constantFrom(...candidateKinds),
  family: fc.constantFrom(...addressFamilies),
  place: fc.constantFrom(...addressPlaces),
  transport: fc.constantFrom(...transports),
});
const pathEnd = candidate.chain((facts) =>
  fc.constantFrom(null, ...relayTransports).map((relayBy) => ({ ...facts, relayBy })),
);
const path = fc.record({ local: pathEnd, remote: pathEnd, nearness: fc.constantFrom(...nearnesses) });
const code = fc.constantFrom(...failureCodes);
const happening = fc.oneof(
  fc.record({
    what: fc.constant('attempt' as const),
    role: fc.constantFrom('initiator' as const, 'responder' as const),
  }),
  fc.record({
    what: fc.constant('sent' as const),
    signal: fc.constantFrom(...signalKinds),
    way: fc.constantFrom(...ways),
  }),
  fc.record({ what: fc.constant('unsent' as const), signal: fc.constantFrom(...signalKinds), code }),
  fc.record({ what: fc.constant('received' as const), signal: fc.constantFrom(...signalKinds) }),
  fc.record({
    what: fc.constant('candidate' as const),
    side: fc.constantFrom('mine' as const, 'theirs' as const),
    candidate,
  }),
  fc.record({ what: fc.constant('connection' as const), state: fc.constantFrom(...connectionStates) }),
  fc.record({ what: fc.constant('path' as const), path }),
  fc.record({ what: fc.constantFrom('proving' as const, 'open' as const, 'repairing' as const) }),
  fc.record({ what: fc.constant('closed' as const), code: fc.option(code) }),
);
const events: fc.Arbitrary<LinkEvent[]> = fc
  .array(happening, { maxLength: 24 })
  .map((all) => all.map((one, at) => ({ ...one, atMs: at })));
export const anyCase: fc.Arbitrary<Case> = fc.record({
  atMs: fc.nat(),
  record: fc.record({
    events,
    samples: fc.constant([]),
    path: fc.option(path),
    pairs: fc.record({ tried: fc.nat(9), answered: fc.nat(9) }),
    dtls: fc.option(fc.constantFrom(...dtlsStates)),
    nats: fc.record({ mine: fc.constantFrom(...natKinds), theirs: fc.constantFrom(...natKinds) }),
  }),
  mailboxes: fc.array(
    fc.record({
      scope: fc.constantFrom('machine' as const, 'nearby' as const, 'network' as const, 'internet' as const),
      phase: fc.constantFrom('connecting' as const, 'open' as const, 'down' as const, 'closed' as const),
    }),
    { maxLength: 3 },
  ),
  servers: fc.record({ stun: fc.nat(2), turn: fc.nat(2), isRelayOnly: fc.boolean() }),
  obstacle: fc.constantFrom(null, 'not-accepted' as const, 'key-changed' as const),
  isCarried: fc.boolean(),
  isByFriend: fc.boolean(),
});
