// The calls of the contract that only the desktop can carry out, for its one window.
import { dialog, shell, type OpenDialogOptions } from 'electron';
import type { ShellActions } from '#main/shell-actions';
import type { CallNotices } from '#main/electron/call-notices';
import type { DesktopWindow } from '#main/electron/desktop-window';
import { openExternalLink } from '#main/electron/external-links';
import type { MessageNotices } from '#main/electron/message-notices';
import type { MuteKeys } from '#main/electron/mute-keys';
import type { CallWakefulness } from '#main/electron/power';
import type { Screens } from '#main/electron/screens';
import type { TrayIcon } from '#main/electron/tray';

export interface DesktopParts {
  readonly window: DesktopWindow;
  readonly notices: CallNotices;
  readonly messageNotices: MessageNotices;
  readonly tray: TrayIcon;
  readonly wakefulness: CallWakefulness;
  readonly muteKeys: MuteKeys;
  readonly screens: Screens;
  /** Whether the person wants notifications. */
  readonly mayNotify: () => boolean;
}

/** A call rings silently in view; only a window out of sight needs more. */
function isInView({ current }: DesktopWindow): boolean {
  return current?.isFocused() === true;
}

/** A throw becomes a rejection, like that of any other call. */
const done = (work: () => void): Promise<undefined> =>
  new Promise((resolve) => {
    work();
    resolve(undefined);
  });

function talkActions({ wakefulness, muteKeys }: Pick<DesktopParts, 'wakefulness' | 'muteKeys'>) {
  return {
    setCallRunning: async ({ isRunning }) =>
      await done(() => {
        wakefulness.setCallRunning(isRunning);
        muteKeys.setCallRunning(isRunning);
      }),
    tryMuteKeys: async ({ keys }) =>
      await done(() => {
        muteKeys.probe(keys);
      }),
  } satisfies Partial<ShellActions>;
}

export function desktopActions(parts: DesktopParts): ShellActions {
  const { window, notices, messageNotices, tray, screens, mayNotify } = parts;
  return {
    // One window, one instance per profile: it holds the network from the start.
    claimWindow: async () => await Promise.resolve({ isHeld: true }),
    announceCall: async (call) =>
      await done(() => {
        if (isInView(window)) return;
        window.current?.flashFrame(true);
        if (mayNotify()) notices.announce(call);
      }),
    withdrawCall: async ({ callId }) =>
      await done(() => {
        window.current?.flashFrame(false);
        notices.withdraw(callId);
      }),
    announceMessage: async (message) =>
      await done(() => {
        if (isInView(window) || !mayNotify()) return;
        messageNotices.announce(message);
      }),
    announceDrop: async (drop) =>
      await done(() => {
        if (isInView(window) || !mayNotify()) return;
        messageNotices.announceDrop(drop);
      }),
    setTransferProgress: async ({ ratio }) =>
      await done(() => {
        window.current?.setProgressBar(ratio ?? -1);
      }),
    setBadge: async (counts) =>
      await done(() => {
        tray.setCounts(counts);
      }),
    ...talkActions(parts),
    listScreens: async () => await screens.list(),
    chooseScreen: async ({ screenId }) =>
      await done(() => {
        screens.choose(screenId);
      }),
    openLink: async ({ url }) => {
      await openExternalLink(url, { dialog, shell, window: () => window.current });
      return undefined;
    },
    chooseFolder: async () => {
      const options: OpenDialogOptions = { properties: ['openDirectory'] };
      const { current } = window;
      const asked = current ? dialog.showOpenDialog(current, options) : dialog.showOpenDialog(options);
      return (await asked).filePaths[0] ?? null;
    },
    showFolder: async (folder, item = folder) => {
      await done(() => {
        shell.showItemInFolder(item);
      });
      return true;
    },
  };
}
