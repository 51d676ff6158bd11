// A stand-in for the `electron` module: records what the desktop shell registers and lets a test play the desktop.
import { EventEmitter } from 'node:events';
import { vi } from 'vitest';

type Listener = (...parts: never[]) => unknown;

export class StubFrame {
  url: string;
  readonly parent: StubFrame | null;

  constructor(url: string, parent: StubFrame | null = null) {
    this.url = url;
    this.parent = parent;
  }
}

let lastContentsId = 0;

export class StubContents extends EventEmitter {
  readonly id = (lastContentsId += 1);
  readonly mainFrame = new StubFrame('app://roundtable/');
  readonly sent: { channel: string; payload: unknown }[] = [];
  windowOpenHandler: ((details: { url: string }) => { action: string }) | null = null;
  readonly setWebRTCIPHandlingPolicy = vi.fn();
  readonly setWebRTCUDPPortRange = vi.fn();

  getURL(): string {
    return this.mainFrame.url;
  }

  send(channel: string, payload: unknown): void {
    this.sent.push({ channel, payload });
  }

  setWindowOpenHandler(handler: (details: { url: string }) => { action: string }): void {
    this.windowOpenHandler = handler;
  }
}

export class StubWindow extends EventEmitter {
  static readonly made: StubWindow[] = [];
  readonly options: Record<string, unknown>;
  readonly webContents = new StubContents();
  readonly loaded: string[] = [];
  readonly flashFrame = vi.fn();
  readonly show = vi.fn();
  readonly hide = vi.fn();
  readonly focus = vi.fn();
  readonly restore = vi.fn();
  hasFocus = false;

  constructor(options: Record<string, unknown>) {
    super();
    this.options = options;
    StubWindow.made.push(this);
    app.emit('web-contents-created', {}, this.webContents);
  }

  isFocused = (): boolean => this.hasFocus;
  isMinimized = (): boolean => false;
  isDestroyed = (): boolean => false;

  loadURL(url: string): Promise<void> {
    this.loaded.push(url);
    return Promise.resolve();
  }
}

class StubApp extends EventEmitter {
  /** What was done, in order. */
  readonly steps: string[] = [];
  isPackaged = false;
  hasLock = true;
  readonly exit = vi.fn();
  readonly quit = vi.fn();
  readonly setBadgeCount = vi.fn(() => true);
  readonly setAsDefaultProtocolClient = vi.fn(() => true);
  readonly setPath = vi.fn();

  enableSandbox(): void {
    this.steps.push('enableSandbox');
  }

  requestSingleInstanceLock(): boolean {
    this.steps.push('requestSingleInstanceLock');
    return this.hasLock;
  }

  whenReady(): Promise<void> {
    this.steps.push('whenReady');
    return Promise.resolve();
  }

  getPath = (name: string): string => `/stub/${name}`;
  getVersion = (): string => '1.2.3';
}

export const app = new StubApp();

class StubSession extends EventEmitter {
  request: Listener | null = null;
  check: Listener | null = null;
  device: Listener | null = null;
  displayMedia: Listener | null = null;
  displayMediaOptions: unknown = null;
  beforeRequest: ((details: { url: string }, answer: (verdict: { cancel: boolean }) => void) => void) | null = null;
  readonly schemes = new Map<string, (request: Request) => Promise<Response>>();
  setPermissionRequestHandler = (handler: Listener): void => void (this.request = handler);
  setPermissionCheckHandler = (handler: Listener): void => void (this.check = handler);
  setDevicePermissionHandler = (handler: Listener): void => void (this.device = handler);
  setDisplayMediaRequestHandler = (handler: Listener, options?: unknown): void => {
    this.displayMedia = handler;
    this.displayMediaOptions = options;
  };
  readonly webRequest = {
    onBeforeRequest: (handler: StubSession['beforeRequest']): void => void (this.beforeRequest = handler),
  };
  readonly protocol = {
    handle: (scheme: string, handler: (request: Request) => Promise<Response>): void =>
      void this.schemes.set(scheme, handler),
  };
}

export const session = { defaultSession: new StubSession() };

export const protocol = {
  registered: [] as { scheme: string; privileges: Record<string, boolean> }[],
  registerSchemesAsPrivileged(schemes: { scheme: string; privileges: Record<string, boolean> }[]): void {
    app.steps.push('registerSchemes');
    protocol.registered.push(...schemes);
  },
};

