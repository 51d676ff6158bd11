// Packets that came, before anything is done with them: the caster must have signed each. Whoever brings one that is not so is named.
import type { CastId } from '#shared/cast';
import type { PeerId } from '#shared/identity';
import { readPacket, signedPart, type Packet } from '#core/cast/packet';
import type { VerifyLive } from '#core/ports/live';
import { limits } from '#core/wire/limits';

export interface Came {
  readonly from: PeerId;
  readonly capturedAtMs: number;
  readonly packet: Packet;
}

export interface LiveCheckingDeps {
  readonly castId: CastId;
  readonly verify: VerifyLive;
  /** Not here yet, as far as is known: only such are verified. */
  readonly isNew: (number: number) => boolean;
  readonly good: (came: Came) => void;
  /** It was here before; who brought it is heard all the same. */
  readonly again: (from: PeerId, stripe: number) => void;
  readonly bad: (from: PeerId) => void;
}

export class LiveChecking {
  readonly #deps: LiveCheckingDeps;
  readonly #waiting: Came[] = [];
  readonly #shunned = new Set<PeerId>();
  #atOnce = 0;

  constructor(deps: LiveCheckingDeps) {
    this.#deps = deps;
  }

  push(from: PeerId, bytes: Uint8Array<ArrayBuffer>, capturedAtMs: number): void {
    if (this.#shunned.has(from)) return;
    const packet = readPacket(bytes);
    if (!packet) this.#bad(from);
    else if (!this.#deps.isNew(packet.number)) this.#deps.again(from, packet.stripe);
    else if (this.#waiting.length < limits.castVerifyQueued) {
      this.#waiting.push({ from, capturedAtMs, packet });
      this.#go();
    }
  }

  #go(): void {
    while (this.#atOnce < limits.castVerifyAtOnce) {
      const next = this.#waiting.shift();
      if (!next) return;
      this.#atOnce += 1;
      void this.#check(next).finally(() => {
        this.#atOnce -= 1;
        this.#go();
      });
    }
  }

  async #check(came: Came): Promise<void> {
    const { castId, verify, isNew, good, again } = this.#deps;
    const { from, packet } = came;
    if (this.#shunned.has(from)) return;
    if (isNew(packet.number)) {
      const isSigned = await verify(signedPart(castId, packet.bytes), packet.signature.slice()).catch(() => false);
      if (!isSigned) this.#bad(from);
      else if (isNew(packet.number)) good(came);
      else again(from, packet.stripe);
    } else again(from, packet.stripe);
  }

  #bad(from: PeerId): void {
    if (this.#shunned.has(from)) return;
    this.#shunned.add(from);
    this.#deps.bad(from);
  }
}
