// The audience of a simulated cast: a caster who makes packets, and people who are let in as the app lets them in, with the seats that the
// app's own policy gives them.
import * as v from 'valibot';
import { PeerId } from '#shared/identity';
import { Homes } from '#core/cast/homes';
import { stripes } from '#core/cast/member';
import type { Held } from '#core/cast/packet-window';
import { limits } from '#core/wire/limits';
import { CastPeer, type CastLine, type CastWorld, type Conduct } from '#scripts/sim/cast-peer';
import { VirtualClock } from '#scripts/sim/virtual-clock';

export interface CrowdOptions {
  /** In [0, 1). */
  readonly random: () => number;
  readonly casterLine: CastLine;
  readonly packetBytes: number;
  readonly packetsPerSecond: number;
  readonly keyEveryMs: number;
  readonly came: CastWorld['came'];
}

export interface Newcomer {
  readonly line: CastLine;
  /** Seats. */
  readonly lends: number;
  readonly conduct?: Conduct;
  readonly entered?: (peer: CastPeer) => void;
}

/** Digits that peer ids have not stand as letters beyond those of base 26. */
const idOf = (order: number): PeerId => {
  const letters = order.toString(26).replace(/[0-9]/g, (digit) => 'qrstuvwxyz'.charAt(Number(digit)));
  return v.parse(PeerId, `${letters.padStart(51, '2')}a`);
};

export class CastCrowd {
  readonly clock = new VirtualClock();
  readonly caster: CastPeer;
  /** Number of the next packet. */
  number = 0;
  readonly #options: CrowdOptions;
  readonly #world: CastWorld;
  readonly #homes = new Homes();
  #orders = 0;
  /** Links of those who are on their way in: the caster holds no more than any Roundtable does. */
  #guests = 0;

  constructor(options: CrowdOptions) {
    this.#options = options;
    const { clock } = this;
    this.#world = { clock, people: new Map(), tickMs: 200, came: options.came };
    const peerId = idOf(0);
    this.caster = new CastPeer(this.#world, {
      self: { peerId, name: 'Caster', order: 0, seats: [2, 2, 2, 2], pass: new Uint8Array(1) },
      caster: peerId,
      line: options.casterLine,
    });
  }

  goLive(): void {
    const body = new Uint8Array(this.#options.packetBytes);
    this.caster.start();
    this.#make(body);
  }

  /** They ask the caster to be let in, as soon as there is room for their link. */
  comes(newcomer: Newcomer): void {
    const { random } = this.#options;
    if (this.#guests + this.caster.links.size >= limits.castLinks) {
      this.clock.after(200 + 400 * random(), () => this.comes(newcomer));
      return;
    }
    this.#guests += 1;
    const roundTripMs = 2 * (newcomer.line.delayMs + this.caster.line.delayMs);
    // A link to the caster, the question and the pass.
    this.clock.after(150 + 5 * roundTripMs, () => {
      this.#guests -= 1;
      this.#enter(newcomer);
    });
  }

  #enter({ line, lends, conduct = {}, entered }: Newcomer): void {
    this.#orders += 1;
    const order = this.#orders;
    const reports = stripes.map((stripe) => this.caster.overlay.report(stripe));
    const nowMs = this.clock.now();
    const hungry = stripes.map((stripe) => this.caster.overlay.desk.hungry(stripe, nowMs));
    const seats = this.#homes.assign(Math.min(limits.castSeatsLent, lends), reports, hungry, nowMs);
    const self = { peerId: idOf(order), name: `V${order}`, order, seats, pass: new Uint8Array(1) };
    const peer = new CastPeer(this.#world, { self, caster: this.caster.peerId, line, conduct });
    entered?.(peer);
    peer.link(this.caster);
    peer.start();
  }

  #make(bytes: Uint8Array<ArrayBuffer>): void {
    const { packetsPerSecond, keyEveryMs } = this.#options;
    this.clock.after(1_000 / packetsPerSecond, () => this.#make(bytes));
    const number = this.number;
    const isKey = number % Math.round((keyEveryMs * packetsPerSecond) / 1_000) === 0;
    const packet: Held = { number, first: number, kind: 'video', isKey, bytes, capturedAtMs: this.clock.now() };
    this.number += 1;
    this.caster.overlay.packetCame(packet, null);
  }
}
