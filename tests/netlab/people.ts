// The two people of every case. They become contacts once; each case seats copies of them in its own network.
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defaultSettings, type Settings } from '#shared/settings';
import {
  peerServerUrl,
  serverSettings,
  startPeerServer,
  turnCertificate,
  type ServerChoice,
} from '#tests/netlab/servers';
import { timeConnections } from '#tests/netlab/connection-times';
import { publicAddresses, Topology, type Side } from '#tests/netlab/topology';
import { Person } from '#tests/support/person';
import { writeVowel } from '#tests/support/tone';

const names: Readonly<Record<Side, string>> = { a: 'Ada', b: 'Ben' };

/** Each machine has a network of its own, so that all may use the same port. */
const machinePeerPort = 9717;

export interface SeatOptions {
  readonly side: Side;
  readonly network: Topology;
  readonly servers: ServerChoice;
  /** PeerServers both can reach. */
  readonly rendezvous: readonly string[];
}

function writeSettings(folder: string, patch: Partial<Settings>): void {
  const quiet = { noiseSuppression: false, publicPeerServers: [], stunServers: [] };
  writeFileSync(join(folder, 'settings.json'), JSON.stringify({ ...defaultSettings, ...quiet, ...patch }));
}

async function open(folder: string, { side, network }: SeatOptions): Promise<Person> {
  const { prefix } = network.host(side);
  return await Person.open({
    name: names[side],
    folder,
    peerPort: machinePeerPort,
    prefix,
    chromium: {
      prefix,
      microphone: writeVowel(),
      args: [`--ignore-certificate-errors-spki-list=${turnCertificate().publicKeyHash}`],
    },
    disguise: timeConnections,
  });
}

export class People {
  readonly #folders: Readonly<Record<Side, string>>;

  private constructor(folders: Readonly<Record<Side, string>>) {
    this.#folders = folders;
  }

  /** Two people go through their first run and become contacts. */
  static async meet(): Promise<People> {
    const network = new Topology({ a: 'open', b: 'open' });
    const server = await startPeerServer(network.internet, publicAddresses.rendezvous);
    const rendezvous = [peerServerUrl(publicAddresses.rendezvous)];
    const folders = { a: '', b: '' };
    const seat = async (side: Side): Promise<Person> => {
      folders[side] = mkdtempSync(join(tmpdir(), `netlab-${side}-`));
      writeSettings(folders[side], { ownPeerServers: rendezvous });
      const person = await open(folders[side], { side, network, servers: { stun: false, turn: [] }, rendezvous });
      await person.firstRun();
      return person;
    };
    const [ada, ben] = await Promise.all([seat('a'), seat('b')]);
    await ada.befriend(ben);
    await Promise.all([ada.leaveTable(), ben.leaveTable()]);
    await server.kill();
    network.remove();
    return new People(folders);
  }

  /** A copy of this person at their machine, with the app open. */
  async seat(options: SeatOptions): Promise<Person> {
    const folder = mkdtempSync(join(tmpdir(), `netlab-${options.side}-`));
    cpSync(this.#folders[options.side], folder, { recursive: true });
    writeSettings(folder, {
      ...serverSettings(options.servers),
      ownPeerServers: [...options.rendezvous],
      reachInternet: 'on',
      findByDht: false,
    });
    return await open(folder, options);
  }

  remove(): void {
    for (const folder of Object.values(this.#folders)) rmSync(folder, { recursive: true, force: true });
  }
}
