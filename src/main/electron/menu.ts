// The application menu: macOS needs one for copying, pasting and quitting; elsewhere the window has none.
import { Menu } from 'electron';

export function setDesktopMenu(platform: NodeJS.Platform): void {
  const isMac = platform === 'darwin';
  Menu.setApplicationMenu(
    isMac ? Menu.buildFromTemplate([{ role: 'appMenu' }, { role: 'editMenu' }, { role: 'windowMenu' }]) : null,
  );
}
