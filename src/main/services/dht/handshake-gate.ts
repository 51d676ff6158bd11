// What other nodes may ask of this one: to be let in to this person, so and so often. It carries nothing for others, and what goes
// beyond is dropped before anything of it is decoded or remembered.
import type { DhtRequest } from 'hyperdht';
import type { Clock } from '#main/services/clock';
import { RateLimit } from '#main/services/rate-limit';
import { serviceLimits as limits } from '#main/services/service-limits';

/** Commands of the library (hyperdht `lib/constants.js`). */
const peerHandshake = 0;
const peerHolepunch = 1;
/** A hole is punched for this person only through a node that holds their announcement (`lib/router.js`). */
const fromRelay = 2;

export class HandshakeGate {
  readonly #clock: Clock;
  readonly #target: Uint8Array;
  readonly #perHost = new RateLimit({
    perSecond: limits.dhtRequestsPerHostPerSecond,
    burst: limits.dhtRequestsPerHostBurst,
  });
  readonly #inAll = new RateLimit({ perSecond: limits.dhtRequestsPerSecond, burst: limits.dhtRequestsBurst });

  /** @param target the address of this person's place: the hash of its public key */
  constructor(target: Uint8Array, clock: Clock) {
    this.#target = target;
    this.#clock = clock;
  }

  admits({ command, target, from, value }: DhtRequest): boolean {
    if (command !== peerHandshake && command !== peerHolepunch) return true; // refused by the library: this node keeps nothing
    if (target === null || Buffer.compare(target, this.#target) !== 0) return false;
    if (value === null || value.length > limits.dhtRequestBytes) return false;
    if (command === peerHolepunch && value[1] !== fromRelay) return false;
    const nowMs = this.#clock.now();
    return this.#perHost.take(from.host, nowMs) && this.#inAll.take('', nowMs);
  }
}
