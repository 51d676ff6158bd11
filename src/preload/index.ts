// The bridge of the desktop shell: gives the page one frozen object made from the contract, and nothing of Electron.
import { contextBridge, ipcRenderer, webUtils, type IpcRendererEvent } from 'electron';
import { eventNames, type EventName, type Reply } from '#shared/contract';
import { callChannel, eventChannel, sourceChannel } from '#shared/desktop-channels';
import type { SourceId } from '#shared/drop';
import { createHostApi } from '#shared/host-api';

type Listener = (payload: unknown) => void;

/** What arrives before the page listens for the first time waits for it, at most this much per event. */
const waitingMost = 8;
const listeners = new Map<EventName, Set<Listener>>();
const waiting = new Map<EventName, unknown[]>();

for (const name of eventNames) {
  waiting.set(name, []);
  // The Electron event stays here: it carries the sender.
  ipcRenderer.on(eventChannel(name), (_event: IpcRendererEvent, payload: unknown) => {
    const early = waiting.get(name);
    if (early && early.length < waitingMost) early.push(payload);
    for (const listener of [...(listeners.get(name) ?? [])]) listener(payload);
  });
}

function subscribe(name: EventName, listener: Listener): () => void {
  const own: Listener = (payload) => {
    listener(payload);
  };
  const subscribed = listeners.get(name) ?? new Set<Listener>();
  listeners.set(name, subscribed.add(own));
  const early = waiting.get(name) ?? [];
  waiting.delete(name);
  for (const payload of early) own(payload);
  return () => {
    subscribed.delete(own);
  };
}

/** Empty for anything but a file that a person chose: a page cannot make one that lies somewhere. */
function pathOf(file: object): string {
  try {
    return file instanceof File ? webUtils.getPathForFile(file) : '';
  } catch {
    return '';
  }
}

async function rememberFile(file: object): Promise<Reply<SourceId | null>> {
  const path = pathOf(file);
  if (path === '') return { ok: true, value: null };
  // Sound: main answers this channel with such a Reply (ipc.ts).
  return (await ipcRenderer.invoke(sourceChannel, path)) as Reply<SourceId | null>;
}

contextBridge.exposeInMainWorld(
  'roundtable',
  createHostApi({
    // Sound: main answers every call channel with a Reply (ipc.ts), and the renderer's bridge checks it.
    invoke: (call, input) => ipcRenderer.invoke(callChannel(call), input) as Promise<Reply<unknown>>,
    rememberFile,
    subscribe: (name, listener) => (eventNames.includes(name) ? subscribe(name, listener) : () => undefined),
  }),
);
