import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { callNames, type Reply } from '#shared/contract';
import { runDesktopShell } from '#main/electron/run-desktop-shell';
import { callChannel, eventChannel, sourceChannel } from '#shared/desktop-channels';
import {
  Menu,
  StubWindow,
  Tray,
  app,
  dialog,
  globalShortcut,
  ipcMain,
  powerSaveBlocker,
  protocol,
  safeStorage,
  session,
  shell,
} from '#tests/support/electron-stub';

vi.mock('electron', () => import('#tests/support/electron-stub'));
// The page is built by another command; here it is the one file that is needed.
vi.mock('#main/shell/page-files', () =>
  import('#tests/support/web-page').then(({ testPage }) => ({ listPageFiles: () => Promise.resolve(testPage) })),
);

const invite = `roundtable:i1/${'A'.repeat(200)}`;
const argvBefore = process.argv;
let folder: string;

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const { port } = probe.address() as AddressInfo; // sound: TCP
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'roundtable-desktop-'));
  vi.clearAllMocks();
  app.removeAllListeners();
  session.defaultSession.removeAllListeners();
  app.steps.length = 0;
  app.hasLock = true;
  protocol.registered.length = 0;
  ipcMain.handlers.clear();
  StubWindow.made.length = 0;
  Tray.made.length = 0;
  Menu.templates.length = 0;
  safeStorage.backend = 'gnome_libsecret';
});
afterEach(async () => {
  process.argv = argvBefore;
  if (app.listenerCount('before-quit') > 0) await quit();
  await rm(folder, { recursive: true, force: true });
});

async function quit(): Promise<void> {
  app.exit.mockClear();
  app.emit('before-quit', { preventDefault: () => undefined });
  await vi.waitFor(() => expect(app.exit).toHaveBeenCalledWith(0));
  app.removeAllListeners('before-quit');
}

const argumentsFor = async (...args: string[]): Promise<string[]> => {
  return ['.', '--profile', 'ada', '--folder', folder, '--peer-port', String(await freePort()), ...args];
};

/** Does what the entry does once the sandbox is on. */
async function start(...args: string[]): Promise<void> {
  runDesktopShell(await argumentsFor(...args), '/app');
}

async function startToWindow(...args: string[]): Promise<StubWindow> {
  await start(...args);
  return await openedWindow();
}

async function openedWindow(): Promise<StubWindow> {
  return await vi.waitFor(() => {
    const window = StubWindow.made[0];
    if (!window) throw new Error('no window yet');
    expect(window.loaded).toEqual(['app://roundtable/']);
    expect(app.listenerCount('activate')).toBe(1);
    return window;
  });
}

const call = async (window: StubWindow, name: (typeof callNames)[number], input?: unknown): Promise<Reply<unknown>> => {
  const event = { sender: { id: window.webContents.id }, senderFrame: window.webContents.mainFrame };
  return (await ipcMain.handlers.get(callChannel(name))?.(event, input)) as Reply<unknown>; // sound: ipc.ts answers replies
};
const eventsOf = (window: StubWindow): string[] => window.webContents.sent.map(({ channel }) => channel);

