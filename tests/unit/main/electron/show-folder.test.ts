import { expect, it, vi } from 'vitest';
import { desktopActions, type DesktopParts } from '#main/electron/desktop-actions';
import { shell } from '#tests/support/electron-stub';

vi.mock('electron', () => import('#tests/support/electron-stub'));

it('shows a folder in the file manager and opens nothing', async () => {
  // Sound: showing a folder needs no other part of the desktop.
  const actions = desktopActions({} as DesktopParts);
  await actions.showFolder('/home/ada/Downloads/Roundtable recordings/today');
  expect(shell.showItemInFolder).toHaveBeenCalledExactlyOnceWith('/home/ada/Downloads/Roundtable recordings/today');
  expect(shell.openExternal).not.toHaveBeenCalled();
});
