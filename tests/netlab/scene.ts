// The network of one case with its servers running and both people at their machines.
import type { Case } from '#tests/netlab/cases';
import { Cleanup } from '#tests/netlab/cleanup';
import type { People } from '#tests/netlab/people';
import type { Program } from '#tests/netlab/programs';
import { peerServerUrl, startPeerServer, startTurnServer } from '#tests/netlab/servers';
import { publicAddresses, rendezvousName6, sameLanAddress, Topology, type Side } from '#tests/netlab/topology';
import type { Person } from '#tests/support/person';

const baselinePort = 9_000;

/** Where both find each other: in one network by themselves, else at the public server. */
export function rendezvousUrls(one: Case): { a: string[]; b: string[]; baseline: string } {
  if (one.a === 'same-lan') return { a: [], b: [], baseline: peerServerUrl(sameLanAddress('a'), baselinePort) };
  // A content policy cannot name an IPv6 address, so that such a server needs a name.
  const url = peerServerUrl(one.a === 'firewall-6' ? rendezvousName6 : publicAddresses.rendezvous);
  return { a: [url], b: [url], baseline: url };
}

/** The addresses at which TURN or STUN are wanted. */
function turnAddresses({ servers }: Case): readonly string[] {
  const wanted = servers.turn.map(({ address }) => address);
  return wanted.length === 0 && servers.stun ? [publicAddresses.turn] : wanted;
}

export class Scene {
  readonly network: Topology;
  readonly #case: Case;
  readonly #cleanup = new Cleanup();
  readonly #seats = new Cleanup();
  readonly #turn = new Map<string, Program>();
  #rendezvous: Program | null = null;

  private constructor(one: Case) {
    this.#case = one;
    this.network = new Topology({ a: one.a, b: one.b });
    this.#cleanup.add(() => {
      this.network.remove();
    });
    this.#cleanup.add(async () => {
      await this.#seats.run();
    });
  }

  static async open(one: Case): Promise<Scene> {
    const scene = new Scene(one);
    try {
      await Promise.all([scene.startRendezvous(), ...turnAddresses(one).map((address) => scene.startTurn(address))]);
      return scene;
    } catch (reason) {
      await scene.close();
      throw reason;
    }
  }

  async startRendezvous(): Promise<void> {
    const { network } = this;
    if (this.#case.a === 'same-lan') {
      this.#rendezvous = await startPeerServer(network.host('a'), sameLanAddress('a'), baselinePort);
    } else {
      const { rendezvous, rendezvous6 } = publicAddresses;
      this.#rendezvous = await startPeerServer(
        network.internet,
        this.#case.a === 'firewall-6' ? rendezvous6 : rendezvous,
      );
    }
    this.#cleanup.add(async () => {
      await this.killRendezvous();
    });
  }

  async killRendezvous(): Promise<void> {
    await this.#rendezvous?.kill();
    this.#rendezvous = null;
  }

  async startTurn(address: string): Promise<void> {
    this.#turn.set(address, await startTurnServer(this.network.internet, address));
    this.#cleanup.add(async () => {
      await this.killTurn(address);
    });
  }

  async killTurn(address: string): Promise<void> {
    await this.#turn.get(address)?.kill();
    this.#turn.delete(address);
  }

  /** Opens the app on both sides. */
  async seatBoth(people: People): Promise<readonly [Person, Person]> {
    const urls = rendezvousUrls(this.#case);
    const { servers } = this.#case;
    const seat = async (side: Side): Promise<Person> => {
      const person = await people.seat({ side, network: this.network, servers, rendezvous: urls[side] });
      this.#seats.add(async () => {
        await person.leaveTable();
      });
      return person;
    };
    return await Promise.all([seat('a'), seat('b')]);
  }

  /** Both leave their machines; the network stays. */
  async clearSeats(): Promise<void> {
    await this.#seats.run();
  }

  async close(): Promise<void> {
    await this.#cleanup.run();
  }
}
