// The desktop shell as a program: one instance per profile, links from the system, an orderly end.
import { join } from 'node:path';
import { app, dialog, protocol } from 'electron';
import { Failure } from '#shared/failure';
import { profileFolder } from '#main/shell/profile';
import { parseShellOptions } from '#main/shell/shell-options';
import { registerAppScheme } from '#main/electron/app-scheme';
import { watchDeepLinks } from '#main/electron/deep-links';
import type { DesktopOptions } from '#main/electron/desktop-profile';
import { openDesktopShell, type DesktopShell } from '#main/electron/desktop-shell';
import { desktopTexts as texts } from '#main/electron/desktop-texts';
import { guardAllContents } from '#main/electron/navigation';

const closeLimitMs = 3_000;

/** Says in a dialog of the system what went wrong, since there may be no window. */
function giveUp(error: unknown): void {
  const isInUse = error instanceof Failure && error.code === 'profile-in-use';
  dialog.showErrorBox(
    texts.startFailed,
    isInUse ? texts.profileInUse : error instanceof Error ? error.message : String(error),
  );
  app.exit(1);
}

/** Closes everything once before the app ends, and never keeps it from ending. */
function closeBeforeQuit(shell: DesktopShell): void {
  let isClosed = false;
  app.on('before-quit', (event) => {
    if (isClosed) return;
    isClosed = true;
    event.preventDefault();
    const limit = new Promise((resolve) => setTimeout(resolve, closeLimitMs));
    void Promise.race([shell.close().catch(() => undefined), limit]).then(() => {
      app.exit(0);
    });
  });
  app.on('window-all-closed', () => {
    app.quit();
  });
}

/** Registers the link scheme for the installed app; a checkout must not take links over from it. */
function takeLinks(): void {
  if (app.isPackaged) app.setAsDefaultProtocolClient('roundtable');
}

/** Where links and second starts arrive: what comes before the shell is open waits for it. */
class Doorway {
  #shell: DesktopShell | null = null;
  #invite: string | null = null;

  readonly openInvite = (text: string): void => {
    if (this.#shell) this.#shell.openInvite(text);
    else this.#invite = text;
  };

  readonly show = (): void => {
    this.#shell?.show();
  };

  leadTo(shell: DesktopShell): void {
    this.#shell = shell;
    if (this.#invite !== null) shell.openInvite(this.#invite);
    this.#invite = null;
  }
}

async function open(argv: readonly string[], options: DesktopOptions): Promise<void> {
  const doorway = new Doorway();
  watchDeepLinks({ app, argv, now: () => performance.now(), onInvite: doorway.openInvite, onShow: doorway.show });
  await app.whenReady();
  takeLinks();
  const shell = await openDesktopShell(options);
  if (!shell) {
    app.exit(0);
    return;
  }
  closeBeforeQuit(shell);
  app.on('activate', doorway.show);
  doorway.leadTo(shell);
}

/** Called before Electron is ready, with the sandbox already on. */
export function runDesktopShell(argv: readonly string[], appFolder: string): void {
  registerAppScheme(protocol);
  guardAllContents(app);
  try {
    const options = parseShellOptions(argv, true);
    const folder = profileFolder(options.profile, options.folder);
    // Chromium's own files lie in the profile, and the single-instance lock with them: one window per person.
    app.setPath('userData', join(folder, 'browser'));
    if (!app.requestSingleInstanceLock()) {
      app.exit(0); // the running one shows its window
      return;
    }
    open(argv, { ...options, folder, appFolder }).catch(giveUp);
  } catch (error) {
    giveUp(error);
  }
}
