// What can happen to a running call from outside, and which promise it is about.
import { setTimeout } from 'node:timers/promises';
import { stunAndTurn, type Case } from '#tests/netlab/cases';
import { addAddress } from '#tests/netlab/namespaces';
import { natRules } from '#tests/netlab/nat';
import { readPath } from '#tests/netlab/path';
import type { Scene } from '#tests/netlab/scene';
import type { ServerChoice } from '#tests/netlab/servers';
import { hostInterface, lanAddress, publicAddresses, wanAddress, type Access } from '#tests/netlab/topology';
import type { Person } from '#tests/support/person';

export type Promised = 'R1' | 'R2' | 'R3' | 'R4' | 'R5' | 'R6';

export interface Fault {
  readonly name: string;
  readonly promise: Promised;
  readonly network: Pick<Case, 'a' | 'b' | 'servers'>;
  /** Both hear each other again, or `told`: the caller reads "Reconnecting". */
  readonly awaits: 'heard' | 'told';
  /** So soon after a path is there again, or after the fault, ms. */
  readonly targetMs: number;
  /** Resolves once a path is there again. */
  strike(scene: Scene, people: readonly [Person, Person]): Promise<void>;
}

const homes: Fault['network'] = { a: 'cone', b: 'cone', servers: stunAndTurn };
const relayed = (servers: ServerChoice): Fault['network'] => {
  const access: Access = 'symmetric';
  return { a: access, b: access, servers };
};
const twoTurnServers: ServerChoice = {
  stun: true,
  turn: [
    { address: publicAddresses.turn, offer: 'all' },
    { address: publicAddresses.secondTurn, offer: 'all' },
  ],
};

/** The provider's line is dead: nobody is told, least of all the person's machine. */
const blackout = (seconds: number, targetMs: number): Fault => ({
  name: `blackout-${seconds}s`,
  promise: 'R2',
  network: homes,
  awaits: 'heard',
  targetMs,
  strike: async ({ network }) => {
    network.internet.ip('link set to-a-router down');
    await setTimeout(seconds * 1_000);
    network.internet.ip('link set to-a-router up');
  },
});

const addressChange: Fault = {
  name: 'address-change',
  promise: 'R1',
  network: homes,
  awaits: 'heard',
  targetMs: 3_000,
  strike: async ({ network }) => {
    const host = network.host('a');
    host.ip(`addr del ${lanAddress('a')}/24 dev ${hostInterface}`);
    addAddress(host, hostInterface, `${lanAddress('a', 31)}/24`);
    host.ip(`route replace default via ${lanAddress('a', 1)}`);
  },
};

const wanChange: Fault = {
  name: 'wan-change',
  promise: 'R1',
  network: homes,
  awaits: 'heard',
  targetMs: 3_000,
  strike: async ({ network }) => {
    const router = network.router('a');
    router.ip(`addr del ${wanAddress('a')}/24 dev wan`);
    addAddress(router, 'wan', `${wanAddress('a', 110)}/24`);
    router.ip('route replace default via 203.0.113.1');
  },
};

const wifiToMobile: Fault = {
  name: 'wifi-to-mobile',
  promise: 'R1',
  network: homes,
  awaits: 'heard',
  targetMs: 3_000,
  strike: async ({ network }) => {
    network.addMobile('a');
    await setTimeout(3_000);
    network.host('a').ip(`link set ${hostInterface} down`);
  },
};

const udpBlocked: Fault = {
  name: 'udp-blocked',
  promise: 'R3',
  network: homes,
  awaits: 'heard',
  targetMs: 8_000,
  strike: async ({ network }) => {
    network.router('a').nft(natRules['udp-blocked']);
  },
};

const rendezvousKilled: Fault = {
  name: 'rendezvous-killed',
  promise: 'R4',
  network: homes,
  awaits: 'heard',
  targetMs: 0,
  strike: async (scene) => {
    await scene.killRendezvous();
  },
};

const turnKilled: Fault = {
  name: 'turn-killed',
  promise: 'R5',
  network: relayed(twoTurnServers),
  awaits: 'heard',
  targetMs: 10_000,
  strike: async (scene, [caller, callee]) => {
    const inUse = await Promise.all([caller, callee].map(async ({ page }) => await page.evaluate(readPath)));
    await Promise.all(inUse.map(async (path) => path?.relay && (await scene.killTurn(path.relay))));
  },
};

const turnAway: Fault = {
  name: 'turn-away-3s',
  promise: 'R5',
  network: relayed(stunAndTurn),
  awaits: 'heard',
  targetMs: 10_000,
  strike: async (scene) => {
    await scene.killTurn(publicAddresses.turn);
    await setTimeout(3_000);
    await scene.startTurn(publicAddresses.turn);
  },
};

const peerKilled: Fault = {
  name: 'peer-killed',
  promise: 'R6',
  network: homes,
  awaits: 'told',
  targetMs: 5_000,
  strike: async (_, [, callee]) => {
    await callee.crash();
  },
};

export const faults: readonly Fault[] = [
  addressChange,
  wanChange,
  wifiToMobile,
  blackout(5, 2_000),
  blackout(15, 5_000),
  blackout(40, 10_000),
  udpBlocked,
  rendezvousKilled,
  turnKilled,
  turnAway,
  peerKilled,
];

export function faultNamed(name: string): Fault {
  const found = faults.find((one) => one.name === name);
  if (!found) throw new Error(`There is no fault ${name}. Faults: ${faults.map((one) => one.name).join(', ')}.`);
  return found;
}
