// The local web shell: opens the services, serves the page and the contract on loopback, and closes it all in order.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { nearAddresses, type NearAddress } from '#main/services/nearby/near-addresses';
import { openServices, type Services } from '#main/services/services';
import { fileProtector } from '#main/services/file-protector';
import { lanAddresses, machineServer } from '#main/shell/machine-address';
import { startMachineRendezvous } from '#main/shell/machine-rendezvous-start';
import { listPageFiles } from '#main/shell/page-files';
import { PagePolicy, pageSockets } from '#main/shell/page-sockets';
import { profileFolder, profilePort } from '#main/shell/profile';
import { plainProtector, readProtectorName, takePassphrase } from '#main/shell/protector-choice';
import type { ShellOptions } from '#main/shell/shell-options';
import { WindowClaim } from '#main/shell/window-claim';
import { Access } from '#main/web/access';
import { HostSocket } from '#main/web/host-socket';
import { openOutside } from '#main/web/open-browser';
import { PageServer } from '#main/web/page-server';
import { watchAddresses } from '#main/shell/watch-addresses';
import { watchSleep } from '#main/web/sleep-watch';
import { openWebWindow } from '#main/web/web-window';

export interface WebShellOptions extends ShellOptions {
  /** The built renderer. */
  readonly pageFolder: string;
  readonly version: string;
  /** Of private networks; the machine's own when not given. */
  readonly nearAddresses?: () => readonly NearAddress[];
}

export interface WebShell {
  /** With the one-time token in it. */
  readonly address: string;
  readonly folder: string;
  /** For people on other machines of this network; empty without --lan. */
  readonly lanAddresses: readonly string[];
  close(): Promise<void>;
}

/** The given port or, for the profile's usual one, any free one when that is taken. */
async function listen(server: Server, { port, profile }: ShellOptions): Promise<number> {
  const attempt = (wanted: number): Promise<void> =>
    new Promise((resolve, reject) => {
      server.once('error', reject);
      server.listen({ host: '127.0.0.1', port: wanted, exclusive: true }, () => {
        server.off('error', reject);
        resolve();
      });
    });
  if (port === null) await attempt(profilePort(profile)).catch(() => attempt(0));
  else await attempt(port);
  return (server.address() as AddressInfo).port; // sound: a server that listens on TCP has an address object
}

async function openProfile(options: WebShellOptions, folder: string): Promise<Services> {
  const protector = plainProtector(await readProtectorName(folder), takePassphrase(process.env));
  return await openServices({
    folder,
    downloadsFolder: join(homedir(), 'Downloads'),
    protector: protector ?? fileProtector,
    version: options.version,
    shell: 'web',
    platform: process.platform,
    profile: options.profile,
    nearAddresses: options.nearAddresses ?? nearAddresses,
    localRendezvous: () => [machineServer(options.peerPort, options.isOnLan)],
  });
}

/** Fails `profile-in-use`, or with the system's error when the given port is taken. */
export async function openWebShell(options: WebShellOptions): Promise<WebShell> {
  const folder = profileFolder(options.profile, options.folder);
  const server = createServer({ requestTimeout: 10_000 });
  const files = await listPageFiles(options.pageFolder);
  const services = await openProfile(options, folder);
  const port = await listen(server, options).catch((error: unknown) => {
    services.close();
    throw error;
  });
  const host = `127.0.0.1:${port}`;
  const access = new Access(port);
  const claim = new WindowClaim();
  const machine = machineServer(options.peerPort, options.isOnLan);
  const policy = new PagePolicy(() => pageSockets(machine.url, services.settings.settings));
  const { played } = services.drops;
  const page = new PageServer({ files, played, access, host, sockets: () => policy.serve() });
  server.on('request', (request, response) => {
    page.handle(request, response);
  });
  const socket = new HostSocket(server, {
    access,
    host,
    openWindow: (emit) => openWebWindow({ services, claim, emit, policy, openOutside }),
  });
  const rendezvous = startMachineRendezvous(options, services);
  const stopWatching = watchSleep(() => {
    socket.broadcast('systemWoke', undefined);
  });
  const stopAddresses = watchAddresses(() => {
    socket.broadcast('addressesChanged', undefined);
  });
  return {
    address: `http://${host}/?token=${access.token}`,
    folder,
    lanAddresses: options.isOnLan ? lanAddresses(options.peerPort) : [],
    close: async () => {
      stopWatching();
      stopAddresses();
      socket.close();
      await rendezvous.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await services.dht.use([]);
      services.close();
    },
  };
}
