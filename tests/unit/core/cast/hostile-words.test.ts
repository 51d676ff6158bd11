// Whatever words a stranger finds for the overlay: read or refused, never more than a bounded answer, and no place beyond what was lent.
import fc from 'fast-check';
import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { castKinds, castMessages, type CastMessage } from '#core/cast/messages';
import { readOverlay } from '#core/cast/cast-wire';
import { stripes, type Member } from '#core/cast/member';
import { Overlay } from '#core/cast/overlay';
import type { OverlayMessage } from '#core/cast/overlay-wire';
import type { Held } from '#core/cast/packet-window';
import { drawPeople } from '#core/cast/people-map';
import { limits } from '#core/wire/limits';
import { castPassBytes, castStripes } from '#shared/cast';
import { Failure } from '#shared/failure';
import { PeerId } from '#shared/identity';

const idOf = (order: number): PeerId =>
  v.parse(
    PeerId,
    `${String.fromCharCode(97 + (order % 26)).repeat(50)}${String.fromCharCode(97 + Math.floor(order / 26))}a`,
  );
const people = Array.from({ length: 40 }, (_, order) => idOf(order));
const castId = '7'.repeat(32);

// ---- bodies that are nearly right --------------------------------------------------------------------------------

const number = fc.oneof(
  fc.nat({ max: 70 }),
  fc.integer(),
  fc.double(),
  fc.constantFrom(0xffff, 0xffff_ffff, 2 ** 53, -1),
);
const peerId = fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...people) }, { weight: 1, arbitrary: fc.string() });
const bytes = fc.oneof(fc.uint8Array({ maxLength: castPassBytes + 9 }), fc.string());
const place = fc.record({ peerId, free: number, leaves: number, depth: number }, { requiredKeys: ['peerId', 'depth'] });
const edge = fc.record({ peerId, parent: peerId, depth: number });
const fields = {
  castId: fc.oneof({ weight: 6, arbitrary: fc.constant(castId) }, { weight: 1, arbitrary: fc.string() }),
  card: bytes,
  pass: bytes,
  key: fc.uint8Array({ maxLength: 20 }),
  name: fc.string(),
  lends: number,
  why: fc.constantFrom('over', 'not-for-you', 'full', 'busy', 'because'),
  stripe: number,
  stream: number,
  depth: number,
  to: peerId,
  isNew: fc.boolean(),
  failed: fc.array(peerId, { maxLength: 6 }),
  above: fc.array(bytes, { maxLength: 6 }),
  instead: fc.array(bytes, { maxLength: 6 }),
  numbers: fc.array(number, { maxLength: 80 }),
  viewers: number,
  lenders: number,
  seats: number,
  spare: fc.array(place, { maxLength: 10 }),
  edges: fc.array(edge, { maxLength: 70 }),
  more: fc.anything(),
};

const isField = (name: string): name is keyof typeof fields => name in fields;
const bodyOf = (kind: (typeof castKinds)[number]) => {
  const names = Object.keys(castMessages[kind].entries).filter(isField);
  const known = Object.fromEntries(names.map((name) => [name, fields[name]]));
  return fc.oneof(
    { weight: 6, arbitrary: fc.record(known) },
    { weight: 1, arbitrary: fc.record({ ...known, more: fields.more }, { requiredKeys: [] }) },
    { weight: 1, arbitrary: fc.anything() },
  );
};
const words = fc.constantFrom(...castKinds).chain((kind) => fc.tuple(fc.constant(kind), bodyOf(kind)));

describe('words of a cast', () => {
  test('of any content are read or refused by their schema, and what is read is within its limits', async () => {
    let read = 0;
    await fc.assert(
      fc.asyncProperty(words, fc.constantFrom('good', 'unknown', 'forged'), async ([kind, body], pass) => {
        const parsed = v.safeParse(castMessages[kind], body);
        if (!parsed.success) return;
        read += 1;
        // Sound: the schema of this kind has just read it.
        const message = { kind, body: parsed.output } as CastMessage;
        const admit = async (): Promise<Member | null> => {
          if (pass === 'forged') throw new Failure('cast-forged');
          return await Promise.resolve(pass === 'good' ? member(1) : null);
        };
        const said = await readOverlay(message, admit).catch((reason: unknown) => Failure.from(reason).code);
        if (typeof said === 'string') expect([pass, said]).toEqual(['forged', 'cast-forged']);
        else if (said) expectBounded(said);
      }),
      { numRuns: 1_500 },
    );
    expect(read).toBeGreaterThan(50);
  });
});

function expectBounded(said: OverlayMessage): void {
  if ('stripe' in said) expect(stripes).toContain(said.stripe);
  if (said.kind === 'want') expect(said.numbers.length).toBeLessThanOrEqual(limits.castWantNumbers);
  if (said.kind === 'ask') expect(said.failed.length).toBeLessThanOrEqual(4);
  if (said.kind === 'no-seat' || said.kind === 'unseat')
    expect(said.instead.length).toBeLessThanOrEqual(limits.castInstead);
  if (said.kind !== 'report') return;
  expect(said.report.spare.length).toBeLessThanOrEqual(limits.castSpare);
  expect(said.report.edges.length).toBeLessThanOrEqual(limits.castEdges);
}

// ---- words that were read, to somebody who is in a cast ----------------------------------------------------------

const member = (order: number, seats = 0): Member => ({
  peerId: people[order] ?? idOf(order),
  name: `V${order}`,
  order,
  seats: [seats, seats, 0, seats],
  pass: Uint8Array.of(order),
});

