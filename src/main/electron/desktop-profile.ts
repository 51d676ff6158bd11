// Opens the profile's services in the desktop shell, with the key ring of this desktop.
import { app, dialog, safeStorage } from 'electron';
import { nearAddresses } from '#main/services/nearby/near-addresses';
import { openServices, type Services } from '#main/services/services';
import { machineServer } from '#main/shell/machine-address';
import { readProtectorName, takePassphrase } from '#main/shell/protector-choice';
import type { ShellOptions } from '#main/shell/shell-options';
import { chooseDesktopProtector } from '#main/electron/desktop-protector';
import { desktopTexts as texts } from '#main/electron/desktop-texts';
import { openKeyRing } from '#main/electron/key-ring';

export interface DesktopOptions extends ShellOptions {
  /** The profile's folder. */
  readonly folder: string;
  /** The app's own folder (the project, or the archive it is packed in). */
  readonly appFolder: string;
}

async function askForFile(): Promise<boolean> {
  const { response } = await dialog.showMessageBox({
    type: 'warning',
    message: texts.unsafeKeyring,
    detail: texts.unsafeKeyringDetail,
    buttons: [texts.quit, texts.keepInFile],
    defaultId: 0,
    cancelId: 0,
    noLink: true,
  });
  return response === 1;
}

/** Null when the person would rather not keep an identity here. Fails `profile-in-use`. */
export async function openDesktopProfile(options: DesktopOptions): Promise<Services | null> {
  const protector = await chooseDesktopProtector({
    storedName: await readProtectorName(options.folder),
    passphrase: takePassphrase(process.env),
    keyRing: await openKeyRing(safeStorage, process.platform),
    askForFile,
  });
  if (!protector) return null;
  return await openServices({
    folder: options.folder,
    downloadsFolder: app.getPath('downloads'),
    protector,
    version: app.getVersion(),
    shell: 'desktop',
    platform: process.platform,
    profile: options.profile,
    nearAddresses,
    localRendezvous: () => [machineServer(options.peerPort, options.isOnLan)],
  });
}
