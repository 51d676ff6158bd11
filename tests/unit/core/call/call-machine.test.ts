import { describe, expect, it } from 'vitest';
import type { CallId } from '#shared/call-record';
import { step, type CallEvent } from '#core/call/call-machine';
import { idleMachine, type CallMessage, type Machine } from '#core/call/call-state';
import { paces } from '#core/wire/paces';
import { peerId } from '#tests/support/two-peers';

const friend = peerId('c');
const callId = '1'.repeat(32) as CallId; // sound: hex digits
const called: CallEvent = { type: 'called', callId, peerId: friend, video: false };
const from = (message: CallMessage): CallEvent => ({
  type: 'received',
  from: friend,
  amLower: true,
  isWelcome: true,
  message,
});
const accepted = from({ kind: 'call.accept', body: { callId, video: false } });
const after = (...events: CallEvent[]): Machine =>
  events.reduce((machine, event) => step(machine, event, 1_000).machine, idleMachine);
const linked: CallEvent = { type: 'linked', peerId: friend };
const unlinked: CallEvent = { type: 'unlinked', peerId: friend, code: 'link-lost' };

describe('the call machine', () => {
  it('calls it unreachable when it never rang and unanswered when it did', () => {
    const timedOut: CallEvent = { type: 'timed-out', callId, timer: 'ring' };
    const ringing = from({ kind: 'call.ringing', body: { callId } });
    expect(after(called, timedOut).call).toMatchObject({ phase: 'ended', reason: 'unreachable' });
    expect(after(called, linked, timedOut).call).toMatchObject({ phase: 'ended', reason: 'unreachable' });
    expect(after(called, linked, ringing, timedOut).call).toMatchObject({ phase: 'ended', reason: 'no-answer' });
  });

  it('waits only a little for a link that looks alive to answer the ring with "ringing", and 45 s from then on', () => {
    const timers = (events: CallEvent[]): unknown[] => {
      const before = after(...events.slice(0, -1));
      const last = events.at(-1);
      return last ? step(before, last, 1_000).effects.filter((effect) => effect.do === 'set-timer') : [];
    };
    const ringing = from({ kind: 'call.ringing', body: { callId } });
    expect(timers([called, linked])).toMatchObject([{ timer: 'reach', ms: paces.reachForMs }]);
    expect(timers([called, linked, ringing])).toMatchObject([{ timer: 'ring', ms: 45_000 }]);
    expect(timers([called, linked, ringing, ringing])).toEqual([]);
    const gaveUp: CallEvent = { type: 'timed-out', callId, timer: 'reach' };
    expect(after(called, linked, gaveUp).call).toMatchObject({ phase: 'ended', reason: 'unreachable' });
  });

  it('goes on without a word only on the link where both were in the call', () => {
    const answered = [called, linked, accepted, { type: 'media-settled', callId }] as const;
    expect(
      after(...answered, { type: 'faltered', peerId: friend }, { type: 'recovered', peerId: friend }).call.phase,
    ).toBe('active');
    const away = [...answered, unlinked, linked, { type: 'faltered', peerId: friend }] as const;
    expect(after(...away, { type: 'recovered', peerId: friend }).call.phase).toBe('reconnecting');
    expect(after(...away, { type: 'recovered', peerId: friend }, accepted).call.phase).toBe('active');
  });

  it.each([
    ['identity-unproven', 'identity-failed'],
    ['key-changed', 'key-changed'],
    ['protocol-broken', 'failed'],
    ['version-differs', 'failed'],
    ['contact-not-accepted', 'failed'],
  ] as const)('does not come back from %s', (code, reason) => {
    const broken: CallEvent = { type: 'unlinked', peerId: friend, code };
    expect(after(called, linked, accepted, broken).call).toMatchObject({ phase: 'ended', reason, code });
    expect(after(called, { type: 'unreached', peerId: friend, code }).call).toMatchObject({
      phase: 'ended',
      reason,
      code,
    });
  });

  it('tries again and again for a call that was answered, and once for one that was not', () => {
    const unreached: CallEvent = { type: 'unreached', peerId: friend, code: 'peer-silent' };
    const running = after(called, linked, accepted, unlinked);
    const again = step(running, unreached, 1_000);
    expect(again.effects).toEqual([{ do: 'reach', peerId: friend, tries: 1 }]);
    expect(step(again.machine, unreached, 1_000).effects).toEqual([{ do: 'reach', peerId: friend, tries: 2 }]);
    expect(after(called, unreached).call).toMatchObject({ phase: 'ended', reason: 'unreachable', code: 'peer-silent' });
  });

  it('cuts the words of a decline to what the other side takes', () => {
    const ringing = after(from({ kind: 'call.ring', body: { callId, video: false } }));
    const { effects } = step(ringing, { type: 'declined', note: 'x'.repeat(500) }, 1_000);
    expect(effects[0]).toMatchObject({ do: 'send', message: { body: { note: 'x'.repeat(100) } } });
  });

  it('lets someone ring again at once whom I answered or called', () => {
    const ring = (digit: string): CallEvent =>
      from({ kind: 'call.ring', body: { callId: digit.repeat(32) as CallId, video: false } }); // sound: hex digits
    const hungUp: CallEvent = { type: 'hung-up' };
    expect(after(ring('2'), { type: 'answered', video: false }, hungUp, ring('3')).call.phase).toBe('incoming');
    expect(after(ring('2'), hungUp, ring('3')).call.phase).toBe('ended');
  });
});
