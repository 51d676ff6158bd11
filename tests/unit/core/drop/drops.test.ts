// Files from person to person, through everything the core gives: offers, answers, blocks, restarts, people who pass them on.
import { afterEach, describe, expect, test } from 'vitest';
import type { DropId } from '#shared/drop';
import { DropNet, type DropPerson } from '#tests/support/drop-net';
import type { MemoryGiven } from '#tests/support/memory-content';

const MiB = 1024 * 1024;
let net: DropNet;
afterEach(() => {
  net.end();
});

async function pair(): Promise<{ ada: DropPerson; ben: DropPerson }> {
  net = new DropNet();
  const [ada, ben] = net.meet(2);
  if (!ada || !ben) throw new Error('two people');
  await net.link(ada, ben);
  return { ada, ben };
}

async function offered(files: readonly MemoryGiven[], from: DropPerson, ...to: readonly DropPerson[]): Promise<DropId> {
  const dropId = await from.send(files, ...to);
  await net.run(500);
  return dropId;
}

async function running(
  size = 20 * MiB,
): Promise<{ ada: DropPerson; ben: DropPerson; file: MemoryGiven; dropId: DropId }> {
  const { ada, ben } = await pair();
  const file = net.file('film.webm', size);
  const dropId = await offered([file], ada, ben);
  ben.drops.accept(dropId);
  await net.until(() => ben.content.writes > 3);
  return { ada, ben, file, dropId };
}

describe('one file', () => {
  test('arrives whole once it is accepted, and both sides say so', async () => {
    const { ada, ben } = await pair();
    const file = net.file('film.webm', 5 * MiB + 17);
    const dropId = await offered([file], ada, ben);
    expect(ada.phase(dropId)).toBe('offered');
    expect(ben.find(dropId)).toMatchObject({ stage: { phase: 'asked' }, fileCount: 1, bytes: 5 * MiB + 17 });
    expect(ben.content.drops.size).toBe(0);
    ben.drops.accept(dropId);
    expect(await net.until(() => ada.phase(dropId) === 'finished' && ben.phase(dropId) === 'finished')).toBe(true);
    expect(ben.has(file)).toBe(true);
    expect(ada.find(dropId)?.sentBytes).toBe(5 * MiB + 17);
    expect(ben.told).toEqual(['asked', 'finished']);
    expect(ada.told).toEqual(['finished']);
  });

  test('of no bytes at all arrives too', async () => {
    const { ada, ben } = await pair();
    const file = net.file('nothing', 0);
    const dropId = await offered([file], ada, ben);
    ben.drops.accept(dropId);
    expect(await net.until(() => ada.phase(dropId) === 'finished')).toBe(true);
    expect(ben.has(file)).toBe(true);
  });

  test('with more than one page of hashes arrives', async () => {
    const { ada, ben } = await pair();
    const file = net.file('large', 40 * MiB + 3); // its hashes do not travel with its header
    const dropId = await offered([file], ada, ben);
    ben.drops.accept(dropId);
    expect(await net.until(() => ada.phase(dropId) === 'finished')).toBe(true);
    expect(ben.has(file)).toBe(true);
  });

  test('is taken without asking where that was allowed', async () => {
    const { ada, ben } = await pair();
    ben.acceptsAtOnce = (from, { entries }) => from === ada.self && entries.length === 1;
    const file = net.file('a.txt', 1_000);
    const dropId = await offered([file], ada, ben);
    expect(await net.until(() => ada.phase(dropId) === 'finished')).toBe(true);
    expect(ben.told).toEqual(['finished']);
  });

  test('that is declined is not sent, and the giver hears it', async () => {
    const { ada, ben } = await pair();
    const dropId = await offered([net.file('a', MiB)], ada, ben);
    ben.drops.decline(dropId);
    await net.run(1_000);
    expect(ada.phase(dropId)).toBe('declined');
    expect(ben.phase(dropId)).toBe('declined');
    expect(ben.content.writes).toBe(0);
    expect(ben.content.downloads.size).toBe(0);
    expect(ada.find(dropId)?.sentBytes).toBe(0);
    ben.drops.clear(dropId);
    await net.run(500);
    expect(ben.phase(dropId)).toBe('none');
  });

  test('that its giver takes back is no question any more', async () => {
    const { ada, ben } = await pair();
    const dropId = await offered([net.file('a', MiB)], ada, ben);
    ada.drops.cancel(dropId);
    await net.run(1_000);
    expect(ben.find(dropId)?.stage).toEqual({ phase: 'cancelled', by: ada.self });
  });
});

