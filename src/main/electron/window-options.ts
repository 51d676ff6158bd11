// How the one window is made. Every safety-relevant preference is written out, also where it is Electron's default.
import type { BrowserWindowConstructorOptions, Session } from 'electron';

export interface WindowSurroundings {
  readonly preload: string;
  readonly icon: string;
  readonly session: Session;
  readonly isDark: boolean;
  readonly isPackaged: boolean;
}

export function windowOptions({
  preload,
  icon,
  session,
  isDark,
  isPackaged,
}: WindowSurroundings): BrowserWindowConstructorOptions {
  return {
    title: 'Roundtable',
    icon,
    width: 1200,
    height: 780,
    minWidth: 400,
    minHeight: 520,
    show: false,
    backgroundColor: isDark ? '#151412' : '#F7F5F1',
    autoHideMenuBar: true,
    webPreferences: {
      preload,
      session,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      allowRunningInsecureContent: false,
      experimentalFeatures: false,
      enableBlinkFeatures: '',
      webviewTag: false,
      plugins: false,
      navigateOnDragDrop: false,
      spellcheck: false,
      safeDialogs: true,
      devTools: !isPackaged,
      // A call goes on while the window is hidden, and ringing must not wait for a sleeping timer.
      backgroundThrottling: false,
      // Ringing comes without a gesture.
      autoplayPolicy: 'no-user-gesture-required',
    },
  };
}