export interface StubInvokeEvent {
  readonly sender: { readonly id: number };
  readonly senderFrame: StubFrame | null;
}

export const ipcMain = {
  handlers: new Map<string, (event: StubInvokeEvent, input: unknown) => Promise<unknown>>(),
  handle(channel: string, handler: (event: StubInvokeEvent, input: unknown) => Promise<unknown>): void {
    ipcMain.handlers.set(channel, handler);
  },
  removeHandler(channel: string): void {
    ipcMain.handlers.delete(channel);
  },
};

export const dialog = {
  showMessageBox: vi.fn(() => Promise.resolve({ response: 0 })),
  showOpenDialog: vi.fn(() => Promise.resolve({ canceled: true, filePaths: [] as string[] })),
  showErrorBox: vi.fn(),
};
export const shell = { openExternal: vi.fn(() => Promise.resolve()), showItemInFolder: vi.fn() };
export const nativeTheme = { shouldUseDarkColors: false };
interface StubSource {
  readonly id: string;
  readonly name: string;
  readonly thumbnail: { isEmpty(): boolean; toJPEG(quality: number): Buffer };
}

export const desktopCapturer = {
  sources: [] as StubSource[],
  getSources: async (): Promise<StubSource[]> => await Promise.resolve(desktopCapturer.sources),
};

export const nativeImage = { createFromPath: (path: string): string => path };

export const Menu = {
  templates: [] as { label?: string; role?: string; click?: () => void }[][],
  buildFromTemplate(template: { label?: string; role?: string; click?: () => void }[]): unknown {
    Menu.templates.push(template);
    return template;
  },
  setApplicationMenu: vi.fn(),
};

export class Tray extends EventEmitter {
  static readonly made: Tray[] = [];
  image: unknown;
  tooltip = '';
  readonly destroy = vi.fn();

  constructor(image: unknown) {
    super();
    this.image = image;
    Tray.made.push(this);
  }

  setImage = (image: unknown): void => void (this.image = image);
  setToolTip = (tooltip: string): void => void (this.tooltip = tooltip);
  setContextMenu = (): void => undefined;
}

export class Notification extends EventEmitter {
  static readonly made: Notification[] = [];
  static supported = true;
  readonly options: { title: string; body: string; actions: { text: string }[] };
  isShown = false;

  constructor(options: Notification['options']) {
    super();
    this.options = options;
    Notification.made.push(this);
  }

  static isSupported = (): boolean => Notification.supported;

  show(): void {
    this.isShown = true;
  }

  close(): void {
    this.isShown = false;
    this.emit('close', {});
  }
}

/** The keys of the whole desktop: who has them, and pressing them. */
export const globalShortcut = {
  held: new Map<string, () => void>(),
  taken: new Set<string>(),
  register(keys: string, pressed: () => void): boolean {
    if (globalShortcut.taken.has(keys) || globalShortcut.held.has(keys)) return false;
    globalShortcut.held.set(keys, pressed);
    return true;
  },
  unregister(keys: string): void {
    globalShortcut.held.delete(keys);
  },
};

export const powerMonitor = new EventEmitter();
export const powerSaveBlocker = {
  running: new Set<number>(),
  started: 0,
  start(): number {
    powerSaveBlocker.started += 1;
    powerSaveBlocker.running.add(powerSaveBlocker.started);
    return powerSaveBlocker.started;
  },
  stop(id: number): void {
    powerSaveBlocker.running.delete(id);
  },
};

export const safeStorage = {
  backend: 'gnome_libsecret',
  getSelectedStorageBackend: (): string => safeStorage.backend,
  isAsyncEncryptionAvailable: vi.fn(() => Promise.resolve(true)),
  // Not encryption, but not the plain text either.
  encryptStringAsync: vi.fn((text: string) =>
    Promise.resolve(Buffer.from(`sealed:${Buffer.from(text).toString('hex')}`)),
  ),
  decryptStringAsync: vi.fn((sealed: Buffer) =>
    Promise.resolve({
      shouldReEncrypt: false,
      result: Buffer.from(sealed.toString().slice('sealed:'.length), 'hex').toString(),
    }),
  ),
};

export { StubWindow as BrowserWindow };
