// The desktop shell in a real Electron, where its program is installed. Elsewhere it says so, and counts as not run.
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { _electron, type ElectronApplication, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

function findElectron(): string | null {
  try {
    const program = join('node_modules/electron/dist', readFileSync('node_modules/electron/path.txt', 'utf8').trim());
    return existsSync(program) ? program : null;
  } catch {
    return null;
  }
}

const program = findElectron();
const isRoot = process.getuid?.() === 0;
const obstacle =
  program === null ? 'no Electron binary' : isRoot ? 'Electron keeps its sandbox, and so does not run as root' : null;
if (obstacle !== null) process.stdout.write(`desktop shell: not run: ${obstacle}\n`);

describe.skipIf(obstacle !== null)('the desktop shell in a real Electron', () => {
  let app: ElectronApplication;
  let page: Page;
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'roundtable-electron-'));
    app = await _electron.launch({
      executablePath: program ?? '',
      args: ['.', '--folder', folder, '--peer-port', '9790'],
      env: { ...process.env, ROUNDTABLE_PASSPHRASE: 'only for this test' },
    });
    page = await app.firstWindow();
    await page.waitForLoadState();
  });
  afterAll(async () => {
    await app.close();
    await rm(folder, { recursive: true, force: true });
  });

  it('shows the app from its own scheme', async () => {
    expect(page.url()).toBe('app://roundtable/');
    expect(await page.evaluate(() => isSecureContext)).toBe(true);
  });

  it('gives the page the contract and nothing of Node or Electron', async () => {
    const found = await page.evaluate(() =>
      ['require', 'process', 'module', 'Buffer', 'electron'].filter((name) => name in globalThis),
    );
    expect(found).toEqual([]);
    const preferences = await app.evaluate(({ BrowserWindow }) => {
      const contents = BrowserWindow.getAllWindows()[0]?.webContents as
        { getLastWebPreferences?: () => Record<string, unknown> } | undefined; // not in the types
      return contents?.getLastWebPreferences?.() ?? {};
    });
    expect(preferences).toMatchObject({
      contextIsolation: true,
      nodeIntegration: false,
      sandbox: true,
      webSecurity: true,
    });
  });

  it('stays where it is, whatever the page tries', async () => {
    await page.evaluate(() => {
      const link = document.createElement('a');
      link.href = 'https://elsewhere.invalid/';
      link.target = '_blank';
      document.body.append(link);
      link.click();
      link.target = '';
      link.click();
      window.open('https://elsewhere.invalid/');
      location.href = 'https://elsewhere.invalid/';
      const refresh = document.createElement('meta');
      refresh.httpEquiv = 'refresh';
      refresh.content = '0;url=https://elsewhere.invalid/';
      document.head.append(refresh);
    });
    await page.waitForTimeout(500);
    expect(page.url()).toBe('app://roundtable/');
    expect(app.windows()).toHaveLength(1);
  });

  it('runs nothing that stands in the document', async () => {
    const ran = await page.evaluate(async () => {
      const script = document.createElement('script');
      const policy = 'trustedTypes' in globalThis;
      try {
        script.textContent = 'window.inlineRan = true';
        document.body.append(script);
      } catch {
        return false; // trusted types refuse the text already
      }
      await new Promise((resolve) => setTimeout(resolve, 50));
      return policy && 'inlineRan' in window;
    });
    expect(ran).toBe(false);
  });
});
