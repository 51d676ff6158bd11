// What those do who do not keep to the protocol, and what becomes of it: over real links, with main's real cards and passes.
import { afterEach, expect, test } from 'vitest';
import { encodeEnvelope } from '#core/wire/codec';
import { paces } from '#core/wire/paces';
import { CastNet, type CastPerson } from '#tests/support/cast-net';

let net = new CastNet();
afterEach(() => net.end());

const watchedOf = (person: CastPerson) => {
  const { watched } = person.casts.store.snapshot;
  if (!watched) throw new Error(`${person.name} watches nothing`);
  return watched;
};

const countOf = (viewer: CastPerson): Set<number> =>
  new Set(
    viewer.output.frames
      .filter(({ frame }) => frame.kind === 'video')
      .map(({ frame }) => new DataView(frame.data.buffer).getUint32(0)),
  );

test('a packet that somebody altered is neither played nor passed on, and whoever altered it is cut', async () => {
  net = new CastNet(11);
  const [caster, viewers] = await net.crowd(12);
  await net.run(4_000);
  const tamperer = viewers.find((viewer) => watchedOf(viewer).children.length > 2);
  if (!tamperer) throw new Error('nobody feeds others');
  for (const connection of tamperer.connections)
    connection.onLive = (message) => {
      const at = message.length - 70;
      message[at] = (message[at] ?? 0) ^ 1;
      return message;
    };
  const victims = viewers.filter((viewer) => watchedOf(tamperer).children.includes(viewer.self));
  await net.run(6_000);
  for (const victim of victims) {
    expect(watchedOf(victim).refusedPackets).toBeGreaterThan(0);
    expect(watchedOf(victim).parents).not.toContain(tamperer.self);
    expect(victim.phase).toBe('watching');
  }
  const made = caster.encoder?.made ?? [];
  for (const viewer of viewers)
    for (const { frame } of viewer.output.frames.slice(-50))
      expect(
        made.some(
          (one) => one.timestampUs === frame.timestampUs && one.data.every((byte, at) => byte === frame.data[at]),
        ),
      ).toBe(true);
});

test('a viewer who takes and passes nothing on is replaced, and nobody misses a picture', async () => {
  net = new CastNet(12);
  const [caster, viewers] = await net.crowd(12);
  await net.run(4_000);
  const mute = viewers.find((viewer) => watchedOf(viewer).children.length > 2);
  if (!mute) throw new Error('nobody feeds others');
  const from = (caster.encoder?.made.length ?? 0) / 2;
  for (const connection of mute.connections) connection.onLive = () => null;
  await net.run(paces.castSilentMs + 1_500);
  for (const viewer of viewers) if (viewer !== mute) expect(watchedOf(viewer).parents).not.toContain(mute.self);
  await net.run(4_000);
  const to = (caster.encoder?.made.length ?? 0) / 2 - 5;
  for (const viewer of viewers) {
    const seen = countOf(viewer);
    for (let number = from; number < to; number += 1) expect(seen).toContain(number);
  }
});

test('an audience that lends nothing is told that there is no place, and those who have one keep it', async () => {
  net = new CastNet(13);
  const [, viewers] = await net.crowd(5, () => 0, 300);
  await net.run(15_000);
  const phases = viewers.map(({ phase }) => phase);
  expect(phases.slice(0, 2)).toEqual(['watching', 'watching']);
  const told = viewers.slice(2).map((viewer) => watchedOf(viewer).code);
  expect(told).toEqual(['cast-crowded', 'cast-crowded', 'cast-crowded']);
});

test('when the caster vanishes, nobody waits for ever', async () => {
  net = new CastNet(14);
  const [caster, viewers] = await net.crowd(6);
  await net.run(3_000);
  caster.crash();
  await net.run(paces.castLookingMs + 2_000);
  expect(viewers.map(({ phase }) => phase)).toEqual(viewers.map(() => 'looking'));
  await net.run(paces.castGoneMs + 2_000);
  expect(viewers.map((viewer) => watchedOf(viewer).code)).toEqual(viewers.map(() => 'cast-lost'));
});

test('whoever comes late sees a key frame within a second', async () => {
  net = new CastNet(15);
  const [caster, viewers] = await net.crowd(8);
  await net.run(5_000);
  const asked = caster.encoder?.keyFramesAsked;
  const late = await net.person('Late');
  void late.watchLink(caster.makeLink());
  expect(
    await net.until(
      () => late.outputs[0]?.frames.some(({ frame }) => frame.kind === 'video' && frame.isKey) === true,
      1_000,
    ),
  ).toBe(true);
  expect(caster.encoder?.keyFramesAsked).toBe(asked);
  expect(viewers.every(({ phase }) => phase === 'watching')).toBe(true);
});

test('those who flood the caster with wishes to be let in keep nobody else out', async () => {
  net = new CastNet(16);
  const [caster] = await net.crowd(2);
  const flooders = [await net.person('Flood'), await net.person('Torrent'), await net.person('Deluge')];
  for (const flooder of flooders) {
    caster.knows(flooder);
    flooder.knows(caster);
    const reached = flooder.peers.reach(caster.self, flooder.scope.signal);
    await net.run(500);
    await reached;
  }
  const castId = caster.casts.store.snapshot.mine?.castId;
  if (!castId) throw new Error('not live');
  const wish = encodeEnvelope('cast.join', { castId, name: 'Flood', lends: 0 });
  if (!wish) throw new Error('too large');
  const flood = (): void => {
    for (const flooder of flooders) flooder.peers.session(caster.self)?.connection.sendControl(wish);
    net.clock.after(100, flood);
  };
  flood();
  await net.run(4_000);
  const late: CastPerson[] = [];
  for (let at = 0; at < 6; at += 1) {
    const viewer = await net.person(`Late ${at}`);
    late.push(viewer);
    void viewer.watchLink(caster.makeLink());
    await net.run(200);
  }
  await net.run(1_200);
  expect(late.map(({ phase }) => phase)).toEqual(late.map(() => 'watching'));
});
