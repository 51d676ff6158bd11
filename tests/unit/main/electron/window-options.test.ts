import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Session } from 'electron';
import { windowOptions } from '#main/electron/window-options';
import { session } from '#tests/support/electron-stub';

const surroundings = {
  preload: '/app/out/preload/index.cjs',
  icon: '/app/resources/icon.png',
  session: session.defaultSession as unknown as Session,
  isDark: false,
  isPackaged: true,
};

describe('the window', () => {
  it('spells out every safety-relevant preference', () => {
    expect(windowOptions(surroundings).webPreferences).toEqual({
      preload: '/app/out/preload/index.cjs',
      session: surroundings.session,
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
      devTools: false,
      backgroundThrottling: false,
      autoplayPolicy: 'no-user-gesture-required',
    });
  });

  it('has developer tools only in a checkout', () => {
    expect(windowOptions({ ...surroundings, isPackaged: false }).webPreferences?.devTools).toBe(true);
  });

  it('does not flash white in the dark', () => {
    expect(windowOptions({ ...surroundings, isDark: true }).backgroundColor).toBe('#151412');
    expect(windowOptions(surroundings).show).toBe(false);
  });
});

describe('the installed Electron', () => {
  it('is one of the three supported majors', () => {
    const newestMajor = 45;
    const { version } = JSON.parse(readFileSync('node_modules/electron/package.json', 'utf8')) as { version: string }; // sound: npm's own
    expect(Number(version.split('.')[0])).toBeGreaterThanOrEqual(newestMajor - 2);
  });
});
