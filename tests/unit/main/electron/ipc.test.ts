import fc from 'fast-check';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { BrowserWindow } from 'electron';
import { callNames, type CallName, type Reply } from '#shared/contract';
import type { SourceId } from '#shared/drop';
import { callChannel, eventChannel, sourceChannel } from '#shared/desktop-channels';
import { bindContract, bindFileSources, emitToWindow } from '#main/electron/ipc';
import { StubFrame, StubWindow, ipcMain } from '#tests/support/electron-stub';

vi.mock('electron', () => import('#tests/support/electron-stub'));

let window: StubWindow;
const invoke = vi.fn((call: CallName, input: unknown): Promise<Reply<unknown>> =>
  Promise.resolve({ ok: true, value: [call, input] }),
);
const asBrowserWindow = (stub: StubWindow): BrowserWindow => stub as unknown as BrowserWindow; // sound: the stub has what is called

beforeEach(() => {
  invoke.mockClear();
  ipcMain.handlers.clear();
  window = new StubWindow({});
  bindContract(() => asBrowserWindow(window), invoke);
});

const ownEvent = () => ({ sender: { id: window.webContents.id }, senderFrame: window.webContents.mainFrame });
const call = async (
  name: CallName,
  event: { sender: { id: number }; senderFrame: StubFrame | null },
  input?: unknown,
) => await ipcMain.handlers.get(callChannel(name))?.(event, input);

describe('the contract in the desktop shell', () => {
  it('has a handler for every call and for nothing else', () => {
    expect([...ipcMain.handlers.keys()].sort()).toEqual(callNames.map(callChannel).sort());
  });

  it('runs a call of the page', async () => {
    const input = { blob: new Uint8Array([1]) };
    expect(await call('openSignal', ownEvent(), input)).toEqual({ ok: true, value: ['openSignal', input] });
  });

  it('runs nothing for any other sender, whatever the call and the payload', async () => {
    const { mainFrame, id } = window.webContents;
    const senders = [
      { sender: { id }, senderFrame: null },
      { sender: { id }, senderFrame: new StubFrame('app://roundtable/', mainFrame) },
      { sender: { id }, senderFrame: new StubFrame('app://roundtable/') },
      { sender: { id: id + 1 }, senderFrame: mainFrame },
      { sender: { id: new StubWindow({}).webContents.id }, senderFrame: new StubFrame('app://roundtable/') },
    ];
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...callNames),
        fc.constantFrom(...senders),
        fc.anything(),
        async (name, event, payload) => {
          expect(await call(name, event, payload)).toMatchObject({ ok: false, code: 'input-invalid' });
        },
      ),
      { numRuns: 5_000 },
    );
    expect(invoke).not.toHaveBeenCalled();
  });

  it('runs nothing when the main frame shows another page', async () => {
    for (const url of ['https://evil.example/', 'app://other/', 'about:blank', 'file:///x', '']) {
      window.webContents.mainFrame.url = url;
      expect(await call('readIdentity', ownEvent())).toMatchObject({ ok: false });
    }
    expect(invoke).not.toHaveBeenCalled();
  });

  it('takes larger messages and more of them for files, and for nothing else', async () => {
    const bytes = new Uint8Array(256 * 1024);
    const four = { fileId: '', blocks: Array.from({ length: 4 }, (_, index) => ({ index, bytes: bytes.slice() })) };
    expect(await call('writeBlocks', ownEvent(), four)).toMatchObject({ ok: true });
    expect(await call('openSignal', ownEvent(), four)).toMatchObject({ ok: false });
    const six = { fileId: '', blocks: Array.from({ length: 6 }, () => ({ bytes: bytes.slice() })) };
    expect(await call('writeBlocks', ownEvent(), six)).toMatchObject({ ok: false });
    const replies = await Promise.all(Array.from({ length: 1_000 }, () => call('readBlocks', ownEvent(), {})));
    expect(replies.every((reply) => (reply as Reply<unknown>).ok)).toBe(true);
  });

  it('takes no more than 256 KiB', async () => {
    expect(await call('saveSettings', ownEvent(), { microphoneId: 'x'.repeat(300 * 1024) })).toMatchObject({
      ok: false,
    });
    expect(await call('openSignal', ownEvent(), { blob: new Uint8Array(300 * 1024) })).toMatchObject({ ok: false });
    expect(await call('openSignal', ownEvent(), { blob: () => undefined })).toMatchObject({ ok: false });
    expect(invoke).not.toHaveBeenCalled();
    expect(await call('openSignal', ownEvent(), { blob: new Uint8Array(24 * 1024) })).toMatchObject({ ok: true });
  });

  it('takes no more than 200 calls at once', async () => {
    const replies = await Promise.all(Array.from({ length: 300 }, () => call('readSettings', ownEvent())));
    expect(replies.filter((reply) => (reply as Reply<unknown>).ok).length).toBeLessThan(210);
    expect(invoke.mock.calls.length).toBeGreaterThanOrEqual(200);
  });

  it('sends events to the page alone', () => {
    emitToWindow(asBrowserWindow(window), 'inviteOpened', { text: 'x' });
    expect(window.webContents.sent).toEqual([{ channel: eventChannel('inviteOpened'), payload: { text: 'x' } }]);
    emitToWindow(null, 'windowLost', undefined);
  });
});

describe('where a file of the page lies', () => {
  const remember = vi.fn<(path: string) => Promise<SourceId>>(async () => '0'.repeat(32) as SourceId); // sound: of the brand's form
  const say = async (event: { sender: { id: number }; senderFrame: StubFrame | null }, path: unknown) =>
    await ipcMain.handlers.get(sourceChannel)?.(event, path);

  beforeEach(() => {
    remember.mockClear();
    bindFileSources(() => asBrowserWindow(window), remember);
  });

  it('is taken from the page’s own frame, and answered with a name that says nothing', async () => {
    expect(await say(ownEvent(), '/home/ada/a.txt')).toEqual({ ok: true, value: '0'.repeat(32) });
    remember.mockRejectedValueOnce(Object.assign(new Error('EACCES /home/ada/secret'), { code: 'EACCES' }));
    expect(await say(ownEvent(), '/home/ada/secret')).toEqual({ ok: false, code: 'internal', message: '' });
  });

  it('is taken from nobody else, and only as a path', async () => {
    const { id } = window.webContents;
    const senders = [
      { sender: { id }, senderFrame: null },
      { sender: { id }, senderFrame: new StubFrame('app://roundtable/', window.webContents.mainFrame) },
      { sender: { id: id + 1 }, senderFrame: window.webContents.mainFrame },
    ];
    for (const event of senders) expect(await say(event, '/etc/passwd')).toMatchObject({ ok: false });
    for (const path of [null, 7, {}, ['/a'], 'x'.repeat(40_000)])
      expect(await say(ownEvent(), path)).toMatchObject({ ok: false });
    expect(remember).not.toHaveBeenCalled();
  });
});
