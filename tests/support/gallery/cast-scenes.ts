// Casts: what friends show, going live, being on air, and watching.
import type { PeerId } from '#shared/identity';
import type { WatchedCast } from '#core/cast/snapshot';
import { FakeOutput, fakeCastId, fakeFacts, fakeOwnCast, fakeWatched, mapPerson } from '../fake-casts';
import type { FakeWorld } from './fake-world';
import { paintedRoom } from './painted-video';
import * as people from './people';
import { online, tableOf, type Scene } from './scene-parts';

const { ada, bo, carmen } = people;
const startedAt = people.nowMs - 14 * 60_000 - 20_000;
const me = { peerId: people.me.peerId, name: people.me.name };
const facts = fakeFacts({ peerId: ada.peerId, name: ada.name }, { startedAt });
const mine = fakeFacts(me, { startedAt, castId: fakeCastId(9), title: 'Noor paints a wall' });

const offered = [
  { castId: facts.castId, facts, from: ada.peerId },
  {
    castId: fakeCastId(2),
    facts: fakeFacts(bo, {
      castId: fakeCastId(2),
      title: 'Night walk along the harbour',
      startedAt: people.nowMs - 90_000,
    }),
    from: bo.peerId,
  },
];

const stranger = (nth: number, name: string): { peerId: PeerId; name: string } => ({
  peerId: people.peerId(200 + nth),
  name,
});
const [vera, ilmari, tove, sanna] = [
  stranger(1, 'Vera'),
  stranger(2, 'Ilmari'),
  stranger(3, 'Tove'),
  stranger(4, 'Sanna'),
];

const audience = (caster: PeerId, others: readonly { peerId: PeerId; name: string }[]) => {
  const [one, two, three, four, five] = others;
  if (!one || !two || !three || !four || !five) return [];
  return [
    mapPerson(one, [caster, caster, two.peerId, three.peerId], 2),
    mapPerson(two, [one.peerId, caster, caster, three.peerId], 2),
    mapPerson(three, [one.peerId, caster, two.peerId, caster], 2),
    mapPerson(four, [one.peerId, two.peerId, two.peerId, three.peerId], 3, false),
    mapPerson(five, [one.peerId, one.peerId, two.peerId, three.peerId], 3),
  ];
};

function casting(world: FakeWorld): void {
  online(world);
  world.view = paintedRoom(null);
}

const watching = (more: Partial<WatchedCast> = {}, output: FakeOutput | null = new FakeOutput()): Scene => ({
  before: casting,
  then: (world, app) => {
    const everybody = audience(ada.peerId, [bo, me, carmen, vera, ilmari]);
    const watched = fakeWatched(facts, {
      viewers: 5,
      people: everybody,
      depth: 2,
      children: [bo.peerId, carmen.peerId, vera.peerId],
      ...more,
    });
    world.casts.output.set(output);
    world.casts.store.set({ mine: null, offered: [], watched });
    tableOf(app).navigation.show({ kind: 'watch' });
  },
});

const onAir = (viewers: number): NonNullable<Scene['then']> => {
  return async (world, app) => {
    await world.castSource.openCamera();
    await world.castSource.setMicrophone(true);
    const own = fakeOwnCast(mine, {
      viewers,
      uploadBitsPerSecond: viewers === 0 ? 0 : 2_810_000,
      copies: viewers === 0 ? 0 : 2,
      people: viewers === 0 ? [] : audience(me.peerId, [ada, bo, tove, sanna, ilmari]),
    });
    world.casts.store.set({ mine: own, offered: [], watched: null });
    tableOf(app).navigation.show({ kind: 'casts' });
  };
};

export const castScenes: Readonly<Record<string, Scene>> = {
  'casts-nobody': { before: casting, then: (_world, app) => tableOf(app).navigation.show({ kind: 'casts' }) },
  'casts-offered': {
    before: casting,
    then: (world, app) => {
      world.casts.store.set({ mine: null, offered, watched: null });
      tableOf(app).navigation.show({ kind: 'casts' });
    },
  },
  'cast-preview': {
    before: casting,
    then: async (_world, app) => {
      tableOf(app).navigation.show({ kind: 'casts' });
      tableOf(app).casts.own.who = 'some';
      await tableOf(app).casts.own.showCamera();
    },
  },
  'cast-on-air': { before: casting, then: onAir(5) },
  'cast-on-air-alone': { before: casting, then: onAir(0) },
  'cast-map': { before: casting, then: onAir(5), press: ['Who feeds whom'] },
  'cast-remove': { before: casting, then: onAir(5), press: ['Who feeds whom', 'Remove Sanna from the cast'] },
  'cast-end': { before: casting, then: onAir(5), press: ['End cast'] },
  watch: watching(),
  'watch-joining': watching({ phase: 'joining', depth: null, viewers: 0, children: [], people: [] }, null),
  'watch-over': watching({ phase: 'over' }, null),
  'watch-failed': watching({ phase: 'failed', code: 'link-lost' }, null),
};
