import { beforeEach, describe, expect, it } from 'vitest';
import { Failure } from '#shared/failure';
import type { CallSnapshot } from '#core/call/snapshot';
import type { AppState } from '#state/app.svelte';
import type { TableState } from '#state/table.svelte';
import { FakeWorld } from '#tests/support/gallery/fake-world';
import { ada, hex, nowMs } from '#tests/support/gallery/people';
import { openTable } from '#tests/support/open-table';

let world: FakeWorld;
let app: AppState;
let table: TableState;

// Sound: 32 hex digits are a call id.
const base = {
  callId: hex(901) as Extract<CallSnapshot, { phase: 'incoming' }>['callId'],
  peerId: ada.peerId,
  video: true,
};
const incoming: CallSnapshot = { ...base, phase: 'incoming', sinceMs: nowMs };
const ringing: CallSnapshot = { ...base, phase: 'outgoing', stage: 'ringing', sinceMs: nowMs };
const reaching: CallSnapshot = { ...base, phase: 'outgoing', stage: 'reaching', sinceMs: nowMs };
const connecting: CallSnapshot = { ...base, phase: 'connecting', sinceMs: nowMs };
const active: CallSnapshot = {
  ...base,
  phase: 'active',
  answeredAtMs: nowMs - 65_000,
  remote: { microphone: true, camera: true },
};
const ended = (reason: Extract<CallSnapshot, { phase: 'ended' }>['reason']): CallSnapshot => ({
  ...base,
  phase: 'ended',
  reason,
  note: null,
  talkedMs: 0,
  code: null,
});
const settle = async (): Promise<void> => await new Promise((resolve) => setImmediate(resolve));
const askedOf = (name: string): unknown[] => world.asked.filter(({ call }) => call === name).map(({ input }) => input);

beforeEach(async () => {
  world = new FakeWorld();
  ({ app, table } = await openTable(world));
  world.told.length = 0;
});

describe('an incoming call', () => {
  it('rings, and is announced outside the window, until it is answered', () => {
    world.call.set(incoming);
    expect(world.told).toContain('play incoming');
    expect(askedOf('announceCall')).toEqual([{ callId: base.callId, name: ada.name, video: true }]);
    world.call.set(connecting);
    expect(world.told).toContain('silence incoming');
    expect(askedOf('withdrawCall')).toEqual([{ callId: base.callId }]);
  });

  it('is not announced when notifications are off', async () => {
    await table.settings.save({ notifications: false });
    world.call.set(incoming);
    expect(askedOf('announceCall')).toEqual([]);
    expect(world.told).toContain('play incoming');
  });

  it('opens no device and answers nothing by itself', () => {
    world.call.set(incoming);
    expect(world.told.filter((told) => /open|answer|camera/u.test(told))).toEqual([]);
  });

  it.each([
    ['accept', 'answer {"video":false}'],
    ['decline', 'decline null'],
  ] as const)('takes "%s" from the notification', (action, told) => {
    world.call.set(incoming);
    world.hostEvents.emit('callAnswered', { callId: base.callId, action });
    expect(world.told).toContain(told);
  });

  it('does not take an answer meant for another call', () => {
    world.call.set(incoming);
    // Sound: 32 hex digits are a call id.
    world.hostEvents.emit('callAnswered', { callId: hex(902) as typeof base.callId, action: 'accept' });
    expect(world.told.some((told) => told.startsWith('answer'))).toBe(false);
  });

  it('that was missed leaves a notice with a way to call back, and no stage', async () => {
    world.call.set(incoming);
    world.call.set(ended('cancelled'));
    await settle();
    expect(table.call.phase).toBe('idle');
    const toast = app.toasts.list.at(-1);
    expect(toast?.title).toContain(ada.name);
    toast?.action?.run();
    await settle();
    expect(world.told).toContain(`call ${JSON.stringify(ada.peerId)} {"video":true}`);
    expect(world.told).toContain('play missed');
  });

  it('that I declined leaves no notice', async () => {
    world.call.set(incoming);
    world.call.set(ended('declined'));
    await settle();
    expect(table.call.phase).toBe('idle');
    expect(app.toasts.list).toEqual([]);
    expect(world.told).not.toContain('play missed');
  });
});

