// Binds every call of the contract to the app's one window. The only user of ipcMain; checks who sends, and how much.
import { serialize } from 'node:v8';
import { ipcMain, type BrowserWindow, type IpcMainInvokeEvent } from 'electron';
import { callNames, type CallName, type EventName, type EventPayload, type Reply } from '#shared/contract';
import { callChannel, eventChannel } from '#shared/desktop-channels';
import { limitCalls } from '#main/shell/call-rate';
import { isAppAddress } from '#main/electron/app-address';

const messageBytes = 256 * 1024;
const callsPerSecond = 200;

const refuse = (message: string): Reply<never> => ({ ok: false, code: 'input-invalid', message });

/** Only the main frame of that window, showing our page. */
function isOwnFrame(event: IpcMainInvokeEvent, window: BrowserWindow | null): boolean {
  const frame = event.senderFrame;
  if (!window || window.isDestroyed() || !frame || event.sender.id !== window.webContents.id) return false;
  return frame.parent === null && frame === window.webContents.mainFrame && isAppAddress(frame.url);
}

function isBounded(input: unknown): boolean {
  try {
    return input === undefined || serialize(input).length <= messageBytes;
  } catch {
    return false;
  }
}

/** Answers the window's calls with `invoke`; returns what unbinds them. */
export function bindContract(
  window: () => BrowserWindow | null,
  invoke: (call: CallName, input: unknown) => Promise<Reply<unknown>>,
): () => void {
  const isWithinRate = limitCalls(callsPerSecond);
  for (const call of callNames) {
    ipcMain.handle(callChannel(call), async (event: IpcMainInvokeEvent, input: unknown): Promise<Reply<unknown>> => {
      if (!isOwnFrame(event, window())) return refuse('not the window of the app');
      if (!isWithinRate(performance.now())) return refuse(`more than ${callsPerSecond} calls a second`);
      if (!isBounded(input)) return refuse(`more than ${messageBytes} bytes`);
      return await invoke(call, input);
    });
  }
  return () => {
    for (const call of callNames) ipcMain.removeHandler(callChannel(call));
  };
}

export function emitToWindow<K extends EventName>(
  window: BrowserWindow | null,
  name: K,
  payload: EventPayload<K>,
): void {
  if (window && !window.isDestroyed()) window.webContents.send(eventChannel(name), payload);
}
