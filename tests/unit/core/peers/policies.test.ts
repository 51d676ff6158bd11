import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { backoffMs } from '#core/base/backoff';
import { judgeArrival } from '#core/peers/description-order';
import { IdentityFailures } from '#core/peers/identity-failures';
import { decideOffer, type OfferFacts } from '#core/peers/offer-policy';
import { RecentIds } from '#core/peers/recent-ids';
import { nextRepairStep, repairDelayMs } from '#core/peers/repair-policy';
import { limits } from '#core/wire/limits';
import { paces } from '#core/wire/paces';
import { peerId } from '#tests/support/two-peers';

describe('repairing a link', () => {
  it('waits 1.5 s when packets stop, not at all when the connection failed, and never while it is fine', () => {
    expect(repairDelayMs('disconnected')).toBe(1_500);
    expect(repairDelayMs('failed')).toBe(0);
    expect(repairDelayMs('connected')).toBeNull();
    expect(repairDelayMs('connecting')).toBeNull();
  });

  it('tries at once, then after 0.3, 1.2, 2.7, 4.8 and 7 s, then every 7 s, until 90 s are over', () => {
    let progress = { brokenAtMs: 0, attempts: 0, lastAttemptAtMs: 0 };
    const attempts: number[] = [];
    let nowMs = 0;
    for (;;) {
      const step = nextRepairStep(progress, nowMs);
      if (step.do === 'give-up') break;
      if (step.do === 'wait') nowMs += step.ms;
      else {
        attempts.push(nowMs);
        progress = { ...progress, attempts: progress.attempts + 1, lastAttemptAtMs: nowMs };
      }
    }
    expect(attempts.slice(0, 8)).toEqual([0, 300, 1_500, 4_200, 9_000, 16_000, 23_000, 30_000]);
    expect(nowMs).toBe(paces.repairForMs);
  });
});

describe('an offer for a new link', () => {
  const facts: OfferFacts = {
    isAccepted: true,
    isPaused: false,
    isPolite: true,
    attempt: 'none',
    link: 'none',
    isFull: false,
  };

  it('is never answered for strangers, paused people or above the cap, whatever else holds', () => {
    const any = fc.record<OfferFacts>({
      isAccepted: fc.boolean(),
      isPaused: fc.boolean(),
      isPolite: fc.boolean(),
      attempt: fc.constantFrom('none', 'mine', 'theirs'),
      link: fc.constantFrom('none', 'healthy', 'broken'),
      isFull: fc.boolean(),
    });
    fc.assert(
      fc.property(any, (some) => {
        const mustDrop = !some.isAccepted || some.isPaused || some.isFull;
        expect(decideOffer(some).do === 'drop').toBe(mustDrop);
      }),
    );
  });

  it('makes exactly one of two dialing sides yield', () => {
    const both = [true, false].map((isPolite) => decideOffer({ ...facts, isPolite, attempt: 'mine' }).do);
    expect(both).toEqual(['answer', 'insist']);
  });

  it('leaves a healthy link alone until the new one is proven', () => {
    expect(decideOffer({ ...facts, link: 'healthy' })).toMatchObject({ do: 'answer', closesLink: false });
    expect(decideOffer({ ...facts, link: 'broken' })).toMatchObject({ do: 'answer', closesLink: true });
  });
});

describe('a session description', () => {
  const sdp = (version: number, id = 7, rest = ''): string =>
    `v=0\r\no=- ${id} ${version} IN IP4 127.0.0.1\r\ns=-\r\n${rest}`;

  it('is new, repeated or late by the version of its origin', () => {
    expect(judgeArrival(null, sdp(2))).toBe('new');
    expect(judgeArrival(sdp(2), sdp(3))).toBe('new');
    expect(judgeArrival(sdp(3), sdp(3))).toBe('repeated');
    expect(judgeArrival(sdp(3), sdp(3, 7, 'a=x\r\n'))).toBe('repeated');
    expect(judgeArrival(sdp(3), sdp(2))).toBe('late');
    expect(judgeArrival(sdp(9), sdp(10))).toBe('new');
    expect(judgeArrival(sdp(3), sdp(1, 8))).toBe('new');
  });

  it('can be any text without harm', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (a, b) => {
        expect(['new', 'repeated', 'late']).toContain(judgeArrival(a, b));
      }),
    );
    expect(judgeArrival('x', 'y')).toBe('new');
  });
});

describe('waiting before another try', () => {
  it('doubles up to the cap and is spread over its upper half', () => {
    const range = { minMs: 500, maxMs: 30_000 };
    expect([0, 1, 2, 10].map((attempt) => backoffMs(attempt, range, 1))).toEqual([500, 1_000, 2_000, 30_000]);
    expect(backoffMs(0, range, 0)).toBe(250);
    expect(backoffMs(1e9, range, 0.5)).toBe(22_500);
  });
});

describe('failed proofs', () => {
  it('pause a person after the third, for ten minutes, and are forgotten by a good one', () => {
    const failures = new IdentityFailures();
    const [person, other] = [peerId('b'), peerId('c')];
    for (let at = 0; at < 3; at += 1) {
      expect(failures.isPaused(person, at)).toBe(false);
      failures.note(person, at);
    }
    expect(failures.isPaused(person, 2)).toBe(true);
    expect(failures.isPaused(other, 2)).toBe(false);
    expect(failures.isPaused(person, limits.identityFailurePauseMs + 1)).toBe(true);
    expect(failures.isPaused(person, limits.identityFailurePauseMs + 2)).toBe(false);
    failures.clear(person);
    expect(failures.isPaused(person, 2)).toBe(false);
  });
});

describe('recent ids', () => {
  it('forget the oldest', () => {
    const ids = new RecentIds<string>(2);
    for (const id of ['a', 'b', 'c']) ids.add(id);
    expect(['a', 'b', 'c'].map((id) => ids.has(id))).toEqual([false, true, true]);
  });
});
