// A shell that has no window, for tests of the services alone.
import type { ShellActions } from '#main/shell-actions';

export const noShell: ShellActions = {
  claimWindow: async () => ({ isHeld: true }),
  announceCall: async () => undefined,
  withdrawCall: async () => undefined,
  announceMessage: async () => undefined,
  announceDrop: async () => undefined,
  setTransferProgress: async () => undefined,
  setBadge: async () => undefined,
  setCallRunning: async () => undefined,
  tryMuteKeys: async () => undefined,
  listScreens: async () => null,
  chooseScreen: async () => undefined,
  openLink: async () => undefined,
  showFolder: async () => true,
  chooseFolder: async (typed) => typed,
};
