import { beforeEach, describe, expect, it, vi } from 'vitest';
import { callNames, eventNames, type HostApi } from '#shared/contract';
import { callChannel, eventChannel, sourceChannel } from '#shared/desktop-channels';

type Listener = (event: unknown, payload: unknown) => void;

const electron = vi.hoisted(() => ({
  exposed: new Map<string, unknown>(),
  listeners: new Map<string, Listener>(),
  invoke: vi.fn(() => Promise.resolve({ ok: true, value: null })),
  paths: new Map<unknown, string>(),
}));

vi.mock('electron', () => ({
  webUtils: {
    getPathForFile: (file: unknown) => {
      if (!(file instanceof File)) throw new TypeError('not a File');
      return electron.paths.get(file) ?? '';
    },
  },
  contextBridge: { exposeInMainWorld: (name: string, api: unknown) => electron.exposed.set(name, api) },
  ipcRenderer: {
    invoke: electron.invoke,
    on: (channel: string, listener: Listener) => electron.listeners.set(channel, listener),
  },
}));

let api: HostApi;
const fromMain = (name: (typeof eventNames)[number], payload: unknown): void => {
  electron.listeners.get(eventChannel(name))?.({ sender: 'ipcRenderer', ports: [] }, payload);
};

beforeEach(async () => {
  vi.resetModules();
  electron.exposed.clear();
  electron.listeners.clear();
  electron.invoke.mockClear();
  await import('../../../src/preload/index');
  api = electron.exposed.get('roundtable') as HostApi; // sound: the line above exposes it
});

describe('the bridge to the page', () => {
  it('is one frozen object with a function per call, `on` and `rememberFile`, and nothing else', () => {
    expect([...electron.exposed.keys()]).toEqual(['roundtable']);
    expect(Object.isFrozen(api)).toBe(true);
    expect(Object.keys(api).sort()).toEqual([...callNames, 'on', 'rememberFile'].sort());
    for (const member of Object.values(api)) {
      expect(member).toBeTypeOf('function');
      expect(Object.keys(member)).toEqual([]);
    }
  });

  it('sends each call on its own channel with one input, whatever else is passed', async () => {
    for (const name of callNames) {
      const call = api[name] as (...parts: unknown[]) => Promise<unknown>; // sound: every member but `on` is a call
      await call({ a: 1 }, 'more', 'and more');
      expect(electron.invoke).toHaveBeenLastCalledWith(callChannel(name), { a: 1 });
    }
  });

  it('hands listeners the payload alone, and stops when told to', () => {
    const heard: unknown[][] = [];
    const off = api.on('inviteOpened', (...parts) => heard.push(parts));
    fromMain('inviteOpened', { text: 'x' });
    off();
    fromMain('inviteOpened', { text: 'y' });
    expect(heard).toEqual([[{ text: 'x' }]]);
  });

  it('keeps what comes before the page listens, once and not without end', () => {
    for (let index = 0; index < 20; index += 1) fromMain('inviteOpened', { text: String(index) });
    const [first, second]: [unknown[], unknown[]] = [[], []];
    api.on('inviteOpened', (payload) => first.push(payload));
    api.on('inviteOpened', (payload) => second.push(payload));
    expect(first).toHaveLength(8);
    expect(second).toHaveLength(0);
  });

  it('tells main where a file lies that the person chose, and the page only a name for it', async () => {
    const chosen = new File(['x'], 'a.txt');
    electron.paths.set(chosen, '/home/ada/a.txt');
    electron.invoke.mockResolvedValueOnce({ ok: true, value: 'abc' } as never);
    expect(await api.rememberFile?.(chosen)).toEqual({ ok: true, value: 'abc' });
    expect(electron.invoke).toHaveBeenLastCalledWith(sourceChannel, '/home/ada/a.txt');
  });

  it('tells main of nothing that the page made up', async () => {
    for (const made of [new File(['x'], '/etc/passwd'), '/etc/passwd', { path: '/etc/passwd' }, null])
      expect(await api.rememberFile?.(made as object)).toEqual({ ok: true, value: null });
    expect(electron.invoke).not.toHaveBeenCalled();
  });

  it('listens on the channels of the contract and on no other', () => {
    expect([...electron.listeners.keys()].sort()).toEqual(eventNames.map(eventChannel).sort());
    const off = api.on('made-up' as 'inviteOpened', () => undefined); // a page that lies about its types
    expect(off).toBeTypeOf('function');
    expect(electron.listeners.size).toBe(eventNames.length);
  });
});
