import { beforeEach, describe, expect, it } from 'vitest';
import type { CastLinkPreview } from '#shared/cast';
import { Failure } from '#shared/failure';
import { m } from '#messages/messages';
import type { TableState } from '#state/table.svelte';
import { FakeEncoder, fakeCastId, fakeFacts, fakeOwnCast, fakeWatched } from '#tests/support/fake-casts';
import { FakeClock, settle } from '#tests/support/fake-clock';
import { FakeWorld } from '#tests/support/gallery/fake-world';
import { ada, bo, me } from '#tests/support/gallery/people';
import { openTable } from '#tests/support/open-table';

let world: FakeWorld;
let table: TableState;

const toasts = (): string[] => table.toasts.list.map(({ title }) => title);
const own = () => table.casts.own;
const mine = fakeFacts({ peerId: me.peerId, name: me.name });
const theirs = fakeFacts({ peerId: ada.peerId, name: ada.name });
const offer = { castId: theirs.castId, facts: theirs, from: ada.peerId };

const preview: CastLinkPreview = {
  castId: theirs.castId,
  caster: ada.peerId,
  casterName: ada.name,
  title: theirs.title,
  expiresAt: 1,
};

beforeEach(async () => {
  world = new FakeWorld();
  world.clock = new FakeClock();
  ({ table } = await openTable(world));
  world.told.length = 0;
});

describe('going live', () => {
  it('needs something to show, a title, and somebody who may watch', async () => {
    expect(own().isReady).toBe(false);
    await own().showCamera();
    expect(own().isReady).toBe(true);
    own().typed = '\u202e';
    expect(own().isReady).toBe(false);
    own().typed = 'Attic concert';
    own().who = 'some';
    expect(own().isReady).toBe(false);
    own().chosen = [bo.contactId];
    expect(own().isReady).toBe(true);
  });

  it('begins for those who were chosen, under the title that was typed', async () => {
    await own().showScreen();
    own().typed = ' Attic concert ';
    own().who = 'some';
    own().chosen = [bo.contactId];
    await own().goLive();
    expect(world.told).toContain('cast Attic concert');
    expect(world.casts.audience).toEqual({ contacts: [bo.peerId], isByLink: false });
  });

  it('lets holders of a link watch only when that was chosen', async () => {
    await own().showCamera();
    own().who = 'some';
    own().isByLink = true;
    expect(own().isReady).toBe(true);
    await own().goLive();
    expect(world.casts.audience).toEqual({ contacts: [], isByLink: true });
  });

  it('without a title is named after the person', async () => {
    await own().showCamera();
    await own().goLive();
    expect(world.told).toContain(`cast ${m.cast.usualName(me.name)}`);
    expect(world.casts.audience?.contacts).toBe('all');
  });

  it('encodes as large as was chosen', async () => {
    await own().showCamera();
    own().quality = 'low';
    await own().goLive();
    expect(world.casts.encoder).toBeInstanceOf(FakeEncoder);
    expect((world.casts.encoder as FakeEncoder).options.maxHeight).toBe(360); // sound: the line above
  });

  it('lets somebody be taken out of the audience, and says why where that fails', async () => {
    await own().remove(bo.peerId);
    expect(world.told).toContain(`remove ${bo.peerId}`);
    world.casts.fails = new Failure('cast-over');
    await own().remove(bo.peerId);
    expect(toasts()).toEqual([m.failure['cast-over'].title]);
  });

  it('that fails says why and can be tried again', async () => {
    world.casts.fails = new Failure('database-busy');
    await own().showCamera();
    await own().goLive();
    expect(toasts()).toEqual([m.failure['database-busy'].title]);
    expect(own().isStarting).toBe(false);
    world.casts.fails = null;
    await own().goLive();
    expect(world.casts.encoder).not.toBeNull();
  });
});

