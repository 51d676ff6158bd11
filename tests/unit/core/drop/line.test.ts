// What files may take of the line: limits in some hours, what comes, nothing at all, and what was counted of it.
import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import { defaultSettings } from '#shared/settings';
import type { TransferCount } from '#shared/transfer-totals';
import { Scope } from '#core/base/scope';
import { isWithin, lineUse } from '#core/drop/line-policy';
import { Tally } from '#core/drop/tally';
import { paces } from '#core/wire/paces';
import { DropNet, type DropPerson } from '#tests/support/drop-net';
import { FakeClock, settle } from '#tests/support/fake-clock';
import { peerId } from '#tests/support/two-peers';

const MiB = 1024 * 1024;
const files = { ...defaultSettings.files, uploadLimit: 500_000, downloadLimit: 900_000 };

describe('limits', () => {
  test('hold always, or from an hour to an hour, also over midnight', () => {
    expect(lineUse(files, 0, 'unknown')).toEqual({ upload: 500_000, download: 900_000, isGivingHeld: false });
    const atNight = { ...files, limitHours: { from: 22 * 60, to: 6 * 60 } };
    for (const minute of [22 * 60, 1_439, 0, 6 * 60 - 1])
      expect(lineUse(atNight, minute, 'unknown').upload).toBe(500_000);
    for (const minute of [6 * 60, 12 * 60, 22 * 60 - 1])
      expect(lineUse(atNight, minute, 'unknown')).toMatchObject({ upload: null, download: null });
  });

  test('hold for as many minutes as there are between both hours', () => {
    const minute = fc.integer({ min: 0, max: 1_439 });
    fc.assert(
      fc.property(minute, minute, (from, to) => {
        const held = Array.from({ length: 1_440 }, (_, at) => isWithin({ from, to }, at)).filter(Boolean).length;
        expect(held).toBe(from === to ? 1_440 : (to - from + 1_440) % 1_440);
      }),
      { numRuns: 60 },
    );
  });

  test('hold giving back only where the system says that it costs, and the person does', () => {
    expect(lineUse(files, 0, 'metered').isGivingHeld).toBe(true);
    expect(lineUse(files, 0, 'unmetered').isGivingHeld).toBe(false);
    expect(lineUse({ ...files, pausesOnMetered: false }, 0, 'metered').isGivingHeld).toBe(false);
  });
});

describe('a drop', () => {
  let net: DropNet;
  afterEach(() => net.end());

  async function running(): Promise<{ ada: DropPerson; ben: DropPerson; done: () => number }> {
    net = new DropNet(5);
    const [ada, ben] = net.meet(2);
    if (!ada || !ben) throw new Error('two people');
    ben.acceptsAtOnce = () => true;
    await net.link(ada, ben);
    const dropId = await ada.send([net.file('film.mkv', 40 * MiB)], ben);
    return { ada, ben, done: () => ben.find(dropId)?.doneBytes ?? 0 };
  }

  test('comes no faster than the receiver allows, and as fast as it can later', async () => {
    const { ben, done } = await running();
    ben.drops.limitDownload(MiB);
    await net.run(1_000);
    const before = done();
    await net.run(10_000);
    expect(done() - before).toBeLessThan(12 * MiB);
    expect(done() - before).toBeGreaterThan(7 * MiB);
    ben.drops.limitDownload(null);
    expect(await net.until(() => done() === 40 * MiB, 10_000)).toBe(true);
  });

  test('rests while giving is held, and goes on by itself', async () => {
    const { ada, done } = await running();
    ada.drops.holdGiving(true);
    await net.run(2_000);
    const before = done();
    await net.run(10_000);
    expect(done() - before).toBeLessThan(2 * MiB);
    ada.drops.holdGiving(false);
    expect(await net.until(() => done() === 40 * MiB, 60_000)).toBe(true);
  });

  test('counts for both what went from one to the other', async () => {
    const { ada, ben, done } = await running();
    expect(await net.until(() => done() === 40 * MiB, 60_000)).toBe(true);
    expect(ben.counted.get(ada.self)).toEqual({ sentBytes: 0, receivedBytes: 40 * MiB });
    expect(ada.counted.get(ben.self)?.receivedBytes).toBe(0);
    expect(ada.counted.get(ben.self)?.sentBytes).toBeGreaterThanOrEqual(40 * MiB);
  });
});

describe('what was counted', () => {
  const [one, two] = [peerId('b'), peerId('c')];

  test('is kept now and then, again when it could not be, and at the end', async () => {
    const clock = new FakeClock();
    const scope = new Scope();
    const kept: TransferCount[][] = [];
    let isBroken = true;
    const keep = async (counts: TransferCount[]): Promise<void> => {
      await Promise.resolve();
      if (isBroken) throw new Error('busy');
      kept.push(counts);
    };
    const tally = new Tally({ clock, keep, scope });
    tally.note(one, 5, 0);
    tally.note(one, 1, 2);
    await clock.advance(paces.dropCountMs + 1);
    await settle();
    expect(kept).toEqual([]);
    isBroken = false;
    tally.note(two, 0, 7);
    await clock.advance(paces.dropCountMs + 1);
    await settle();
    expect(kept.flat()).toEqual([
      { peerId: one, sentBytes: 6, receivedBytes: 2 },
      { peerId: two, sentBytes: 0, receivedBytes: 7 },
    ]);
    tally.note(two, 1, 0);
    scope.end();
    await settle();
    expect(kept.at(-1)).toEqual([{ peerId: two, sentBytes: 1, receivedBytes: 0 }]);
  });
});
