// Watching by a link, over real links and with main's real casts: strangers, people who know the caster, and who changes their mind.
import { afterEach, expect, test } from 'vitest';
import { limits } from '#core/wire/limits';
import { Failure } from '#shared/failure';
import { CastNet, type CastPerson } from '#tests/support/cast-net';

let net = new CastNet();
afterEach(() => net.end());

const byLink = { contacts: [], isByLink: true };

async function caster(name = 'Caster'): Promise<{ person: CastPerson; link: string }> {
  const person = await net.person(name);
  await person.goLive(byLink);
  return { person, link: person.makeLink() };
}

/** What became of it: `pending`, `done`, or a failure's code. */
function follow(work: Promise<unknown>): { outcome: string } {
  const way = { outcome: 'pending' };
  work.then(
    () => (way.outcome = 'done'),
    (reason: unknown) => (way.outcome = Failure.from(reason).code),
  );
  return way;
}

test('a stranger with the link watches, and the caster knows them no further', async () => {
  net = new CastNet(11);
  const { person, link } = await caster();
  const viewer = await net.person('Viewer');
  const way = follow(viewer.watchLink(link));
  expect(await net.until(() => viewer.phase === 'watching')).toBe(true);
  expect(way.outcome).toBe('done');
  viewer.casts.leave();
  await net.run(15_000);
  expect([viewer.casts.isCastPerson(person.self), viewer.main.mayLink(person.self)]).toEqual([false, false]);
  expect(person.peers.presence.snapshot.size).toBe(0);
});

test('a contact for whom the cast is not meant watches by the link, over the link they have already', async () => {
  net = new CastNet(12);
  const { person, link } = await caster();
  const viewer = await net.person('Viewer');
  viewer.knows(person);
  person.knows(viewer);
  follow(viewer.peers.reach(person.self, viewer.scope.signal));
  await net.run(3_000);
  expect(viewer.casts.store.snapshot.offered).toEqual([]);
  const way = follow(viewer.watchLink(link));
  expect(await net.until(() => viewer.phase === 'watching')).toBe(true);
  expect(way.outcome).toBe('done');
});

test('who watches one cast by a link goes on to another by its link', async () => {
  net = new CastNet(13);
  const [first, second] = [await caster('First'), await caster('Second')];
  const viewer = await net.person('Viewer');
  for (const { link, person } of [first, second]) {
    const way = follow(viewer.watchLink(link));
    const isThere = (): boolean => viewer.casts.store.snapshot.watched?.facts.caster === person.self;
    expect(await net.until(() => isThere() && viewer.phase === 'watching')).toBe(true);
    expect(way.outcome).toBe('done');
  }
  await net.run(15_000);
  expect(viewer.main.mayLink(first.person.self)).toBe(false);
  expect(first.person.casts.store.snapshot.mine?.viewers).toBe(0);
});

test('a caster who is away is given up, and one who has ended the cast as well', async () => {
  net = new CastNet(14);
  const { person, link } = await caster();
  const early = await net.person('Early');
  person.casts.stop();
  await net.run(1_000);
  const ended = follow(early.watchLink(link));
  expect(await net.until(() => ended.outcome !== 'pending', 60_000)).toBe(true);
  person.crash();
  const late = await net.person('Late');
  const gone = follow(late.watchLink(link));
  expect(await net.until(() => gone.outcome !== 'pending', 60_000)).toBe(true);
  expect([ended.outcome, gone.outcome]).toEqual(['peer-unreachable', 'peer-unreachable']);
  expect(late.main.mayLink(person.self)).toBe(false);
});

test('who leaves on the way is not taken into the cast later', async () => {
  net = new CastNet(15);
  const { person, link } = await caster();
  const viewer = await net.person('Viewer');
  const way = follow(viewer.watchLink(link));
  viewer.casts.leave();
  await net.run(20_000);
  expect([way.outcome, viewer.phase]).toEqual(['aborted', 'none']);
  expect(person.casts.store.snapshot.mine?.viewers).toBe(0);
});

test('contacts who are all there keep no stranger out of a cast, nor does a crowd keep a contact away', async () => {
  net = new CastNet(31);
  const { person, link } = await caster();
  const befriend = async (name: string): Promise<CastPerson> => {
    const friend = await net.person(name);
    person.knows(friend);
    friend.knows(person);
    return friend;
  };
  for (let at = 0; at < limits.linksInAll; at += 1) {
    const friend = await befriend(`Friend ${at}`);
    void friend.peers.reach(person.self, friend.scope.signal);
    await net.run(100);
  }
  expect(person.peers.presence.snapshot.size).toBe(limits.linksInAll);
  const viewers: CastPerson[] = [];
  for (let at = 0; at < 6; at += 1) {
    const viewer = await net.person(`Viewer ${at}`);
    viewers.push(viewer);
    void viewer.watchLink(link);
    await net.run(300);
  }
  expect(await net.until(() => viewers.every(({ phase }) => phase === 'watching'))).toBe(true);
  await net.run(3_000);
  expect(viewers.map(({ phase }) => phase)).toEqual(viewers.map(() => 'watching'));
  const one = net.people.find(({ name }) => name === 'Friend 3');
  one?.crash();
  await net.until(() => person.peers.presence.snapshot.get(one?.self ?? person.self) === undefined, 120_000, 1_000);
  const another = await befriend('Friend again');
  void another.peers.reach(person.self, another.scope.signal);
  expect(await net.until(() => person.peers.presence.snapshot.get(another.self) === 'online', 10_000)).toBe(true);
}, 60_000);