const somebody = fc
  .tuple(fc.integer({ min: 1, max: 39 }), fc.constantFrom(0, 3))
  .map(([order, seats]) => member(order, seats));
const some = fc.array(somebody, { maxLength: limits.castInstead });
const stripe = fc.nat({ max: castStripes - 1 });
const count = fc.oneof(fc.nat({ max: 9 }), fc.constantFrom(0xffff_ffff));
const known = fc.constantFrom(...people);
const depth = fc.oneof(fc.nat({ max: 20 }), fc.constant(0xffff));
const said: fc.Arbitrary<OverlayMessage> = fc.oneof(
  fc.record({
    kind: fc.constant('ask' as const),
    stripe,
    member: somebody,
    failed: fc.array(known, { maxLength: 4 }),
    isNew: fc.boolean(),
  }),
  fc.record({ kind: fc.constant('seat' as const), stripe, depth, above: some }),
  fc.record({ kind: fc.constantFrom('no-seat' as const, 'unseat' as const), stripe, instead: some }),
  fc.record({ kind: fc.constant('leave' as const), stripe }),
  fc.record({ kind: fc.constant('meet' as const), to: known, member: somebody }),
  fc.record({ kind: fc.constant('want' as const), numbers: fc.array(fc.nat(), { minLength: 1, maxLength: 64 }) }),
  fc.record({ kind: fc.constantFrom('catch-up' as const, 'key-frame' as const) }),
  fc.record({
    kind: fc.constant('report' as const),
    report: fc.record({
      stripe,
      viewers: count,
      lenders: count,
      seats: count,
      spare: fc.array(fc.record({ peerId: known, free: fc.nat({ max: 64 }), leaves: fc.nat({ max: 64 }), depth }), {
        maxLength: 8,
      }),
      edges: fc.array(fc.record({ peerId: known, parent: known, depth }), { maxLength: 64 }),
    }),
  }),
);

describe('somebody in a cast', () => {
  test('who hears anything from anybody answers a bounded number of words, and feeds and is fed by whom the rules allow', () => {
    const events = fc.array(
      fc.record({ from: fc.integer({ min: 0, max: 39 }), said, afterMs: fc.nat({ max: 1_500 }) }),
      { maxLength: 120 },
    );
    fc.assert(
      fc.property(fc.boolean(), events, (isCaster, all) => {
        let nowMs = 0;
        let sent = 0;
        const self: Member = isCaster ? { ...member(0), seats: [2, 2, 2, 2] } : member(20, 3);
        const caster = people[0] ?? idOf(0);
        const packet: Held = {
          number: 3,
          first: 3,
          kind: 'video',
          isKey: true,
          bytes: new Uint8Array(90),
          capturedAtMs: 0,
        };
        const overlay = new Overlay({
          self,
          caster,
          clock: { now: () => nowMs },
          wire: {
            isLinked: () => true,
            reach: () => undefined,
            send: () => (sent += 1),
            sendPacket: () => (sent += 1) > 0,
          },
          memberOf: (peerId) => {
            const order = people.indexOf(peerId);
            return order > 0 ? member(order, order % 2 === 0 ? 3 : 0) : null;
          },
          wantsKeyFrame: () => undefined,
        });
        overlay.packetCame(packet, null);
        for (const { from, said: message, afterMs } of all) {
          nowMs += afterMs;
          sent = 0;
          const who = people[from] ?? caster;
          overlay.heard(
            who,
            message.kind === 'ask' ? { ...message, member: { ...message.member, peerId: who } } : message,
          );
          expect(sent).toBeLessThanOrEqual(40);
          sent = 0;
          overlay.tick();
          expect(sent).toBeLessThanOrEqual(80);
          for (const of of stripes)
            expect(overlay.seats.count(of)).toBeLessThanOrEqual(isCaster ? 8 : (self.seats[of] ?? 0));
          expect(overlay.seats.total).toBeLessThanOrEqual(9);
          if (isCaster) expect(overlay.seats.total).toBeLessThanOrEqual(limits.castSourceSeats);
          for (const [of, parent] of overlay.parents.entries()) {
            const order = parent ? people.indexOf(parent) : 0;
            if ((self.seats[of] ?? 0) > 0) expect(order).toBeLessThan(20);
            expect(overlay.depth(of) ?? 0).toBeLessThanOrEqual(limits.castDepth);
          }
        }
      }),
      { numRuns: 300 },
    );
  });
});

describe('the map of who feeds whom', () => {
  test('of any edges has each person once, no strangers, nobody who feeds themself, and nobody further than can be', () => {
    const edges = fc.array(fc.record({ peerId: known, parent: known, depth }), { maxLength: 64 });
    fc.assert(
      fc.property(fc.array(edges, { maxLength: castStripes }), (all) => {
        const [stranger] = people;
        const drawn = drawPeople(all, (peerId) => (peerId === stranger ? null : { name: 'Somebody', isLending: true }));
        const others = all.flat().filter((one) => one.peerId !== one.parent && one.peerId !== stranger);
        const told = new Set(others.map((one) => one.peerId));
        expect(drawn.map((person) => person.peerId).toSorted()).toEqual([...told].toSorted());
        for (const person of drawn) {
          expect(person.parents).toHaveLength(castStripes);
          expect(person.depth).toBeLessThanOrEqual(limits.castDepth + 1);
          expect(person.parents).not.toContain(person.peerId);
        }
      }),
    );
  });
});
