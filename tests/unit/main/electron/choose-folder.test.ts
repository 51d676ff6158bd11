import { expect, it, vi } from 'vitest';
import { desktopActions, type DesktopParts } from '#main/electron/desktop-actions';
import { DesktopWindow } from '#main/electron/desktop-window';
import { dialog } from '#tests/support/electron-stub';

vi.mock('electron', () => import('#tests/support/electron-stub'));

it('asks the person for a folder to share by the system’s picker, whatever the page says', async () => {
  // Sound: choosing a folder needs no other part of the desktop than its window, which may be closed.
  const parts = { window: new DesktopWindow() } as Partial<DesktopParts> as DesktopParts;
  const actions = desktopActions(parts);
  dialog.showOpenDialog.mockResolvedValueOnce({ canceled: false, filePaths: ['/home/ada/Music'] });
  expect(await actions.chooseFolder('/home/ada/.ssh')).toBe('/home/ada/Music');
  expect(dialog.showOpenDialog).toHaveBeenCalledExactlyOnceWith({ properties: ['openDirectory'] });
  expect(await actions.chooseFolder('/home/ada/.ssh')).toBeNull();
});
