import { describe, expect, it, vi } from 'vitest';
import type { BrowserWindow } from 'electron';
import { openExternalLink } from '#main/electron/external-links';
import { StubWindow } from '#tests/support/electron-stub';

const window = new StubWindow({}) as unknown as BrowserWindow; // sound: only handed on

function makeOpener(response: number, parent: BrowserWindow | null = window) {
  return {
    dialog: { showMessageBox: vi.fn(() => Promise.resolve({ response, checkboxChecked: false })) },
    shell: { openExternal: vi.fn(() => Promise.resolve()) },
    window: () => parent,
  };
}

describe('an address that is to open outside', () => {
  it('opens once the person said yes to exactly that address', async () => {
    const opener = makeOpener(1);
    await openExternalLink('https://Example.org/a b'.replace(' ', '%20'), opener);
    expect(opener.dialog.showMessageBox).toHaveBeenCalledWith(
      window,
      expect.objectContaining({ detail: 'https://example.org/a%20b', defaultId: 0, cancelId: 0 }),
    );
    expect(opener.shell.openExternal).toHaveBeenCalledExactlyOnceWith('https://example.org/a%20b');
  });

  it('stays closed when the person says no', async () => {
    const opener = makeOpener(0);
    await expect(openExternalLink('https://example.org/', opener)).rejects.toMatchObject({ code: 'aborted' });
    expect(opener.shell.openExternal).not.toHaveBeenCalled();
  });

  it('stays closed when nobody can be asked', async () => {
    const opener = makeOpener(1, null);
    await expect(openExternalLink('https://example.org/', opener)).rejects.toMatchObject({ code: 'aborted' });
    expect(opener.shell.openExternal).not.toHaveBeenCalled();
  });

  it.each([
    'file:///etc/passwd',
    'http://example.org/',
    'smb://server/share',
    'ms-msdt:/id',
    'javascript:alert(1)',
    '\\\\server\\share',
  ])('is not even asked about when it is %s', async (text) => {
    const opener = makeOpener(1);
    await expect(openExternalLink(text, opener)).rejects.toMatchObject({ code: 'url-refused' });
    expect(opener.dialog.showMessageBox).not.toHaveBeenCalled();
    expect(opener.shell.openExternal).not.toHaveBeenCalled();
  });
});
