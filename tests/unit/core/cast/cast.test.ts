// A cast among people who know the caster and not each other: over real links, with main's real cards and passes.
import { afterEach, expect, test } from 'vitest';
import { CastNet, type CastPerson } from '#tests/support/cast-net';

let net = new CastNet();
afterEach(() => net.end());

const numbersOf = (viewer: CastPerson, kind: 'video' | 'audio'): number[] =>
  viewer.output.frames
    .filter(({ frame }) => frame.kind === kind)
    .map(({ frame }) => new DataView(frame.data.buffer).getUint32(0))
    .toSorted((a, b) => a - b);

test('a viewer is offered the cast, watches it, and gets every frame as it was made', async () => {
  net = new CastNet(2);
  const [caster, [viewer]] = await net.audience(1);
  if (!viewer) throw new Error('nobody');
  await caster.goLive();
  await net.watch(caster, [viewer]);
  const from = caster.encoder?.made.length ?? 0;
  await net.run(5_000);
  expect(viewer.phase).toBe('watching');
  expect(caster.casts.store.snapshot.mine?.viewers).toBe(1);
  const made = caster.encoder?.made.slice(from, -2) ?? [];
  const shown = viewer.output.frames.map(({ frame }) => frame);
  for (const frame of made) expect(shown).toContainEqual(frame);
});

test('twelve viewers cost the caster two copies, and every one gets every frame of picture and sound', async () => {
  net = new CastNet(3);
  const [caster, viewers] = await net.audience(12);
  await caster.goLive();
  await net.watch(caster, viewers);
  await net.run(6_000);
  expect(caster.casts.store.snapshot.mine).toMatchObject({ viewers: 12 });
  expect(caster.casts.store.snapshot.mine?.copies).toBeLessThanOrEqual(3);
  for (const viewer of viewers) {
    const pictures = numbersOf(viewer, 'video');
    expect(pictures).toEqual(pictures.map((_, at) => at + (pictures[0] ?? 0)));
  }
});

test('when the caster ends the cast, everybody hears that it is over', async () => {
  net = new CastNet(4);
  const [caster, viewers] = await net.crowd(10);
  await net.run(3_000);
  caster.casts.stop();
  await net.run(3_000);
  expect(viewers.map(({ phase }) => phase)).toEqual(viewers.map(() => 'over'));
  expect(caster.encoder?.isClosed).toBe(true);
});

test('whoever leaves is fed and linked no more', async () => {
  net = new CastNet(5);
  const [caster, viewers] = await net.crowd(6);
  await net.run(3_000);
  const [, leaver] = viewers;
  leaver?.casts.leave();
  await net.run(15_000);
  expect(leaver?.casts.store.snapshot.watched).toBeNull();
  expect(leaver?.peers.presence.snapshot.size).toBe(0);
  expect(leaver?.outputs[0]?.isClosed).toBe(true);
  expect(caster.casts.store.snapshot.mine?.viewers).toBe(5);
});

test('whoever the caster takes out is fed and linked by nobody, hears why and cannot come back, and the others go on', async () => {
  net = new CastNet(6);
  const [caster, viewers] = await net.crowd(10);
  await net.run(3_000);
  const removed = viewers.find(({ casts }) => (casts.store.snapshot.watched?.children.length ?? 0) > 2);
  if (!removed) throw new Error('nobody feeds others');
  const fed = removed.casts.store.snapshot.watched?.children ?? [];
  const parents = removed.casts.store.snapshot.watched?.parents ?? [];
  expect(parents.some((parent) => parent !== caster.self)).toBe(true);
  const from = (caster.encoder?.made.length ?? 0) / 2;
  await caster.casts.remove(removed.self);
  await net.run(5_000);
  expect(removed.casts.store.snapshot.watched).toMatchObject({ phase: 'failed', code: 'cast-refused' });
  expect(removed.peers.presence.snapshot.size).toBe(0);
  expect(caster.casts.store.snapshot.mine?.viewers).toBe(9);
  const to = (caster.encoder?.made.length ?? 0) / 2 - 3;
  for (const viewer of viewers) {
    if (viewer === removed) continue;
    expect(viewer.phase).toBe('watching');
    expect(viewer.casts.store.snapshot.watched?.children).not.toContain(removed.self);
    expect(viewer.casts.isCastPerson(removed.self)).toBe(false);
    if (fed.includes(viewer.self))
      for (let at = from; at < to; at += 1) expect(numbersOf(viewer, 'video')).toContain(at);
  }
  removed.casts.leave();
  removed.watchLink(caster.makeLink()).catch(() => undefined);
  await net.run(20_000);
  expect(removed.phase).not.toBe('watching');
  expect(caster.casts.store.snapshot.mine?.people.map(({ peerId }) => peerId)).not.toContain(removed.self);
});
