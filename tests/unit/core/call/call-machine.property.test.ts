import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import type { CallId } from '#shared/call-record';
import { step, type CallEvent } from '#core/call/call-machine';
import { idleMachine, isAnswered, isRunning, type CallMessage } from '#core/call/call-state';
import { CallPair, type CallSide } from '#tests/support/call-pair';
import { peerId } from '#tests/support/two-peers';

vi.setConfig({ testTimeout: 30_000 });

const callIds = ['1', '2', '3'].map((digit) => digit.repeat(32) as CallId); // sound: hex digits
const people = [peerId('b'), peerId('c'), peerId('d')];

const callId = fc.constantFrom(...callIds);
const person = fc.constantFrom(...people);
const message: fc.Arbitrary<CallMessage> = fc.oneof(
  fc.record({ kind: fc.constant('call.ring' as const), body: fc.record({ callId, video: fc.boolean() }) }),
  fc.record({ kind: fc.constant('call.ringing' as const), body: fc.record({ callId }) }),
  fc.record({ kind: fc.constant('call.accept' as const), body: fc.record({ callId, video: fc.boolean() }) }),
  fc.record({
    kind: fc.constant('call.decline' as const),
    body: fc.record({ callId, reason: fc.constantFrom('declined', 'busy'), note: fc.constant(null) }),
  }),
  fc.record({ kind: fc.constant('call.cancel' as const), body: fc.record({ callId }) }),
  fc.record({ kind: fc.constant('call.hang-up' as const), body: fc.record({ callId }) }),
  fc.record({
    kind: fc.constant('call.media' as const),
    body: fc.record({ callId, microphone: fc.boolean(), camera: fc.boolean() }),
  }),
  fc.record({ kind: fc.constant('call.resume' as const), body: fc.record({ callId }) }),
);
const received: fc.Arbitrary<CallEvent> = fc.record({
  type: fc.constant('received' as const),
  from: person,
  amLower: fc.boolean(),
  isWelcome: fc.boolean(),
  message,
});
const surroundings: fc.Arbitrary<CallEvent> = fc.oneof(
  { weight: 6, arbitrary: received },
  fc.record({ type: fc.constant('linked' as const), peerId: person }),
  fc.record({
    type: fc.constant('unlinked' as const),
    peerId: person,
    code: fc.constantFrom('link-lost' as const, null),
  }),
  fc.record({ type: fc.constantFrom('faltered' as const, 'recovered' as const), peerId: person }),
  fc.record({ type: fc.constant('unreached' as const), peerId: person, code: fc.constant('peer-silent' as const) }),
  fc.record({ type: fc.constant('media-settled' as const), callId }),
  fc.record({
    type: fc.constant('timed-out' as const),
    callId,
    timer: fc.constantFrom('ring' as const, 'reconnect' as const),
  }),
);
const gesture: fc.Arbitrary<CallEvent> = fc.oneof(
  fc.record({
    type: fc.constantFrom('called' as const, 'rejoined' as const),
    callId,
    peerId: person,
    video: fc.boolean(),
  }),
  fc.record({ type: fc.constant('answered' as const), video: fc.boolean() }),
  fc.record({ type: fc.constant('declined' as const), note: fc.constantFrom(null, 'later') }),
  fc.record({ type: fc.constantFrom('hung-up' as const, 'dismissed' as const) }),
);
const wait = fc.integer({ min: 0, max: 100_000 });

describe('whatever a hostile peer sends, in any order', () => {
  it('nothing opens a device and no track goes into a lane without a gesture', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(surroundings, wait), { maxLength: 12 }), (events) => {
        let machine = idleMachine;
        let nowMs = 0;
        for (const [event, waitMs] of events) {
          nowMs += waitMs;
          const next = step(machine, event, nowMs);
          machine = next.machine;
          if (next.effects.some(({ do: done }) => done === 'open-media' || done === 'join')) return false;
          if (isAnswered(machine.call)) return false;
        }
        return true;
      }),
      { numRuns: 20_000 },
    );
  });

  it('with gestures in between, only a gesture opens a device, and only its own person is joined', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof({ weight: 2, arbitrary: surroundings }, { weight: 1, arbitrary: gesture }), {
          maxLength: 16,
        }),
        (events) => {
          let machine = idleMachine;
          let wanted: string | null = null;
          let isCapturing = false;
          for (const [at, event] of events.entries()) {
            const next = step(machine, event, at * 20_000);
            const { call } = machine;
            const isYes = event.type === 'called' || event.type === 'answered' || event.type === 'rejoined';
            if (event.type === 'answered' && call.phase === 'incoming') wanted = call.peerId;
            else if ((event.type === 'called' || event.type === 'rejoined') && !isRunning(call)) wanted = event.peerId;
            for (const effect of next.effects) {
              if (effect.do === 'open-media') {
                expect(isYes).toBe(true);
                isCapturing = true;
              }
              if (effect.do === 'close-media') isCapturing = false;
              if (effect.do === 'join') expect(effect.peerId).toBe(wanted);
              if (effect.do === 'report')
                expect(next.effects.some(({ do: done }) => done === 'leave') || effect.ended.reason === 'busy').toBe(
                  true,
                );
            }
            machine = next.machine;
            // A live microphone always belongs to a call this person made, answered or came back to.
            if (isCapturing) expect(isRunning(machine.call) && machine.call.peerId === wanted).toBe(true);
            if (!isRunning(machine.call)) wanted = null;
          }
        },
      ),
      { numRuns: 20_000 },
    );
  });
});

