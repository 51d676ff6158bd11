import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { WebContents } from 'electron';
import { CallId } from '#shared/call-record';
import { parse } from 'valibot';
import type { EventPayload } from '#shared/contract';
import { CallNotices } from '#main/electron/call-notices';
import { applyNetworkPolicy } from '#main/electron/network-policy';
import { CallWakefulness, watchPower } from '#main/electron/power';
import { TrayIcon } from '#main/electron/tray';
import {
  Menu,
  Notification,
  StubContents,
  Tray,
  app,
  powerMonitor,
  powerSaveBlocker,
} from '#tests/support/electron-stub';

vi.mock('electron', () => import('#tests/support/electron-stub'));

const callId = (digit: string) => parse(CallId, digit.repeat(32));
const ring = (digit: string, name = 'Ada') => ({ callId: callId(digit), name, video: true });

beforeEach(() => {
  Notification.made.length = 0;
  Notification.supported = true;
  Tray.made.length = 0;
  Menu.templates.length = 0;
});

describe('the notification of an incoming call', () => {
  function makeNotices() {
    const answers: EventPayload<'callAnswered'>[] = [];
    return { answers, notices: new CallNotices((answer) => answers.push(answer)) };
  }

  it('names the caller and offers to accept or decline', () => {
    makeNotices().notices.announce(ring('1', '<b>Ada</b>'));
    expect(Notification.made[0]).toMatchObject({
      isShown: true,
      options: { title: '<b>Ada</b>', body: 'Incoming video call' },
    });
    expect(Notification.made[0]?.options.actions.map(({ text }) => text)).toEqual(['Accept', 'Decline']);
  });

  it.each([
    ['accept', 'action', { actionIndex: 0 }],
    ['decline', 'action', { actionIndex: 1 }],
    ['show', 'action', { actionIndex: 7 }],
    ['show', 'click', {}],
  ])('answers %s once when pressed and goes away', (action, event, details) => {
    const { answers, notices } = makeNotices();
    notices.announce(ring('1'));
    Notification.made[0]?.emit(event, details);
    expect(answers).toEqual([{ callId: callId('1'), action }]);
    expect(Notification.made[0]?.isShown).toBe(false);
  });

  it('answers nothing when it is merely closed', () => {
    const { answers, notices } = makeNotices();
    notices.announce(ring('1'));
    Notification.made[0]?.close();
    expect(answers).toEqual([]);
    notices.announce(ring('1'));
    expect(Notification.made).toHaveLength(2);
  });

  it('goes away with its call, is shown once, and never floods the desktop', () => {
    const { notices } = makeNotices();
    notices.announce(ring('1'));
    notices.announce(ring('1'));
    expect(Notification.made).toHaveLength(1);
    notices.withdraw(callId('1'));
    expect(Notification.made[0]?.isShown).toBe(false);
    for (const digit of '23456789') notices.announce(ring(digit));
    expect(Notification.made.filter(({ isShown }) => isShown)).toHaveLength(4);
    notices.withdrawAll();
    expect(Notification.made.filter(({ isShown }) => isShown)).toHaveLength(0);
  });

  it('is left out where the desktop has none', () => {
    Notification.supported = false;
    makeNotices().notices.announce(ring('1'));
    expect(Notification.made).toHaveLength(0);
  });
});

describe('the tray', () => {
  it('shows missed calls and unread messages there and on the badge, and leads to the window and out', () => {
    const actions = { show: vi.fn(), quit: vi.fn() };
    const tray = new TrayIcon({ plain: 'plain.png', missed: 'missed.png' }, actions);
    expect(Tray.made[0]).toMatchObject({ image: 'plain.png', tooltip: 'Roundtable' });
    tray.setCounts({ missedCalls: 1, unread: 0 });
    expect(Tray.made[0]).toMatchObject({ image: 'missed.png', tooltip: 'Roundtable · 1 missed call' });
    tray.setCounts({ missedCalls: 3, unread: 1 });
    expect(Tray.made[0]?.tooltip).toBe('Roundtable · 3 missed calls · 1 unread message');
    expect(app.setBadgeCount).toHaveBeenLastCalledWith(4);
    tray.setCounts({ missedCalls: 0, unread: 0 });
    expect(Tray.made[0]?.image).toBe('plain.png');
    Tray.made[0]?.emit('click');
    for (const item of Menu.templates[0] ?? []) item.click?.();
    expect(actions.show).toHaveBeenCalledTimes(2);
    expect(actions.quit).toHaveBeenCalledTimes(1);
  });
});

describe('power', () => {
  it('tells of sleep and wake until it is switched off', () => {
    const heard: string[] = [];
    const off = watchPower(
      () => heard.push('slept'),
      () => heard.push('woke'),
    );
    powerMonitor.emit('suspend');
    powerMonitor.emit('resume');
    off();
    powerMonitor.emit('suspend');
    expect(heard).toEqual(['slept', 'woke']);
  });

  it('keeps the machine awake exactly while a call runs', () => {
    const wakefulness = new CallWakefulness();
    wakefulness.setCallRunning(true);
    wakefulness.setCallRunning(true);
    expect(powerSaveBlocker.running.size).toBe(1);
    wakefulness.setCallRunning(false);
    wakefulness.setCallRunning(false);
    expect(powerSaveBlocker.running.size).toBe(0);
  });
});

describe('the network policy', () => {
  it('follows the settings', () => {
    const contents = new StubContents();
    const apply = (relayOnly: boolean, portRange: { min: number; max: number } | null): void => {
      applyNetworkPolicy(contents as unknown as WebContents, { relayOnly, portRange }); // sound: the stub has what is called
    };
    apply(false, null);
    expect(contents.setWebRTCIPHandlingPolicy).toHaveBeenLastCalledWith('default');
    expect(contents.setWebRTCUDPPortRange).toHaveBeenLastCalledWith({ min: 0, max: 0 });
    apply(true, { min: 40_000, max: 40_100 });
    expect(contents.setWebRTCIPHandlingPolicy).toHaveBeenLastCalledWith('default_public_interface_only');
    expect(contents.setWebRTCUDPPortRange).toHaveBeenLastCalledWith({ min: 40_000, max: 40_100 });
  });
});