describe('an outgoing call', () => {
  it('sounds only once it rings over there', () => {
    world.call.set(reaching);
    expect(world.told).not.toContain('play outgoing');
    world.call.set(ringing);
    expect(world.told).toContain('play outgoing');
    world.call.set(ended('busy'));
    expect(world.told.slice(-2)).toEqual(['silence outgoing', 'play ended']);
  });

  it('takes the stage, and its end stays on it', async () => {
    world.call.set(reaching);
    expect(table.navigation.pane).toEqual({ kind: 'call' });
    world.call.set(ended('no-answer'));
    await settle();
    expect(table.call.phase).toBe('ended');
    table.leaveEndedCall();
    expect(table.navigation.pane).toEqual({ kind: 'person', contactId: ada.contactId });
    expect(table.call.phase).toBe('idle');
  });

  it('that ends while I look at something else says so in a notice', async () => {
    world.call.set(active);
    table.navigation.show({ kind: 'home' });
    world.call.set(ended('link-lost'));
    await settle();
    expect(app.toasts.list.at(-1)?.title).toBe('The connection broke');
    expect(table.call.phase).toBe('idle');
  });

  it('that cannot begin says why', async () => {
    world.callFails = new Failure('call-in-progress');
    await table.startCall(ada.peerId, { video: false });
    expect(app.toasts.list.at(-1)?.title).toBe('You are in a call');
  });
});

describe('a running call', () => {
  it('keeps the machine awake from the answer to the end', () => {
    world.call.set(connecting);
    world.call.set(active);
    world.call.set(ended('hung-up'));
    expect(askedOf('setCallRunning')).toEqual([{ isRunning: true }, { isRunning: false }]);
  });

  it('tells the time since the answer', () => {
    world.call.set(active);
    expect(table.call.elapsedMs).toBe(65_000);
  });

  it('shows their picture only while they send one', () => {
    world.remoteTracks.set({ audio: {}, video: {} });
    world.call.set(connecting);
    expect(table.call.hasRemoteVideo).toBe(false);
    world.call.set(active);
    expect(table.call.hasRemoteVideo).toBe(true);
    world.call.set({ ...active, remote: { microphone: true, camera: false } });
    expect(table.call.hasRemoteVideo).toBe(false);
  });

  it('blocks the echo test, which would take its microphone', async () => {
    world.call.set(active);
    await table.echo.start();
    expect(world.told).not.toContain('start echo');
  });

  it('goes on with sound when the camera asked for cannot be had, and says so until that is accepted', async () => {
    await table.call.answer({ video: true });
    world.call.set(active);
    world.media.set({ ...world.media.snapshot, camera: { phase: 'failed', code: 'camera-missing' } });
    expect(table.call.isCameraMissed).toBe(true);
    table.call.acceptWithoutCamera();
    expect(table.call.isCameraMissed).toBe(false);
  });

  it('is remembered over a reload, and offered again only then', async () => {
    world.call.set(active);
    table.call.keepForReload();
    const again = new FakeWorld();
    for (const [key, value] of world.memory) again.memory.set(key, value);
    const { call } = (await openTable(again)).table;
    expect(call.interrupted).toMatchObject({ callId: base.callId, peerId: ada.peerId });
    expect(again.told.some((told) => told.startsWith('rejoin'))).toBe(false);
    await call.rejoin();
    expect(again.told).toContain(`rejoin "${base.callId}" "${ada.peerId}" {"video":false}`);
    expect(call.interrupted).toBeNull();
    expect(again.memory.size).toBe(0);
  });

  it.each([
    ['old', JSON.stringify({ callId: base.callId, peerId: ada.peerId, video: false, seenAtMs: nowMs - 90_001 })],
    ['broken', '{'],
    ['foreign', '{"callId":"x"}'],
  ])('that is %s in memory is not offered', async (_what, text) => {
    const again = new FakeWorld();
    again.memory.set('roundtable.call', text);
    expect((await openTable(again)).table.call.interrupted).toBeNull();
  });

  it('that ended is not offered after a reload', () => {
    world.call.set(active);
    table.call.keepForReload();
    world.call.set(ended('they-hung-up'));
    expect(world.memory.size).toBe(0);
  });
});

describe('declining', () => {
  it('sends words trimmed and cut to their length, and none as none', () => {
    table.call.decline('  ');
    table.call.decline(` ${'x'.repeat(140)} `);
    expect(world.told).toEqual(['decline null', `decline "${'x'.repeat(100)}"`]);
  });
});