type Command =
  | { do: 'gesture'; side: 'a' | 'b'; what: 'call' | 'answer' | 'decline' | 'hang-up' | 'dismiss' | 'reload-rejoin' }
  | { do: 'read'; side: 'a' | 'b' }
  | { do: 'notice'; side: 'a' | 'b' }
  | { do: 'repeat'; side: 'a' | 'b' }
  | { do: 'cut' }
  | { do: 'connect'; side: 'a' | 'b' }
  | { do: 'settle-media'; side: 'a' | 'b' }
  | { do: 'pass'; ms: number };

const side = fc.constantFrom('a' as const, 'b' as const);
const command: fc.Arbitrary<Command> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('gesture' as const),
      side,
      what: fc.constantFrom('call', 'call', 'answer', 'answer', 'decline', 'hang-up', 'dismiss', 'reload-rejoin'),
    }),
  },
  { weight: 6, arbitrary: fc.record({ do: fc.constant('read' as const), side }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('notice' as const, 'repeat' as const), side }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('cut' as const) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('connect' as const), side }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('settle-media' as const), side }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('pass' as const), ms: fc.constantFrom(100, 6_000, 30_000, 50_000) }),
  },
);

let serial = 0;
const newCallId = (): CallId => (serial += 1).toString(16).padStart(32, '0') as CallId; // sound: hex digits

function gestureOf(pair: CallPair, one: CallSide, what: Extract<Command, { do: 'gesture' }>['what']): void {
  const { call } = one;
  if (what === 'call') one.do({ type: 'called', callId: newCallId(), peerId: one.other, video: false });
  else if (what === 'answer') one.do({ type: 'answered', video: false });
  else if (what === 'decline') one.do({ type: 'declined', note: null });
  else if (what === 'hang-up') one.do({ type: 'hung-up' });
  else if (what === 'dismiss') one.do({ type: 'dismissed' });
  else if (isAnswered(call)) {
    pair.cut();
    one.unlink();
    one.machine = idleMachine;
    one.timer = null;
    one.isCapturing = false;
    one.isJoined = false;
    one.do({ type: 'rejoined', callId: call.callId, peerId: call.peerId, video: false });
  }
}

function run(pair: CallPair, commands: readonly Command[]): void {
  for (const one of commands) {
    if (one.do === 'gesture') gestureOf(pair, pair[one.side], one.what);
    else if (one.do === 'read') pair[one.side].read();
    else if (one.do === 'notice') {
      if (!pair.isUp) pair[one.side].unlink();
    } else if (one.do === 'repeat') {
      const [first] = pair[one.side].inbox;
      if (first) pair[one.side].inbox.unshift(first);
    } else if (one.do === 'cut') pair.cut();
    else if (one.do === 'connect') pair.connect(pair[one.side]);
    else if (one.do === 'settle-media') settleMedia(pair[one.side]);
    else pair.pass(one.ms);
  }
}

function settleMedia(one: CallSide): void {
  if (isRunning(one.call)) one.do({ type: 'media-settled', callId: one.call.callId });
}

/** What two people in the same call may see at the same time, once every message has arrived. */
function areCompatible({ call: a }: CallSide, { call: b }: CallSide): boolean {
  if (!isRunning(a) || !isRunning(b)) return !isRunning(a) && !isRunning(b);
  if (a.callId !== b.callId) return false;
  if (isAnswered(a) && isAnswered(b)) return a.phase !== 'reconnecting' && b.phase !== 'reconnecting';
  return (
    new Set([a.phase, b.phase]).size === 2 &&
    [a.phase, b.phase].every((phase) => phase === 'outgoing' || phase === 'incoming')
  );
}