describe('a drop that its giver takes back with its message', () => {
  test('is no question any more, and stops where it runs', async () => {
    const { ada, ben, dropId } = await running();
    const asked = await offered([net.file('a', MiB)], ada, ben);
    ben.drops.takeBack(asked, ada.self);
    ben.drops.takeBack(dropId, ada.self);
    await net.run(1_000);
    for (const one of [asked, dropId]) expect(ben.find(one)?.stage).toEqual({ phase: 'cancelled', by: ada.self });
    expect(ben.content.downloads.size).toBe(0);
  });

  test('stops at the giver, who says so to the other', async () => {
    const { ada, ben, dropId } = await running();
    ada.drops.takeBack(dropId, ada.self);
    await net.run(2_000);
    expect(ada.find(dropId)?.stage).toEqual({ phase: 'cancelled', by: ada.self });
    expect(ben.find(dropId)?.stage).toEqual({ phase: 'cancelled', by: ada.self });
  });

  test('was stopped by its giver also where the other hears of it first', async () => {
    const { ada, ben, dropId } = await running();
    ben.drops.takeBack(dropId, ada.self);
    await net.run(1_000);
    ada.drops.takeBack(dropId, ada.self);
    await net.run(1_000);
    for (const one of [ada, ben]) expect(one.find(dropId)?.stage).toEqual({ phase: 'cancelled', by: ada.self });
  });

  test('stays with who has all of it', async () => {
    const { ada, ben, file, dropId } = await running(3 * MiB);
    expect(await net.until(() => ada.phase(dropId) === 'finished')).toBe(true);
    for (const one of [ada, ben]) one.drops.takeBack(dropId, ada.self);
    await net.run(1_000);
    expect([ada.phase(dropId), ben.phase(dropId)]).toEqual(['finished', 'finished']);
    expect(ben.has(file)).toBe(true);
  });

  test('goes on whatever somebody else takes back', async () => {
    const { ada, ben, dropId } = await running();
    const asked = await offered([net.file('a', MiB)], ada, ben);
    for (const one of [dropId, asked]) {
      ben.drops.takeBack(one, ben.self);
      ada.drops.takeBack(one, ben.self);
    }
    await net.run(1_000);
    expect(ben.phase(asked)).toBe('asked');
    expect(await net.until(() => ada.phase(dropId) === 'finished')).toBe(true);
  });
});

test('a folder arrives with every file in its place', async () => {
  const { ada, ben } = await pair();
  const files = [
    net.file('trip/a.jpg', 700_000),
    net.file('trip/b/c.txt', 11),
    net.file('trip/none', 0),
    net.file('trip/d', 3 * MiB),
  ];
  const dropId = await offered(files, ada, ben);
  ben.drops.accept(dropId);
  expect(await net.until(() => ada.phase(dropId) === 'finished')).toBe(true);
  expect(files.map((file) => ben.has(file))).toEqual([true, true, true, true]);
});

test('thousands of files travel in one drop', async () => {
  const { ada, ben } = await pair();
  const files = Array.from({ length: 1_500 }, (_, at) => net.file(`many/file number ${at}.txt`, at % 97));
  const dropId = await offered(files, ada, ben);
  await net.until(() => ben.phase(dropId) === 'asked');
  expect(ben.find(dropId)?.fileCount).toBe(1_500);
  ben.drops.accept(dropId);
  expect(await net.until(() => ada.phase(dropId) === 'finished', 120_000)).toBe(true);
  expect(files.every((file) => ben.has(file))).toBe(true);
});

