import { describe, expect, it } from 'vitest';
import { Failure } from '#shared/failure';
import type { Network } from '#state/deps';
import { FakeWorld } from '#tests/support/gallery/fake-world';
import { dilan, me } from '#tests/support/gallery/people';
import { openTable } from '#tests/support/open-table';

const stageOf = async (world: FakeWorld) => {
  const app = world.createApp();
  await app.start();
  return { app, name: app.stage.name };
};

describe('starting', () => {
  it('sits down at the table when everything is in place', async () => {
    expect((await stageOf(new FakeWorld())).name).toBe('open');
  });

  it('asks for a name when there is no identity, then for the internet, and contacts nobody before', async () => {
    const world = new FakeWorld();
    world.identity = { state: 'missing' };
    world.settings = { ...world.settings, reachInternet: 'unanswered' };
    world.contacts = [];
    const { app } = await stageOf(world);
    expect(app.stage).toEqual({ name: 'first-run', identity: null });
    await app.createIdentity('Noor');
    expect(app.stage).toEqual({ name: 'first-run', identity: me });
    expect(world.opened).toBe(0);
    await app.answerInternet({ isOn: false, publicPeerServers: ['wss://a/'], stunServers: [] });
    expect(world.settings).toMatchObject({ reachInternet: 'off', publicPeerServers: ['wss://0.peerjs.com/'] });
    expect(world.opened).toBe(1);
    expect(app.stage.name === 'open' && app.stage.table.navigation.dialog).toEqual({ kind: 'add', tab: 'give' });
  });

  it('keeps the servers that were typed when the answer is yes', async () => {
    const world = new FakeWorld();
    world.settings = { ...world.settings, reachInternet: 'unanswered' };
    const { app } = await stageOf(world);
    const servers = { publicPeerServers: ['wss://peer.example/'], stunServers: ['stun:stun.example'] };
    await app.answerInternet({ isOn: true, ...servers });
    expect(world.settings).toMatchObject({ reachInternet: 'on', ...servers });
  });

  it('stays at the question when the answer could not be stored', async () => {
    const world = new FakeWorld();
    world.settings = { ...world.settings, reachInternet: 'unanswered' };
    world.answers.saveSettings = async () => {
      throw new Failure('disk-full');
    };
    const { app } = await stageOf(world);
    await app.answerInternet({ isOn: true, publicPeerServers: [], stunServers: [] });
    expect(app.stage.name).toBe('first-run');
    expect(world.opened).toBe(0);
  });

  it('never makes a new identity over a damaged one', async () => {
    const world = new FakeWorld();
    world.identity = { state: 'damaged', code: 'identity-damaged', keptAt: '/kept' };
    const { app } = await stageOf(world);
    expect(app.stage).toEqual({ name: 'broken', code: 'identity-damaged', keptAt: '/kept' });
    expect(world.asked.some(({ call }) => call === 'createIdentity' || call === 'setIdentityAside')).toBe(false);
  });

  it('says that damaged settings were replaced by the defaults', async () => {
    const world = new FakeWorld();
    world.settingsWarning = 'settings-damaged';
    const { app } = await stageOf(world);
    expect(app.toasts.list[0]?.title).toBe('Your settings could not be read');
  });

  it('turns whatever fails into a page with its words', async () => {
    const world = new FakeWorld();
    world.answers.listCalls = async () => {
      throw new Failure('database-busy');
    };
    expect((await stageOf(world)).app.stage).toMatchObject({ name: 'broken', code: 'database-busy' });
  });
});

describe('somebody turned away because of their changed key', () => {
  it('is told of with a way to their page, where it is not said twice', async () => {
    const { app, table } = await openTable(new FakeWorld());
    app.noteTurnedAway(dilan);
    expect(app.toasts.list).toMatchObject([{ severity: 'error', title: 'Dilan Aksoy’s key has changed' }]);
    app.toasts.list[0]?.action?.run();
    expect(table.navigation.pane).toEqual({ kind: 'person', contactId: dilan.contactId });
    app.toasts.dismiss(app.toasts.list[0]?.id ?? 0);
    app.noteTurnedAway(dilan);
    expect(app.toasts.list).toEqual([]);
  });
});

describe('a second window', () => {
  it('does not go on the network until it takes over', async () => {
    const world = new FakeWorld();
    world.isHeld = false;
    const { app, name } = await stageOf(world);
    expect(name).toBe('elsewhere');
    expect(world.opened).toBe(0);
    await app.start({ take: true });
    expect(app.stage.name).toBe('open');
  });

  it('takes this one off the network', async () => {
    const world = new FakeWorld();
    const { app } = await openTable(world);
    world.hostEvents.emit('windowLost', undefined);
    expect(app.stage.name).toBe('elsewhere');
    expect(world.told).toContain('close network');
  });

  it('that takes over while this one is still going online leaves nothing open', async () => {
    const world = new FakeWorld();
    const gate = Promise.withResolvers<Network>();
    world.networkGate = gate.promise;
    const app = world.createApp();
    const started = app.start();
    await new Promise((resolve) => setImmediate(resolve));
    world.hostEvents.emit('windowLost', undefined);
    gate.resolve(world.network());
    await started;
    expect(app.stage.name).toBe('elsewhere');
    expect(world.told).toContain('close network');
  });
});

describe('an opened invite link', () => {
  it('is shown in the paste field and nothing more', async () => {
    const world = new FakeWorld();
    const { table } = await openTable(world);
    world.hostEvents.emit('inviteOpened', { text: 'roundtable:i1/AAAA' });
    expect(table.navigation.dialog).toEqual({ kind: 'add', tab: 'use' });
    expect(table.invites.text).toBe('roundtable:i1/AAAA');
    expect(world.asked.some(({ call }) => call === 'acceptInvite')).toBe(false);
  });
});