const lostCancel: Command[] = [
  { do: 'gesture', side: 'a', what: 'call' },
  { do: 'connect', side: 'a' },
  { do: 'read', side: 'b' },
  { do: 'gesture', side: 'a', what: 'hang-up' },
  { do: 'connect', side: 'a' },
];
const crossedDecline: Command[] = [
  { do: 'gesture', side: 'a', what: 'call' },
  { do: 'connect', side: 'a' },
  { do: 'read', side: 'b' },
  { do: 'gesture', side: 'b', what: 'decline' },
  { do: 'gesture', side: 'b', what: 'call' },
];

describe('two people on a link that dies, comes back and repeats itself', () => {
  it('end up in compatible states once everything has arrived, with nobody in a lane alone', () => {
    fc.assert(
      fc.property(fc.array(command, { maxLength: 40 }), side, (commands, first) => {
        const pair = new CallPair(peerId('b'), peerId('c'));
        run(pair, commands);
        if (!pair.isUp || pair.a.wantsLink || pair.b.wantsLink) pair.connect(pair[first]);
        expect(pair.settle()).toBe(true);
        settleMedia(pair.a);
        settleMedia(pair.b);
        const seen = `${JSON.stringify(pair.a.call)} ${JSON.stringify(pair.b.call)}`;
        expect(areCompatible(pair.a, pair.b), seen).toBe(true);
        for (const one of [pair.a, pair.b]) {
          expect(one.isJoined, seen).toBe(isAnswered(one.call));
          expect(one.isCapturing, seen).toBe(isRunning(one.call) && one.call.phase !== 'incoming');
        }
      }),
      {
        numRuns: 20_000,
        examples: [
          [lostCancel, 'a'],
          [crossedDecline, 'a'],
        ],
      },
    );
  });

  it('is never stuck: without another gesture each side is idle, ended or talking after two minutes', () => {
    fc.assert(
      fc.property(fc.array(command, { maxLength: 40 }), fc.boolean(), (commands, comesBack) => {
        const pair = new CallPair(peerId('b'), peerId('c'));
        run(pair, commands);
        if (comesBack) pair.connect(pair.a);
        else {
          pair.cut();
          pair.a.unlink();
          pair.b.unlink();
        }
        expect(pair.settle()).toBe(true);
        settleMedia(pair.a);
        settleMedia(pair.b);
        pair.pass(120_000);
        expect(pair.settle()).toBe(true);
        const phases = [pair.a.call.phase, pair.b.call.phase];
        for (const phase of phases) expect(['idle', 'ended', ...(comesBack ? ['active'] : [])]).toContain(phase);
        expect(phases.filter((phase) => phase === 'active').length).not.toBe(1);
      }),
      { numRuns: 4_000 },
    );
  });

  it('tells each call of a person once, and the two stories fit together', () => {
    const fits: Record<string, readonly string[]> = {
      'hung-up': ['they-hung-up', 'hung-up', 'link-lost', 'cancelled', 'declined', 'no-answer', 'unreachable'],
      'they-hung-up': ['hung-up', 'they-hung-up', 'link-lost', 'cancelled', 'no-answer', 'unreachable'],
      declined: ['declined', 'cancelled', 'no-answer', 'unreachable', 'hung-up'],
      cancelled: ['cancelled', 'declined', 'no-answer', 'unreachable', 'hung-up', 'they-hung-up'],
      // Their "ringing" got lost with the link: who called gave up on reaching them, who was called did not answer.
      'no-answer': ['no-answer', 'unreachable', 'cancelled', 'declined', 'hung-up', 'they-hung-up', 'link-lost'],
      unreachable: ['no-answer', 'cancelled', 'declined', 'link-lost', 'hung-up', 'they-hung-up'],
      'link-lost': ['link-lost', 'hung-up', 'they-hung-up', 'no-answer', 'unreachable'],
      busy: [],
    };
    fc.assert(
      fc.property(fc.array(command, { maxLength: 40 }), (commands) => {
        const pair = new CallPair(peerId('b'), peerId('c'));
        run(
          pair,
          commands.filter((one) => one.do !== 'gesture' || one.what !== 'reload-rejoin'),
        );
        pair.connect(pair.a);
        pair.settle();
        pair.pass(120_000);
        pair.settle();
        for (const { ended } of [pair.a, pair.b]) {
          expect(new Set(ended.map((one) => one.callId)).size).toBe(ended.length);
        }
        for (const mine of pair.a.ended) {
          const theirs = pair.b.ended.find((one) => one.callId === mine.callId);
          if (theirs) expect(fits[mine.reason], `${mine.reason} / ${theirs.reason}`).toContain(theirs.reason);
        }
      }),
      { numRuns: 4_000 },
    );
  });
});