describe('a drop under way', () => {
  test('rests while the receiver pauses it, and goes on', async () => {
    const { ada, ben, file, dropId } = await running();
    ben.drops.pause(dropId);
    await net.run(2_000);
    const { writes } = ben.content;
    expect(ada.find(dropId)?.receivers[0]?.stage).toEqual({ phase: 'paused', by: ben.self });
    await net.run(5_000);
    expect(ben.content.writes).toBe(writes);
    ben.drops.resume(dropId);
    expect(await net.until(() => ada.phase(dropId) === 'finished')).toBe(true);
    expect(ben.has(file)).toBe(true);
  });

  test('rests while the giver pauses it, and goes on', async () => {
    const { ada, ben, file, dropId } = await running();
    ada.drops.pause(dropId);
    await net.run(2_000);
    const { writes } = ben.content;
    await net.run(5_000);
    expect(ben.content.writes).toBe(writes);
    expect(ben.find(dropId)?.stage).toEqual({ phase: 'paused', by: ada.self });
    ada.drops.resume(dropId);
    expect(await net.until(() => ada.phase(dropId) === 'finished')).toBe(true);
    expect(ben.has(file)).toBe(true);
  });

  test('ends for both when either cancels, and nothing unfinished stays', async () => {
    const { ada, ben, dropId } = await running();
    ben.drops.cancel(dropId);
    await net.run(2_000);
    expect(ada.find(dropId)?.receivers[0]?.stage).toEqual({ phase: 'cancelled', by: ben.self });
    expect(ben.phase(dropId)).toBe('cancelled');
    expect(ben.content.downloads.size).toBe(0);
    expect([...ben.content.drops.values()].every(({ files }) => files.every(({ file }) => file === null))).toBe(true);
  });

  test('goes on by itself after the receiver crashed and started again, without sending what was there', async () => {
    const { ada, ben, file, dropId } = await running();
    ben.crash();
    await net.run(20_000);
    const had = ben.content.writes;
    expect(had).toBeLessThan(80);
    ben.restart();
    await net.link(ada, ben);
    expect(await net.until(() => ada.phase(dropId) === 'finished')).toBe(true);
    expect(ben.has(file)).toBe(true);
    expect(ben.content.writes).toBe(80);
  });

  test.each(['the giver', 'the receiver'])('that %s stopped is said to be theirs after a restart too', async (who) => {
    const { ada, ben, dropId } = await running();
    const by = who === 'the giver' ? ada : ben;
    by.drops.cancel(dropId);
    await net.run(5_000);
    ben.crash();
    ben.restart();
    await net.run(5_000);
    expect(ben.find(dropId)?.stage).toEqual({ phase: 'cancelled', by: by.self });
  });

  test('survives ten crashes of the receiver', async () => {
    const { ada, ben, file, dropId } = await running(40 * MiB);
    for (let crash = 0; crash < 10; crash += 1) {
      ben.crash();
      await net.run(20_000);
      ben.restart();
      await net.link(ada, ben);
      const before = ben.content.writes;
      await net.until(() => ben.content.writes > before + 3, 5_000);
    }
    expect(await net.until(() => ada.phase(dropId) === 'finished')).toBe(true);
    expect(ben.has(file)).toBe(true);
    expect(ben.content.writes).toBe(160);
  });

  test('goes on by itself after the giver started again', async () => {
    const { ada, ben, file, dropId } = await running();
    ada.crash();
    await net.run(20_000);
    expect(ben.phase(dropId)).toBe('waiting');
    ada.restart();
    await net.link(ada, ben);
    expect(await net.until(() => ada.phase(dropId) === 'finished' && ben.phase(dropId) === 'finished')).toBe(true);
    expect(ben.has(file)).toBe(true);
    expect(ben.content.writes).toBe(80);
  });

  test('waits for files that the browser let go of until they are chosen again', async () => {
    const { ada, ben, file, dropId } = await running();
    ada.crash();
    ada.content.isDetached = true;
    await net.run(20_000);
    ada.restart();
    await net.link(ada, ben);
    await net.run(1_000);
    expect(ada.phase(dropId)).toBe('detached');
    await ada.drops.giveAgain(dropId, [file]);
    expect(await net.until(() => ada.phase(dropId) === 'finished')).toBe(true);
    expect(ben.has(file)).toBe(true);
  });

  test('says that the disk is full, keeps what came, and goes on when asked again', async () => {
    const { ada, ben, file, dropId } = await running();
    ben.content.writeFails = 'disk-full';
    expect(await net.until(() => ben.phase(dropId) === 'failed')).toBe(true);
    expect(ben.find(dropId)?.stage).toEqual({ phase: 'failed', code: 'disk-full' });
    expect(ben.content.downloads.size).toBe(0);
    ben.content.writeFails = null;
    ben.drops.retry(dropId);
    expect(await net.until(() => ben.phase(dropId) === 'finished')).toBe(true);
    expect(ben.has(file)).toBe(true);
    expect(ben.content.writes).toBe(80);
    await net.run(2_000);
    expect(ada.find(dropId)?.receivers[0]?.stage.phase).toBe('finished');
  });

  test('says that the file is gone where it was given', async () => {
    const { ada, ben, dropId } = await running();
    ada.content.readFails = 'file-gone';
    expect(await net.until(() => ada.phase(dropId) === 'failed')).toBe(true);
    expect(ada.find(dropId)?.stage).toEqual({ phase: 'failed', code: 'file-gone' });
    await net.run(1_000);
    expect(ben.phase(dropId)).not.toBe('finished');
  });

  test('takes no more of the line than its giver allows, and all of it again later', async () => {
    const { ada, ben } = await pair();
    const file = net.file('a.bin', 8 * MiB);
    ada.drops.limitUpload(MiB);
    const dropId = await offered([file], ada, ben);
    ben.drops.accept(dropId);
    const startedAtMs = net.clock.now();
    await net.until(() => (ben.find(dropId)?.doneBytes ?? 0) >= 5 * MiB);
    expect(net.clock.now() - startedAtMs).toBeGreaterThan(3_500);
    expect(net.clock.now() - startedAtMs).toBeLessThan(8_000);
    ada.drops.limitUpload(null);
    const freedAtMs = net.clock.now();
    expect(await net.until(() => ben.phase(dropId) === 'finished')).toBe(true);
    expect(net.clock.now() - freedAtMs).toBeLessThan(1_500);
  });

  test('slows down while somebody talks, and not to nothing', async () => {
    const { ada, ben, file, dropId } = await running(10 * MiB);
    ada.isTalking = true;
    const before = ben.content.writes;
    await net.run(1_000);
    const slow = ben.content.writes - before;
    expect(slow).toBeLessThan(12);
    ada.isTalking = false;
    expect(await net.until(() => ada.phase(dropId) === 'finished')).toBe(true);
    expect(ben.has(file)).toBe(true);
  });
});

