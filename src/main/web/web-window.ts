// One window of the browser as the services see it: its calls, its events, and the few things this shell does itself.
import { Failure } from '#shared/failure';
import { createHandlers } from '#main/handlers';
import type { ShellActions } from '#main/shell-actions';
import { invoke } from '#main/invoke';
import type { Services } from '#main/services/services';
import { parseExternalLink } from '#main/shell/external-link';
import type { PagePolicy } from '#main/shell/page-sockets';
import { forwardEvents, type EmitEvent } from '#main/shell/service-events';
import type { WindowClaim } from '#main/shell/window-claim';
import type { ServedWindow } from '#main/web/host-socket';

export interface WebWindowOptions {
  readonly services: Services;
  readonly claim: WindowClaim;
  readonly policy: PagePolicy;
  readonly emit: EmitEvent;
  /** False where there is no display. */
  readonly openOutside: (target: string) => boolean;
}

const nothing = async (): Promise<undefined> => await Promise.resolve(undefined);

export function openWebWindow({ services, claim, policy, emit, openOutside }: WebWindowOptions): ServedWindow {
  const self = {
    lose: () => {
      emit('windowLost', undefined);
    },
  };
  let isCallRunning = false;
  const shell: ShellActions = {
    claimWindow: async ({ take }) => await Promise.resolve({ isHeld: claim.claim(self, take) }),
    // A page in a browser notifies, and shows a badge in its title, by itself.
    announceCall: nothing,
    withdrawCall: nothing,
    announceMessage: nothing,
    announceDrop: nothing,
    setTransferProgress: nothing,
    setBadge: nothing,
    setCallRunning: async ({ isRunning }) => {
      isCallRunning = isRunning;
      await nothing();
    },
    // A page hears no keys while another program is in front.
    tryMuteKeys: () => Promise.reject(new Failure('keys-taken', 'not in a browser')),
    // A browser asks by itself.
    listScreens: async () => await Promise.resolve(null),
    chooseScreen: () => Promise.reject(new Failure('screen-missing')),
    openLink: ({ url }) => {
      const link = parseExternalLink(url);
      if (!link || !openOutside(link.href)) return Promise.reject(new Failure('url-refused'));
      return Promise.resolve(undefined);
    },
    // A page in a browser has no picker that tells where a folder lies: the person types it.
    chooseFolder: async (typed) => await Promise.resolve(typed),
    // Never the item itself: the system would open it.
    showFolder: async (folder) => await Promise.resolve(openOutside(folder)),
  };
  const handlers = createHandlers(services, shell);
  const off = forwardEvents(services, policy, emit);
  return {
    call: async (name, input) => await invoke(handlers, name, input, services.log),
    close: () => {
      off();
      // Its call ended with it.
      if (isCallRunning) services.vault.folders.noteCall(false);
      claim.release(self);
    },
  };
}