describe('the desktop shell', () => {
  it('switches the sandbox on before anything else, and the scheme before Electron is ready', async () => {
    process.argv = ['electron', ...(await argumentsFor())];
    await import('#main/index');
    await openedWindow();
    expect(app.steps).toEqual(['enableSandbox', 'registerSchemes', 'requestSingleInstanceLock', 'whenReady']);
    expect(protocol.registered).toEqual([
      {
        scheme: 'app',
        privileges: {
          standard: true,
          secure: true,
          supportFetchAPI: true,
          stream: true,
          codeCache: true,
          bypassCSP: false,
          allowServiceWorkers: false,
          corsEnabled: false,
          allowExtensions: false,
        },
      },
    ]);
  });

  it('opens one guarded window on its own page and answers the whole contract', async () => {
    const window = await startToWindow();
    expect(StubWindow.made).toHaveLength(1);
    expect(window.options['webPreferences']).toMatchObject({
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
    });
    expect(window.webContents.listenerCount('will-navigate')).toBe(1);
    expect(window.webContents.windowOpenHandler?.({ url: 'https://x.example' })).toEqual({ action: 'deny' });
    expect(session.defaultSession.request).not.toBeNull();
    expect(session.defaultSession.check).not.toBeNull();
    expect(session.defaultSession.schemes.has('app')).toBe(true);
    expect([...ipcMain.handlers.keys()].sort()).toEqual([...callNames.map(callChannel), sourceChannel].sort());
    expect(await call(window, 'readAppInfo')).toEqual({
      ok: true,
      value: { shell: 'desktop', version: '1.2.3', profile: 'ada', platform: process.platform },
    });
    expect(await call(window, 'claimWindow', { take: false })).toEqual({ ok: true, value: { isHeld: true } });
    expect(await call(window, 'createInvite', { hours: 0 })).toMatchObject({ ok: false, code: 'input-invalid' });
  });

  it('keeps everything of Chromium in the profile', async () => {
    await startToWindow();
    expect(app.setPath).toHaveBeenCalledWith('userData', join(folder, 'browser'));
  });

  it('leaves the link scheme of the system alone in a checkout and takes it when installed', async () => {
    await startToWindow();
    expect(app.setAsDefaultProtocolClient).not.toHaveBeenCalled();
    await quit();
    app.removeAllListeners();
    StubWindow.made.length = 0;
    app.isPackaged = true;
    try {
      await startToWindow();
      expect(app.setAsDefaultProtocolClient).toHaveBeenCalledWith('roundtable');
    } finally {
      app.isPackaged = false;
    }
  });

  it('ends at once when the profile has a window already', async () => {
    app.hasLock = false;
    await start();
    expect(app.exit).toHaveBeenCalledWith(0);
    expect(app.steps).not.toContain('whenReady');
    expect(StubWindow.made).toHaveLength(0);
  });

  it('says so when the web shell has the profile', async () => {
    const first = await startToWindow();
    expect(first).toBeDefined();
    const listeners = app.listeners('before-quit');
    await start();
    await vi.waitFor(() =>
      expect(dialog.showErrorBox).toHaveBeenCalledWith(
        'Roundtable could not start',
        expect.stringContaining('open in another Roundtable'),
      ),
    );
    expect(app.exit).toHaveBeenCalledWith(1);
    expect(app.listeners('before-quit')).toEqual(listeners);
  });

  it('ends without a trace when the person would rather not keep the identity in a file', async () => {
    safeStorage.backend = 'basic_text';
    await start();
    await vi.waitFor(() => expect(app.exit).toHaveBeenCalledWith(0));
    expect(dialog.showMessageBox).toHaveBeenCalledTimes(1);
    expect(StubWindow.made).toHaveLength(0);
  });

  it('hands the page the invite it was started with, and later ones, and shows its window', async () => {
    const window = await startToWindow(invite);
    await vi.waitFor(() =>
      expect(window.webContents.sent).toContainEqual({
        channel: eventChannel('inviteOpened'),
        payload: { text: invite },
      }),
    );
    app.emit('second-instance', {}, ['roundtable']);
    expect(window.focus).toHaveBeenCalledTimes(1);
  });

  it('rings the desktop for a window out of sight and not for one in view', async () => {
    const window = await startToWindow();
    const ring = { callId: '1'.repeat(32), name: 'Bob', video: false };
    window.hasFocus = true;
    expect(await call(window, 'announceCall', ring)).toEqual({ ok: true, value: undefined });
    expect(window.flashFrame).not.toHaveBeenCalled();
    window.hasFocus = false;
    await call(window, 'announceCall', ring);
    expect(window.flashFrame).toHaveBeenLastCalledWith(true);
    await call(window, 'withdrawCall', { callId: ring.callId });
    expect(window.flashFrame).toHaveBeenLastCalledWith(false);
  });

  it('counts missed calls, stays awake in calls and asks before it opens a link', async () => {
    const window = await startToWindow();
    await call(window, 'setBadge', { missedCalls: 2, unread: 0 });
    expect(Tray.made[0]?.tooltip).toContain('2 missed calls');
    await call(window, 'setCallRunning', { isRunning: true });
    expect(powerSaveBlocker.running.size).toBe(1);
    expect(await call(window, 'openLink', { url: 'https://example.org/' })).toMatchObject({
      ok: false,
      code: 'aborted',
    });
    expect(dialog.showMessageBox).toHaveBeenCalledTimes(1);
    expect(shell.openExternal).not.toHaveBeenCalled();
    await quit();
    expect(powerSaveBlocker.running.size).toBe(0);
  });

  it('takes the microphone keys for the time of a call, tells the page of a press, and frees them when it quits', async () => {
    const window = await startToWindow();
    expect(await call(window, 'tryMuteKeys', { keys: 'F9' })).toEqual({ ok: true, value: undefined });
    await call(window, 'saveSettings', { muteKeys: 'F9' });
    expect(globalShortcut.held.size).toBe(0);
    await call(window, 'setCallRunning', { isRunning: true });
    globalShortcut.held.get('F9')?.();
    expect(eventsOf(window)).toContain(eventChannel('muteKeysPressed'));
    globalShortcut.taken.add('F8');
    expect(await call(window, 'tryMuteKeys', { keys: 'F8' })).toMatchObject({ ok: false, code: 'keys-taken' });
    await call(window, 'saveSettings', { muteKeys: 'F10' });
    expect([...globalShortcut.held.keys()]).toEqual(['F10']);
    await quit();
    expect(globalShortcut.held.size).toBe(0);
  });

  it('applies network settings at once and tells the page of what changed', async () => {
    const window = await startToWindow();
    expect(window.webContents.setWebRTCIPHandlingPolicy).toHaveBeenLastCalledWith('default');
    await call(window, 'saveSettings', { relayOnly: true, portRange: { min: 40_000, max: 40_100 } });
    expect(window.webContents.setWebRTCIPHandlingPolicy).toHaveBeenLastCalledWith('default_public_interface_only');
    expect(window.webContents.setWebRTCUDPPortRange).toHaveBeenLastCalledWith({ min: 40_000, max: 40_100 });
    expect(eventsOf(window)).toEqual(
      expect.arrayContaining([eventChannel('settingsChanged'), eventChannel('networkChanged')]),
    );
  });

  it('closes in order, once, and answers nothing afterwards', async () => {
    await startToWindow();
    app.emit('before-quit', { preventDefault: () => undefined });
    app.emit('before-quit', { preventDefault: () => expect.unreachable('the second time it just ends') });
    await vi.waitFor(() => expect(app.exit).toHaveBeenCalledExactlyOnceWith(0));
    expect(ipcMain.handlers.size).toBe(0);
    expect(Tray.made[0]?.destroy).toHaveBeenCalledTimes(1);
    app.removeAllListeners('before-quit');
  });
});
