// The desktop shell, joined: opened in order once Electron is ready, closed in reverse.
import { release } from 'node:os';
import { join } from 'node:path';
import { app, desktopCapturer, session } from 'electron';
import type { EventName, EventPayload } from '#shared/contract';
import { Failure } from '#shared/failure';
import { createHandlers } from '#main/handlers';
import { invoke } from '#main/invoke';
import type { Services } from '#main/services/services';
import { machineServer } from '#main/shell/machine-address';
import { startMachineRendezvous } from '#main/shell/machine-rendezvous-start';
import { listPageFiles } from '#main/shell/page-files';
import { PagePolicy, pageSockets } from '#main/shell/page-sockets';
import { forwardEvents, type EmitEvent } from '#main/shell/service-events';
import { watchAddresses } from '#main/shell/watch-addresses';
import { serveAppScheme } from '#main/electron/app-scheme';
import { CallNotices } from '#main/electron/call-notices';
import { desktopActions } from '#main/electron/desktop-actions';
import { openDesktopProfile, type DesktopOptions } from '#main/electron/desktop-profile';
import { DesktopWindow } from '#main/electron/desktop-window';
import { bindContract, bindFileSources, emitToWindow } from '#main/electron/ipc';
import { setDesktopMenu } from '#main/electron/menu';
import { MessageNotices } from '#main/electron/message-notices';
import { MuteKeys } from '#main/electron/mute-keys';
import { guardSession } from '#main/electron/navigation';
import { applyNetworkPolicy } from '#main/electron/network-policy';
import { guardPermissions } from '#main/electron/permissions';
import { CallWakefulness, watchPower } from '#main/electron/power';
import { Screens } from '#main/electron/screens';
import { systemPicksScreens } from '#main/electron/system-picker';
import { TrayIcon } from '#main/electron/tray';

export interface DesktopShell {
  /** Brings the window up. */
  show(): void;
  /** Hands an invite text to the page, which shows it and does nothing more. */
  openInvite(text: string): void;
  close(): Promise<void>;
}

/** What ends with the shell, last opened first. */
type Ending = () => void | Promise<void>;

interface Served {
  readonly window: DesktopWindow;
  readonly services: Services;
  readonly policy: PagePolicy;
  readonly screens: Screens;
  readonly resources: string;
}

/** Other keys count from the moment they are stored. */
function openMuteKeys({ settings, events, log }: Services, pressed: () => void): { keys: MuteKeys; close: Ending } {
  const keys = new MuteKeys({ wanted: () => settings.settings.muteKeys, pressed });
  const follow = (): void => {
    try {
      keys.follow();
    } catch (reason) {
      log.write('warn', 'mute-keys.taken', { code: Failure.from(reason).code }); // somebody was faster since the try
    }
  };
  events.on('settingsChanged', follow);
  return {
    keys,
    close: () => {
      events.off('settingsChanged', follow);
      keys.close();
    },
  };
}

function openTray(resources: string, show: () => void): TrayIcon {
  const icons = { plain: join(resources, 'tray.png'), missed: join(resources, 'tray-missed.png') };
  const quit = (): void => {
    app.quit();
  };
  return new TrayIcon(icons, { show, quit });
}

/** What is told outside the window; a press brings the window up. */
function openNotices(emit: EmitEvent, show: () => void): { notices: CallNotices; messageNotices: MessageNotices } {
  const notices = new CallNotices((answer) => {
    if (answer.action !== 'decline') show();
    emit('callAnswered', answer);
  });
  const messageNotices = new MessageNotices({
    onMessage: (conversationId) => {
      show();
      emit('messageNoticePressed', { conversationId });
    },
    onDrop: show,
  });
  return { notices, messageNotices };
}

/** Tells of sleep, waking and other networks. */
function followMachine(emit: EmitEvent): Ending[] {
  const slept = (): void => {
    emit('systemSlept', undefined);
  };
  const woke = (): void => {
    emit('systemWoke', undefined);
  };
  const moved = (): void => {
    emit('addressesChanged', undefined);
  };
  return [watchPower(slept, woke), watchAddresses(moved)];
}

/** Binds the contract to the window: calls, events, tray, notifications, power. */
function serveWindow({ window, services, policy, screens, resources }: Served): Ending[] {
  const emit = <K extends EventName>(name: K, payload: EventPayload<K>): void => {
    emitToWindow(window.current, name, payload);
  };
  const show = (): void => {
    window.show();
  };
  const tray = openTray(resources, show);
  const { notices, messageNotices } = openNotices(emit, show);
  const wakefulness = new CallWakefulness();
  const muteKeys = openMuteKeys(services, () => {
    emit('muteKeysPressed', undefined);
  });
  const mayNotify = (): boolean => services.settings.settings.notifications;
  const actions = desktopActions({
    window,
    notices,
    messageNotices,
    tray,
    wakefulness,
    muteKeys: muteKeys.keys,
    screens,
    mayNotify,
  });
  const handlers = createHandlers(services, actions);
  const unbind = bindContract(
    () => window.current,
    (call, input) => invoke(handlers, call, input, services.log),
  );
  return [
    forwardEvents(services, policy, emit),
    ...followMachine(emit),
    unbind,
    bindFileSources(
      () => window.current,
      async (path) => await services.drops.sources.remember(path),
    ),
    () => {
      wakefulness.setCallRunning(false);
      services.vault.folders.noteCall(false);
    },
    muteKeys.close,
    () => {
      notices.withdrawAll();
      messageNotices.withdrawAll();
    },
    () => {
      tray.close();
    },
  ];
}

/** Keeps WebRTC's addresses and ports to what the person chose, now and after each change. */
function followNetworkSettings(window: DesktopWindow, { settings, events }: Services): void {
  const apply = (): void => {
    if (window.current) applyNetworkPolicy(window.current.webContents, settings.settings);
  };
  events.on('settingsChanged', apply);
  apply();
}

/** Null when the person chose not to go on. Fails `profile-in-use`. */
export async function openDesktopShell(options: DesktopOptions): Promise<DesktopShell | null> {
  const files = await listPageFiles(join(options.appFolder, 'out', 'renderer'));
  const services = await openDesktopProfile(options);
  if (!services) return null;
  const rendezvous = startMachineRendezvous(options, services);
  const machine = machineServer(options.peerPort, options.isOnLan);
  const policy = new PagePolicy(() => pageSockets(machine.url, services.settings.settings));
  const page = session.defaultSession;
  guardSession(page);
  const screens = new Screens({
    capturer: desktopCapturer,
    systemPicks: systemPicksScreens(process.platform, release()),
    now: () => performance.now(),
  });
  guardPermissions(page, screens);
  serveAppScheme(page, { files, played: services.drops.played, sockets: () => policy.serve() });
  setDesktopMenu(process.platform);

  const resources = join(options.appFolder, 'resources');
  const window = new DesktopWindow();
  const endings = serveWindow({ window, services, policy, screens, resources });
  await window.open({
    preload: join(options.appFolder, 'out', 'preload', 'index.cjs'),
    icon: join(resources, 'icon.png'),
    session: page,
  });
  followNetworkSettings(window, services);
  return {
    show: () => {
      window.show();
    },
    openInvite: (text) => {
      emitToWindow(window.current, 'inviteOpened', { text });
    },
    close: async () => {
      window.allowClosing();
      for (const end of endings) await end();
      await rendezvous.close();
      await services.dht.use([]);
      services.close();
    },
  };
}