describe('what is shown', () => {
  it('opens the microphone with the first camera, and not again after it was turned off', async () => {
    await own().showCamera();
    expect(own().source.microphone).toBe('on');
    await own().setMicrophone(false);
    await own().showScreen();
    expect(own().source.microphone).toBe('off');
  });

  it('leaves the microphone off for a film', async () => {
    await own().showFile(new File([], 'Film.webm'));
    expect(own().source).toMatchObject({ kind: 'file', name: 'Film.webm', microphone: 'off' });
  });

  it('goes on without the microphone when there is none, and says so', async () => {
    world.castSource.microphoneFails = new Failure('microphone-missing');
    await own().showCamera();
    expect(toasts()).toEqual([m.failure['microphone-missing'].title]);
    expect(own().isReady).toBe(true);
  });

  it('can be replaced on air: the encoder gets the new one', async () => {
    await own().showCamera();
    await own().goLive();
    world.casts.store.set({ mine: fakeOwnCast(mine), offered: [], watched: null });
    const encoder = world.casts.encoder as FakeEncoder; // sound: the world opens no other
    const before = encoder.used.length;
    await own().showScreen();
    expect(encoder.used.length).toBeGreaterThan(before);
  });

  it('that ends by itself on air is told, and the cast goes on', async () => {
    await own().showFile(new File([], 'Film.webm'));
    await own().goLive();
    world.casts.store.set({ mine: fakeOwnCast(mine), offered: [], watched: null });
    world.castSource.end('file');
    expect(toasts()).toEqual([m.cast.ended.file]);
    expect(own().ended).toBe('file');
    expect(own().cast).not.toBeNull();
    await own().showCamera();
    expect(own().ended).toBeNull();
  });

  it('is put away with the pane before going live, and stays on air', async () => {
    await own().showCamera();
    own().putAway();
    expect(own().source.phase).toBe('off');
    await own().showCamera();
    world.casts.store.set({ mine: fakeOwnCast(mine), offered: [], watched: null });
    own().putAway();
    expect(own().source.phase).toBe('ready');
    own().end();
    expect(own().source.phase).toBe('off');
    expect(world.told).toContain('stop cast');
  });
});

describe('casts of others', () => {
  it('are told of once, with a way to watch', async () => {
    world.casts.store.set({ mine: null, offered: [offer], watched: null });
    world.casts.store.set({ mine: null, offered: [offer], watched: null });
    expect(toasts()).toEqual([m.cast.begun(ada.name)]);
    table.toasts.list[0]?.action?.run();
    await settle();
    expect(world.told).toContain(`watch ${theirs.castId}`);
    expect(table.navigation.pane).toEqual({ kind: 'watch' });
  });

  it('are not told of where they are seen anyway', () => {
    table.navigation.show({ kind: 'casts' });
    world.casts.store.set({ mine: null, offered: [offer], watched: null });
    expect(toasts()).toEqual([]);
    expect(table.casts.watching.offered).toEqual([offer]);
  });

  it('that are over before they are watched say so, and the list comes back', async () => {
    world.casts.fails = new Failure('link-lost');
    await table.casts.watching.watch(fakeCastId(7));
    expect(toasts()).toEqual([m.failure['link-lost'].title]);
    expect(table.navigation.pane).toEqual({ kind: 'casts' });
  });

  it('behind a link are reached first, and then watched', async () => {
    const entering = table.casts.watching.enter('roundtable:c1/abc', preview);
    expect(table.casts.watching.entering).toEqual(preview);
    expect(table.navigation.pane).toEqual({ kind: 'watch' });
    await entering;
    expect(world.told).toEqual(['enter roundtable:c1/abc', `watch ${fakeCastId(1)}`]);
    expect(table.casts.watching.entering).toBeNull();
  });

  it('behind a link that lead nowhere say why', async () => {
    world.casts.fails = new Failure('peer-unreachable');
    await table.casts.watching.enter('roundtable:c1/abc', preview);
    expect(toasts()).toEqual([m.failure['peer-unreachable'].title]);
    expect(table.navigation.pane).toEqual({ kind: 'casts' });
  });

  it('that were left on the way by a link are not watched after all', async () => {
    const entering = table.casts.watching.enter('roundtable:c1/abc', preview);
    table.casts.watching.leave();
    await entering;
    expect(world.told).not.toContain(`watch ${fakeCastId(1)}`);
    expect(toasts()).toEqual([]);
  });

  it('are left for the list of casts', () => {
    world.casts.store.set({ mine: null, offered: [], watched: fakeWatched(theirs) });
    expect(table.casts.watching.watched?.castId).toBe(theirs.castId);
    table.casts.watching.leave();
    expect(table.casts.watching.watched).toBeNull();
    expect(table.navigation.pane).toEqual({ kind: 'casts' });
  });
});
