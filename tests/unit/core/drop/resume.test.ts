// A large file between two people of whom either is killed again and again: it arrives whole, and little is sent twice.
import { afterEach, expect, test } from 'vitest';
import { blockBytes } from '#shared/content';
import { paces } from '#core/wire/paces';
import { DropNet } from '#tests/support/drop-net';

const MiB = 2 ** 20;
const bytes = 100 * MiB;
const kills = 8;
/** What may be on its way when one is killed, and the block that is just being sent. */
const resentMost = paces.dropInFlight * blockBytes + blockBytes;

let net: DropNet;
afterEach(() => {
  net.end();
});

test.each([1, 2, 3, 4])(
  'either side killed at random times: the file is whole, and no kill costs more than what was on its way (schedule %i)',
  async (seed) => {
    net = new DropNet(seed);
    const [ada, ben] = net.meet(2);
    if (!ada || !ben) throw new Error('two people');
    await net.link(ada, ben);
    const file = net.file('film', bytes);
    const dropId = await ada.send([file], ben);
    await net.run(1_000);
    ben.drops.accept(dropId);
    let interrupted = 0;
    for (let kill = 0; kill < kills; kill += 1) {
      await net.run(20 + Math.floor(net.dice.next() * 300));
      if (ben.content.writes > 0 && ben.phase(dropId) !== 'finished') interrupted += 1;
      const victim = net.dice.pick([ada, ben]) ?? ada;
      victim.crash();
      await net.run(16_000);
      victim.restart();
      await net.link(ada, ben);
    }
    expect(interrupted).toBeGreaterThan(kills / 2);
    expect(await net.until(() => ben.phase(dropId) === 'finished')).toBe(true);
    expect(ben.has(file)).toBe(true);
    expect(ben.content.writes).toBe(bytes / blockBytes);
    const sent = ada.counted.get(ben.self)?.sentBytes ?? 0;
    expect(sent).toBeGreaterThanOrEqual(bytes);
    expect(sent - bytes).toBeLessThanOrEqual(kills * resentMost);
  },
  60_000,
);
