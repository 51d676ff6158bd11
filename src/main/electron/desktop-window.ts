// The one window of the desktop app: made once, shown when ready, closed or hidden as the platform wants.
import { BrowserWindow, app, nativeTheme } from 'electron';
import { appPage } from '#main/electron/app-address';
import { windowOptions, type WindowSurroundings } from '#main/electron/window-options';

export type WindowPaths = Pick<WindowSurroundings, 'icon' | 'preload' | 'session'>;

/** On Linux nobody knows whether the tray shows anywhere, so closing ends the app; elsewhere it stays reachable. */
const staysInTray = process.platform !== 'linux';

export class DesktopWindow {
  #window: BrowserWindow | null = null;
  #isQuitting = false;

  get current(): BrowserWindow | null {
    return this.#window;
  }

  async open(paths: WindowPaths): Promise<BrowserWindow> {
    const options = windowOptions({ ...paths, isDark: nativeTheme.shouldUseDarkColors, isPackaged: app.isPackaged });
    const window = new BrowserWindow(options);
    this.#window = window;
    window.once('ready-to-show', () => {
      window.show();
    });
    window.on('close', (event) => {
      if (this.#isQuitting || !staysInTray) return;
      event.preventDefault();
      window.hide();
    });
    window.on('closed', () => {
      this.#window = null;
    });
    await window.loadURL(appPage);
    return window;
  }

  show(): void {
    const window = this.#window;
    if (!window) return;
    if (window.isMinimized()) window.restore();
    window.show();
    window.focus();
  }

  /** From now on closing means closing. */
  allowClosing(): void {
    this.#isQuitting = true;
  }
}
