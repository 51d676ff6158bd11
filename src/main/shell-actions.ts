// What a shell does for the handlers.
import type { Handlers } from '#shared/contract';

/** The calls only a shell can carry out. In the web shell they belong to one socket, in the desktop shell to the window. */
export type ShellActions = Pick<
  Handlers,
  | 'claimWindow'
  | 'announceCall'
  | 'withdrawCall'
  | 'announceMessage'
  | 'announceDrop'
  | 'setTransferProgress'
  | 'setBadge'
  | 'setCallRunning'
  | 'tryMuteKeys'
  | 'openLink'
  | 'listScreens'
  | 'chooseScreen'
> & {
  /** Shows the folder in the file manager, with `item` in it marked where that can be. False where there is no file manager. */
  showFolder(folder: string, item?: string): Promise<boolean>;
  /**
   * The folder the person chooses, by the system's picker where the shell has one: what the page says counts for nothing then. Null when
   * they chose none.
   */
  chooseFolder(typed: string): Promise<string | null>;
};