test('a drop to somebody who is away is offered when they come', async () => {
  net = new DropNet();
  const [ada, ben] = net.meet(2);
  if (!ada || !ben) throw new Error('two people');
  const file = net.file('a', MiB);
  const dropId = await offered([file], ada, ben);
  expect(ada.phase(dropId)).toBe('offered');
  await net.link(ada, ben);
  ben.drops.accept(dropId);
  expect(await net.until(() => ada.phase(dropId) === 'finished')).toBe(true);
  expect(ben.has(file)).toBe(true);
});

describe('several receivers', () => {
  test('pass blocks on, so that the giver sends far less than a copy for each', async () => {
    net = new DropNet(3);
    const [ada, ...others] = net.meet(5);
    if (!ada) throw new Error('somebody');
    await net.link(ada, ...others);
    const file = net.file('film', 16 * MiB);
    const dropId = await offered([file], ada, ...others);
    for (const other of others) other.drops.accept(dropId);
    expect(await net.until(() => ada.phase(dropId) === 'finished', 120_000)).toBe(true);
    expect(others.map((other) => other.has(file))).toEqual([true, true, true, true]);
    expect((ada.find(dropId)?.sentBytes ?? 0) / file.bytes.length).toBeLessThan(2);
  });

  test('finish without the giver once all of it is spread among them', async () => {
    net = new DropNet(4);
    const [ada, ben, cleo] = net.meet(3);
    if (!ada || !ben || !cleo) throw new Error('three people');
    await net.link(ada, ben, cleo);
    const file = net.file('film', 16 * MiB);
    const dropId = await offered([file], ada, ben, cleo);
    ben.drops.accept(dropId);
    expect(await net.until(() => ben.phase(dropId) === 'finished')).toBe(true);
    cleo.drops.accept(dropId);
    await net.until(() => cleo.content.writes > 2);
    ada.crash();
    expect(await net.until(() => cleo.phase(dropId) === 'finished', 120_000)).toBe(true);
    expect(cleo.has(file)).toBe(true);
  });

  test('are served by somebody who finished it before a restart', async () => {
    net = new DropNet(5);
    const [ada, ben, cleo] = net.meet(3);
    if (!ada || !ben || !cleo) throw new Error('three people');
    await net.link(ada, ben, cleo);
    const file = net.file('film', 4 * MiB);
    const dropId = await offered([file], ada, ben, cleo);
    ben.drops.accept(dropId);
    cleo.drops.accept(dropId);
    await net.until(() => cleo.content.writes > 2 && ben.content.writes > 2);
    cleo.drops.pause(dropId);
    expect(await net.until(() => ben.phase(dropId) === 'finished')).toBe(true);
    ada.crash();
    ben.crash();
    await net.run(20_000);
    ben.restart();
    await net.link(ben, cleo);
    cleo.drops.resume(dropId);
    expect(await net.until(() => cleo.phase(dropId) === 'finished', 120_000)).toBe(true);
    expect(cleo.has(file)).toBe(true);
  });

  test.each([11, 12, 13])('all have it at last, whoever comes and goes (seed %i)', async (seed) => {
    net = new DropNet(seed);
    const [ada, ...others] = net.meet(6);
    if (!ada) throw new Error('somebody');
    await net.link(ada, ...others);
    const file = net.file('film', 12 * MiB);
    const dropId = await offered([file], ada, ...others);
    for (const other of others) other.drops.accept(dropId);
    for (let round = 0; round < 8; round += 1) {
      await net.run(100);
      const victim = net.dice.pick(others);
      if (!victim) continue;
      victim.crash();
      await net.run(17_000);
      victim.restart();
      await net.link(...net.people);
    }
    expect(await net.until(() => others.every((other) => other.has(file)), 240_000)).toBe(true);
    expect(await net.until(() => ada.phase(dropId) === 'finished')).toBe(true);
  });
});
