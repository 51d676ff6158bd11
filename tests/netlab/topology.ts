// The network of one case: a public segment with its servers, and on each side a person's machine behind what stands
// between it and the public. Up in well under a second, and gone with `remove`.
import { addAddress, cable, Namespace } from '#tests/netlab/namespaces';
import { natRules, type NatKind } from '#tests/netlab/nat';

export type Access =
  | NatKind
  /** A public address of its own. */
  | 'open'
  /** A home's router behind its provider's: two translations (RFC 6888). */
  | 'carrier-grade'
  /** On the same segment as the other side; there is nothing else. */
  | 'same-lan';

export type Side = 'a' | 'b';

/** Documentation addresses (RFC 5737, RFC 3849): public in here, and nowhere else. */
export const publicAddresses = {
  rendezvous: '203.0.113.10',
  turn: '203.0.113.20',
  secondTurn: '203.0.113.30',
  rendezvous6: '2001:db8::10',
} as const;

/** What everybody's table of hosts calls `rendezvous6` (scripts/laboratory.mjs). */
export const rendezvousName6 = 'rendezvous.test';

const numbers: Readonly<Record<Side, number>> = { a: 1, b: 2 };

/** What the person's machine calls its interface. */
export const hostInterface = 'net0';

export const lanAddress = (side: Side, host = 11): string => `192.168.${numbers[side]}.${host}`;
export const sameLanAddress = (side: Side): string => `192.168.0.${10 + numbers[side]}`;
export const wanAddress = (side: Side, offset = 100): string => `203.0.113.${offset + numbers[side]}`;

export class Topology {
  readonly #made: Namespace[] = [];
  readonly internet: Namespace;
  readonly #hosts = new Map<Side, Namespace>();
  readonly #routers = new Map<Side, Namespace>();

  constructor(accesses: Readonly<Record<Side, Access>>) {
    this.internet = this.#make('internet');
    this.#layPublicSegment();
    for (const side of ['a', 'b'] as const) this.#attach(side, accesses[side]);
  }

  host(side: Side): Namespace {
    const host = this.#hosts.get(side);
    if (!host) throw new Error(`Nobody sits at side ${side}.`);
    return host;
  }

  /** What stands directly before the person's machine. */
  router(side: Side): Namespace {
    const router = this.#routers.get(side);
    if (!router) throw new Error(`Side ${side} has no router.`);
    return router;
  }

  remove(): void {
    for (const namespace of this.#made.splice(0)) namespace.remove();
  }

  /** A second way out of the machine of `side`, used once the first one is gone: a telephone beside the Wi-Fi. */
  addMobile(side: Side): void {
    const router = this.#make(`${side}-mobile`);
    this.#plugIntoPublic(router, [`${wanAddress(side, 140)}/24`]);
    const host = this.host(side);
    cable(
      { at: host, as: 'mobile', addresses: ['10.64.0.11/24'] },
      { at: router, as: 'lan', addresses: ['10.64.0.1/24'] },
    );
    router.nft(natRules.cone);
    host.ip('route add default via 10.64.0.1 metric 600');
  }

  #make(name: string): Namespace {
    const namespace = new Namespace(name);
    this.#made.push(namespace);
    return namespace;
  }

  #layPublicSegment(): void {
    const { internet } = this;
    internet.forward();
    internet.ip('link add segment type bridge');
    internet.ip('link set segment up');
    const { rendezvous, turn, secondTurn, rendezvous6 } = publicAddresses;
    for (const address of ['203.0.113.1/24', ...[rendezvous, turn, secondTurn].map((one) => `${one}/24`)])
      addAddress(internet, 'segment', address);
    for (const address of ['2001:db8::1/64', `${rendezvous6}/64`]) addAddress(internet, 'segment', address);
    // What has no way to its receiver vanishes, as it does out there, instead of coming back as an error.
    internet.ip('link add nowhere type bridge');
    internet.ip('link set nowhere arp off up');
    internet.ip('route add default dev nowhere');
  }

  #plugIntoPublic(router: Namespace, addresses: readonly string[]): void {
    router.forward();
    cable(
      { at: router, as: 'wan', addresses },
      { at: this.internet, as: `to-${router.name}`.slice(0, 15), bridge: 'segment' },
    );
    if (addresses.some((address) => !address.includes(':'))) router.ip('route add default via 203.0.113.1');
  }

  #attach(side: Side, access: Access): void {
    const host = this.#make(`${side}-host`);
    this.#hosts.set(side, host);
    if (access === 'open') this.#attachDirectly(host, `${wanAddress(side, 50)}/24`, '203.0.113.1');
    else if (access === 'same-lan') this.#attachDirectly(host, `${sameLanAddress(side)}/24`, null);
    else if (access === 'firewall-6') this.#attachBehindFirewall6(side, host);
    else if (access === 'carrier-grade') this.#attachBehindCarrier(side, host);
    else {
      const router = this.#make(`${side}-router`);
      this.#plugIntoPublic(router, [`${wanAddress(side)}/24`]);
      this.#attachBehind(side, host, router, access);
    }
  }

  #attachDirectly(host: Namespace, address: string, gateway: string | null): void {
    cable(
      { at: host, as: hostInterface, addresses: [address] },
      { at: this.internet, as: `to-${host.name}`, bridge: 'segment' },
    );
    if (gateway !== null) host.ip(`route add default via ${gateway}`);
  }

  #attachBehind(side: Side, host: Namespace, router: Namespace, nat: NatKind): void {
    const gateway = lanAddress(side, 1);
    cable(
      { at: host, as: hostInterface, addresses: [`${lanAddress(side)}/24`] },
      { at: router, as: 'lan', addresses: [`${gateway}/24`] },
    );
    host.ip(`route add default via ${gateway}`);
    router.nft(natRules[nat]);
    this.#routers.set(side, router);
  }

  #attachBehindCarrier(side: Side, host: Namespace): void {
    const carrier = this.#make(`${side}-carrier`);
    this.#plugIntoPublic(carrier, [`${wanAddress(side)}/24`]);
    carrier.nft(natRules.cone);
    const router = this.#make(`${side}-router`);
    router.forward();
    cable(
      { at: router, as: 'wan', addresses: ['100.64.0.2/24'] },
      { at: carrier, as: 'lan', addresses: ['100.64.0.1/24'] },
    );
    router.ip('route add default via 100.64.0.1');
    this.#attachBehind(side, host, router, 'cone');
  }

  #attachBehindFirewall6(side: Side, host: Namespace): void {
    const router = this.#make(`${side}-router`);
    const [wan, network] = [`2001:db8::10${numbers[side]}`, `2001:db8:${numbers[side]}`];
    this.#plugIntoPublic(router, [`${wan}/64`]);
    router.ip('route add default via 2001:db8::1');
    cable(
      { at: host, as: hostInterface, addresses: [`${network}::11/64`] },
      { at: router, as: 'lan', addresses: [`${network}::1/64`] },
    );
    host.ip(`route add default via ${network}::1`);
    this.internet.ip(`route add ${network}::/64 via ${wan}`);
    router.nft(natRules['firewall-6']);
    this.#routers.set(side, router);
  }
}
