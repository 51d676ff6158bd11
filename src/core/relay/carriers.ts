// Which friends say that they carry connections, and which of them is asked next for somebody.
import type { PeerId } from '#shared/identity';
import type { Clock } from '#core/ports';
import { limits } from '#core/wire/limits';

export class Carriers {
  readonly #clock: Pick<Clock, 'now'>;
  readonly #willing = new Set<PeerId>();
  /** Altered what they carried, or sat in the middle: not asked again before a restart. */
  readonly #avoided = new Set<PeerId>();
  readonly #refusedAtMs = new Map<string, number>();

  constructor(clock: Pick<Clock, 'now'>) {
    this.#clock = clock;
  }

  get willing(): readonly PeerId[] {
    return [...this.#willing].filter((peerId) => !this.#avoided.has(peerId));
  }

  setWilling(peerId: PeerId, isOn: boolean): void {
    if (isOn) this.#willing.add(peerId);
    else this.#willing.delete(peerId);
  }

  avoid(peerId: PeerId): void {
    this.#avoided.add(peerId);
  }

  isAvoided(peerId: PeerId): boolean {
    return this.#avoided.has(peerId);
  }

  /** They do not carry to that person now. */
  noteRefusal(carrier: PeerId, to: PeerId): void {
    this.#refusedAtMs.set(`${carrier} ${to}`, this.#clock.now());
  }

  /** Whom to ask for `to`, in this order; those who said no lately are left out. */
  for(to: PeerId): readonly PeerId[] {
    const nowMs = this.#clock.now();
    for (const [pair, atMs] of this.#refusedAtMs)
      if (Math.abs(nowMs - atMs) > limits.relayAskAgainMs) this.#refusedAtMs.delete(pair);
    const mayBeAsked = (carrier: PeerId): boolean => carrier !== to && !this.#refusedAtMs.has(`${carrier} ${to}`);
    return this.willing.filter(mayBeAsked).slice(0, limits.relayCarriersAsked);
  }
}
