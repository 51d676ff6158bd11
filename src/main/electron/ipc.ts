// Binds every call of the contract, and what only the preload says, to the app's one window. The only user of ipcMain; checks
// who sends, and how much.
import { serialize } from 'node:v8';
import { ipcMain, type BrowserWindow, type IpcMainInvokeEvent } from 'electron';
import { callNames, type CallName, type EventName, type EventPayload, type Reply } from '#shared/contract';
import type { SourceId } from '#shared/drop';
import { Failure } from '#shared/failure';
import { callChannel, eventChannel, sourceChannel } from '#shared/desktop-channels';
import { isWithinSize, limitWindow } from '#main/shell/call-limits';
import { isAppAddress } from '#main/electron/app-address';

const refuse = (message: string): Reply<never> => ({ ok: false, code: 'input-invalid', message });

/** Only the main frame of that window, showing our page. */
function isOwnFrame(event: IpcMainInvokeEvent, window: BrowserWindow | null): boolean {
  const frame = event.senderFrame;
  if (!window || window.isDestroyed() || !frame || event.sender.id !== window.webContents.id) return false;
  return frame.parent === null && frame === window.webContents.mainFrame && isAppAddress(frame.url);
}

function isBounded(call: CallName, input: unknown): boolean {
  try {
    return input === undefined || isWithinSize(call, serialize(input).length);
  } catch {
    return false;
  }
}

/** Answers the window's calls with `invoke`; returns what unbinds them. */
export function bindContract(
  window: () => BrowserWindow | null,
  invoke: (call: CallName, input: unknown) => Promise<Reply<unknown>>,
): () => void {
  const tooMany = limitWindow();
  for (const call of callNames) {
    ipcMain.handle(callChannel(call), async (event: IpcMainInvokeEvent, input: unknown): Promise<Reply<unknown>> => {
      if (!isOwnFrame(event, window())) return refuse('not the window of the app');
      const refused = tooMany(call, performance.now());
      if (refused) return refused;
      if (!isBounded(call, input)) return refuse('too many bytes');
      return await invoke(call, input);
    });
  }
  return () => {
    for (const call of callNames) ipcMain.removeHandler(callChannel(call));
  };
}

const maxPathLength = 32 * 1024;

/** Answers the preload, which says where a file of the page lies; returns what unbinds it. */
export function bindFileSources(
  window: () => BrowserWindow | null,
  remember: (path: string) => Promise<SourceId>,
): () => void {
  const tooMany = limitWindow();
  ipcMain.handle(sourceChannel, async (event: IpcMainInvokeEvent, path: unknown): Promise<Reply<SourceId>> => {
    if (!isOwnFrame(event, window())) return refuse('not the window of the app');
    const refused = tooMany('rememberFile', performance.now());
    if (refused) return refused;
    if (typeof path !== 'string' || path.length > maxPathLength) return refuse('no path');
    try {
      return { ok: true, value: await remember(path) };
    } catch (error) {
      return { ok: false, code: Failure.from(error).code, message: '' };
    }
  });
  return () => {
    ipcMain.removeHandler(sourceChannel);
  };
}

export function emitToWindow<K extends EventName>(
  window: BrowserWindow | null,
  name: K,
  payload: EventPayload<K>,
): void {
  if (window && !window.isDestroyed()) window.webContents.send(eventChannel(name), payload);
}
