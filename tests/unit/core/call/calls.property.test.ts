import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import type { CallId } from '#shared/call-record';
import { callMessages } from '#core/call/messages';
import { encodeEnvelope } from '#core/wire/codec';
import { settle } from '#tests/support/fake-clock';
import { linkedPair, type Person } from '#tests/support/two-peers';

vi.setConfig({ testTimeout: 30_000 });

const callId = fc.constantFrom(...['1', '2'].map((digit) => digit.repeat(32) as CallId)); // sound: hex digits
const hostile = fc.oneof(
  fc.record({ kind: fc.constantFrom('call.ring', 'call.accept'), body: fc.record({ callId, video: fc.boolean() }) }),
  fc.record({
    kind: fc.constantFrom('call.ringing', 'call.resume', 'call.cancel', 'call.hang-up'),
    body: fc.record({ callId }),
  }),
  fc.record({
    kind: fc.constant('call.media'),
    body: fc.record({ callId, microphone: fc.boolean(), camera: fc.boolean() }),
  }),
  fc.record({ kind: fc.constantFrom(...Object.keys(callMessages)), body: fc.anything() }),
);

/** Null for what CBOR cannot carry. */
function encodeAnything(kind: string, body: unknown): Uint8Array | null {
  try {
    return encodeEnvelope(kind, body);
  } catch {
    return null;
  }
}

describe('a hostile peer on a proven link', () => {
  it('opens no device, fills no lane and is not heard without a gesture', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(hostile, { maxLength: 12 }), async (messages) => {
        const { world, low, high } = await linkedPair();
        const [connection] = high.connections;
        for (const { kind, body } of messages) {
          const bytes = encodeAnything(kind, body);
          if (bytes) connection?.sendControl(bytes);
        }
        await settle();
        const { calls, media, connections } = low;
        expect(media.opened).toBe(0);
        expect(new Set(Object.values(connections[0]?.tracks ?? {}))).toEqual(new Set([null]));
        expect(calls.remoteTracks.snapshot).toEqual({ audio: null, video: null });
        expect(['idle', 'incoming', 'ended']).toContain(calls.store.snapshot.phase);
        world.end();
      }),
      { numRuns: 200 },
    );
  });
});

type Action =
  | { who: 'low' | 'high'; do: 'call' | 'answer' | 'decline' | 'hang-up' | 'mute' | 'reload' }
  | { do: 'down' | 'up' | 'wait' };

const who = fc.constantFrom('low' as const, 'high' as const);
const action: fc.Arbitrary<Action> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      who,
      do: fc.constantFrom('call', 'call', 'answer', 'answer', 'decline', 'hang-up', 'mute', 'reload'),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('down' as const, 'up' as const, 'wait' as const) }) },
);

async function act(person: Person, other: Person, what: string): Promise<void> {
  const { calls } = person;
  const ignore = (): undefined => undefined;
  if (what === 'call') void calls.call(other.self, { video: false }).catch(ignore);
  else if (what === 'answer') void calls.answer({ video: true }).catch(ignore);
  else if (what === 'decline') calls.decline(null);
  else if (what === 'hang-up') calls.hangUp();
  else if (what === 'mute') calls.setMuted(true);
  else if (what === 'reload') person.reload();
  if (what !== 'call' && what !== 'answer') await settle();
}

/** The caller forgets the call; who answers then must not talk to nobody. */
const reloadedCaller: Action[] = [
  { who: 'high', do: 'call' },
  { do: 'wait' },
  { who: 'high', do: 'reload' },
  { do: 'wait' },
  { who: 'low', do: 'answer' },
];

describe('two people and everything the network can do', () => {
  it('are never stuck, and never captured without being in the same call', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(action, { minLength: 1, maxLength: 12 }), async (actions) => {
        const { world, low, high } = await linkedPair();
        const people = { low, high };
        for (const one of actions) {
          if ('who' in one) await act(people[one.who], one.who === 'low' ? high : low, one.do);
          else if (one.do === 'wait') await world.clock.advance(7_000);
          else world.network.setDown(one.do === 'down');
        }
        world.network.setDown(false);
        await world.clock.advance(20_000);
        const seen = (): string => JSON.stringify([low.calls.store.snapshot, high.calls.store.snapshot]);
        for (const [mine, theirs] of [
          [low, high],
          [high, low],
        ] as const) {
          const a = mine.calls.store.snapshot;
          const b = theirs.calls.store.snapshot;
          expect(mine.media.isLive, seen()).toBe(!['idle', 'incoming', 'ended'].includes(a.phase));
          if (a.phase === 'active') {
            const isMutual = b.phase === 'active' && b.callId === a.callId;
            expect(isMutual, seen()).toBe(true);
            expect(mine.calls.remoteTracks.snapshot.audio, seen()).toBe(theirs.media.store.snapshot.audioTrack);
          }
        }
        await world.clock.advance(120_000);
        const phases = [low, high].map(({ calls }) => calls.store.snapshot.phase);
        expect(['active,active', 'ended,ended', 'ended,idle', 'idle,ended', 'idle,idle'], seen()).toContain(
          phases.join(),
        );
        world.end();
      }),
      { numRuns: 120, examples: [[reloadedCaller]] },
    );
  });
});
