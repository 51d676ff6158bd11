import fc from 'fast-check';
import * as v from 'valibot';
import { beforeEach, describe, expect, it } from 'vitest';
import { encodeEnvelope } from '#core/wire/codec';
import { limits } from '#core/wire/limits';
import { TokenBucket } from '#core/wire/rate-limit';
import { Router } from '#core/wire/router';
import { FakeClock } from '#tests/support/fake-clock';

const schemas = {
  'test.number': v.strictObject({ n: v.number() }),
  'test.text': v.strictObject({ text: v.pipe(v.string(), v.maxLength(5)) }),
};
const message = (kind: string, body: unknown): Uint8Array => encodeEnvelope(kind, body) ?? new Uint8Array();

let clock: FakeClock;
let broken: number;
let sent: Uint8Array[];
let router: Router;

beforeEach(() => {
  clock = new FakeClock();
  broken = 0;
  sent = [];
  router = new Router({ clock, send: (bytes) => sent.push(bytes) > 0, broken: () => (broken += 1) });
});

const join = (): { numbers: number[]; leave: () => void } => {
  const numbers: number[] = [];
  const { leave } = router.join(schemas, { 'test.number': ({ n }) => numbers.push(n), 'test.text': () => undefined });
  return { numbers, leave };
};

describe('the router', () => {
  it('brings parsed bodies to the feature that joined', () => {
    const { numbers } = join();
    router.receive(message('test.number', { n: 4 }));
    expect(numbers).toEqual([4]);
  });

  it('drops and counts kinds that nobody joined for, before and after', () => {
    const { numbers, leave } = join();
    router.receive(message('other.kind', {}));
    leave();
    router.receive(message('test.number', { n: 4 }));
    expect(router.unknownCount).toBe(2);
    expect(numbers).toEqual([]);
    expect(broken).toBe(0);
  });

  it('ends a peer that breaks schemas three times, once', () => {
    const { numbers } = join();
    router.receive(message('test.number', { n: 'four' }));
    router.receive(message('test.text', { text: 'too long' }));
    expect(broken).toBe(0);
    router.receive(message('test.number', { n: 1, extra: true }));
    expect(broken).toBe(1);
    router.receive(message('test.number', { n: 1 }));
    router.receive(message('test.number', { n: 'four' }));
    expect(broken).toBe(1);
    expect(numbers).toEqual([]);
  });

  it('refuses two features for one kind', () => {
    join();
    expect(() => join()).toThrow('two features');
  });

  it('does not send what is too large', () => {
    const { send } = router.join({ 'big.text': v.strictObject({ text: v.string() }) }, { 'big.text': () => undefined });
    expect(send('big.text', { text: 'x'.repeat(limits.controlMessageBytes) })).toBe(false);
    expect(send('big.text', { text: 'x' })).toBe(true);
    expect(sent).toHaveLength(1);
  });

  it('lets a burst of 100 and 50 a second pass, drops the rest and ends a flood', async () => {
    const { numbers } = join();
    const flood = (count: number): void => {
      for (let at = 0; at < count; at += 1) router.receive(message('test.number', { n: at }));
    };
    flood(150);
    expect(numbers).toHaveLength(limits.messagesBurst);
    expect(broken).toBe(0);
    await clock.advance(1_000);
    flood(60);
    expect(numbers).toHaveLength(limits.messagesBurst + limits.messagesPerSecond);
    flood(1_000);
    expect(broken).toBe(1);
  });

  it('leaves room for calls however much the features that take turns have to say', async () => {
    const other = new Router({ clock, send: () => true, broken: () => (broken += 1) });
    const { numbers } = join();
    let calls = 0;
    for (let passedMs = 0; passedMs < 20_000; passedMs += 10) {
      while (other.takeTurn()) router.receive(message('test.number', { n: 1 }));
      if (passedMs % 200 === 0) {
        router.receive(message('test.number', { n: 2 }));
        calls += 1;
      }
      await clock.advance(10);
    }
    expect(broken).toBe(0);
    expect(numbers.filter((n) => n === 2)).toHaveLength(calls);
    expect(numbers.filter((n) => n === 1).length).toBeGreaterThan(20 * limits.turnsPerSecond);
  });

  it('cuts a million tiny messages off without working through them', () => {
    join();
    const tiny = message('x.y', 0);
    const before = process.memoryUsage().heapUsed;
    for (let at = 0; at < 1_000_000; at += 1) router.receive(tiny);
    expect(broken).toBe(1);
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(32 * 1024 * 1024);
  });

  it('never throws for what a peer sends', () => {
    join();
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 64 }), { maxLength: 20 }), (messages) => {
        const own = new Router({ clock, send: () => true, broken: () => undefined });
        own.join(schemas, { 'test.number': () => undefined, 'test.text': () => undefined });
        for (const bytes of messages) own.receive(bytes);
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('a token bucket', () => {
  it('never lets more pass in any window than burst plus rate', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -50, max: 400 }), { maxLength: 300 }), (waits) => {
        const bucket = new TokenBucket({ perSecond: 10, burst: 5 }, 0);
        let nowMs = 0;
        let forwardMs = 0;
        let taken = 0;
        for (const wait of waits) {
          nowMs += wait;
          forwardMs += Math.max(0, wait);
          if (bucket.take(nowMs)) taken += 1;
          expect(taken).toBeLessThanOrEqual(5 + (forwardMs * 10) / 1000 + 1e-6);
        }
      }),
    );
  });
});
