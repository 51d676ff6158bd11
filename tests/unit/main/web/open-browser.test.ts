import { chmod, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openBrowser, openerFor } from '#main/web/open-browser';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'roundtable-open-'));
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true, force: true });
});

describe('opening the browser', () => {
  it('is for machines with a display', () => {
    expect(openerFor('linux', {})).toBeNull();
    expect(openerFor('linux', { DISPLAY: '' })).toBeNull();
    expect(openerFor('linux', { DISPLAY: ':0' })).toEqual(['xdg-open']);
    expect(openerFor('linux', { WAYLAND_DISPLAY: 'wayland-0' })).toEqual(['xdg-open']);
    expect(openerFor('darwin', {})).toEqual(['open']);
    expect(openerFor('win32', {})?.[0]).toBe('rundll32');
  });

  it.runIf(process.platform === 'linux')('never shows the token to other users of the machine', async () => {
    const seen = join(folder, 'arguments');
    const opener = join(folder, 'xdg-open');
    await writeFile(opener, `#!/bin/sh\necho "$@" > ${seen}.new && mv ${seen}.new ${seen}\n`);
    await chmod(opener, 0o755);
    vi.stubEnv('DISPLAY', ':0');
    vi.stubEnv('PATH', `${folder}:${process.env['PATH'] ?? ''}`);
    await writeFile(join(folder, 'open-roundtable.html'), 'an old one', { mode: 0o644 });

    const remove = await openBrowser('http://127.0.0.1:1/?token=SECRET', folder);
    const file = join(folder, 'open-roundtable.html');
    await vi.waitFor(async () => expect(await readFile(seen, 'utf8')).toBe(`${file}\n`), { timeout: 5_000 });
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(await readFile(file, 'utf8')).toContain('url=http://127.0.0.1:1/?token=SECRET');
    await remove();
    await expect(stat(file)).rejects.toThrow();
  });

  it('leaves no file where there is no display', async () => {
    vi.stubEnv('DISPLAY', '');
    vi.stubEnv('WAYLAND_DISPLAY', '');
    if (process.platform === 'linux') await openBrowser('http://127.0.0.1:1/?token=SECRET', folder);
    await expect(stat(join(folder, 'open-roundtable.html'))).rejects.toThrow();
  });
});
