// Packets on their way out: to children as they come, to others who lack some, and to newcomers from the last key frame on.
import type { PeerId } from '#shared/identity';
import { afterTry, isTried, keepsUp, type ChildQueue } from '#core/cast/drop-policy';
import type { OverlayWire } from '#core/cast/overlay-wire';
import { stripeOf } from '#core/cast/packet';
import type { Held, PacketWindow } from '#core/cast/packet-window';
import type { Seats } from '#core/cast/seats';
import { limits } from '#core/wire/limits';
import { TokenBucket } from '#core/wire/rate-limit';

export interface FeedDeps {
  readonly wire: Pick<OverlayWire, 'sendPacket'>;
  readonly window: PacketWindow;
  readonly seats: Seats;
  /** Seats that I lend in all: what goes out beside them is in proportion. */
  readonly lent: number;
  readonly nowMs: number;
}

const repairRate = { perSecond: limits.castRepairBytesPerSecond, burst: limits.castRepairBurstBytes };
const catchUpsRate = { perSecond: limits.castCatchUpsPerSecond, burst: limits.castCatchUpsBurst };

interface Customer {
  readonly repairs: TokenBucket;
  caughtUpAtMs: number;
  queue: ChildQueue;
}

export class Feed {
  readonly #deps: FeedDeps;
  readonly #customers = new Map<PeerId, Customer>();
  /** Repairs and starts together: children come first. */
  readonly #extra: TokenBucket;
  readonly #catchUps: TokenBucket;
  sentBytes = 0;
  /** Beyond what children get as it comes: repairs and starts. */
  extraBytes = 0;

  constructor(deps: FeedDeps) {
    this.#deps = deps;
    const perSecond = limits.castExtraBytesPerSecond * Math.max(4, deps.lent);
    this.#extra = new TokenBucket({ perSecond, burst: limits.castExtraBurstBytes }, deps.nowMs);
    this.#catchUps = new TokenBucket(catchUpsRate, deps.nowMs);
  }

  /** A packet that is new here. */
  passOn(packet: Held, from: PeerId | null, nowMs: number): void {
    const { seats, window } = this.#deps;
    for (const peerId of seats.fed(stripeOf(packet.number), nowMs)) {
      if (peerId === from) continue;
      const customer = this.#customer(peerId, nowMs);
      if (!isTried(customer.queue, packet, window.keyFirst)) continue;
      customer.queue = afterTry(customer.queue, packet, this.#send(peerId, packet));
    }
  }

  /** What they lack, as far as it is here and they may have so much. */
  repair(peerId: PeerId, numbers: readonly number[], nowMs: number): void {
    const { repairs } = this.#customer(peerId, nowMs);
    for (const number of numbers) {
      const packet = this.#deps.window.get(number);
      if (!packet) continue;
      const { length } = packet.bytes;
      if (!repairs.take(nowMs, length) || !this.#extra.take(nowMs, length) || !this.#send(peerId, packet)) return;
      this.extraBytes += length;
    }
  }

  catchUp(peerId: PeerId, nowMs: number): void {
    const customer = this.#customer(peerId, nowMs);
    if (nowMs - customer.caughtUpAtMs < limits.castCatchUpEveryMs || !this.#catchUps.take(nowMs)) return;
    customer.caughtUpAtMs = nowMs;
    let bytes = 0;
    for (const packet of this.#deps.window.fromKeyFrame()) {
      bytes += packet.bytes.length;
      if (bytes > limits.castCatchUpBytes || !this.#extra.take(nowMs, packet.bytes.length)) return;
      if (!this.#send(peerId, packet)) return;
      this.extraBytes += packet.bytes.length;
    }
  }

  forget(peerId: PeerId): void {
    this.#customers.delete(peerId);
  }

  #send(peerId: PeerId, packet: Held): boolean {
    const isSent = this.#deps.wire.sendPacket(peerId, packet);
    if (isSent) this.sentBytes += packet.bytes.length;
    return isSent;
  }

  #customer(peerId: PeerId, nowMs: number): Customer {
    const known = this.#customers.get(peerId);
    if (known) return known;
    const customer = { repairs: new TokenBucket(repairRate, nowMs), caughtUpAtMs: -Infinity, queue: keepsUp };
    this.#customers.set(peerId, customer);
    return customer;
  }
}
