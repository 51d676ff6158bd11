// While this person talks, drops go only as fast as leaves the path short: it is measured over every link that sends blocks.
import type { Scope } from '#core/base/scope';
import type { DropLink } from '#core/drop/drop-link';
import type { DropPace } from '#core/drop/pace';
import { PathDelay } from '#core/drop/path-delay';
import { YieldPolicy } from '#core/drop/yield-policy';
import type { Clock } from '#core/ports';
import { limits } from '#core/wire/limits';

export interface TalkYieldDeps {
  readonly clock: Clock;
  readonly pace: DropPace;
  /** Whether this person is in a call or a room. */
  readonly isTalking: () => boolean;
  readonly links: () => Iterable<DropLink>;
  readonly scope: Scope;
}

const pingsPerDecision = 2;
const lostAfterMs = 2_000;

interface Ping {
  readonly link: DropLink;
  readonly atMs: number;
}

export class TalkYield {
  readonly #deps: TalkYieldDeps;
  readonly #pings = new Map<number, Ping>();
  readonly #paths = new Map<DropLink, PathDelay>();
  #policy: YieldPolicy | null = null;
  #serial = 0;

  constructor(deps: TalkYieldDeps) {
    this.#deps = deps;
    let cancel = (): void => undefined;
    let ticks = 0;
    const next = (): void => {
      cancel = deps.clock.after(limits.dropPingMs, () => {
        ticks += 1;
        this.#tick(ticks % pingsPerDecision === 0);
        next();
      });
    };
    next();
    deps.scope.onEnd(() => cancel());
  }

  ponged(link: DropLink, serial: number): void {
    const ping = this.#pings.get(serial);
    if (ping?.link !== link) return;
    this.#pings.delete(serial);
    const nowMs = this.#deps.clock.now();
    const path = this.#paths.get(link) ?? new PathDelay();
    this.#paths.set(link, path);
    path.note(nowMs - ping.atMs, nowMs);
  }

  #tick(isDecision: boolean): void {
    const { isTalking, pace } = this.#deps;
    if (isTalking()) {
      this.#policy ??= new YieldPolicy();
      if (isDecision) this.#decide(this.#policy);
      this.#ping();
    } else {
      this.#policy = null;
      this.#pings.clear();
      this.#paths.clear();
    }
    pace.yieldTo(this.#policy?.bytesPerSecond ?? null);
  }

  #decide(policy: YieldPolicy): void {
    const nowMs = this.#deps.clock.now();
    const open = new Set(this.#deps.links());
    let areLost = false;
    for (const [serial, { link, atMs }] of this.#pings) {
      if (open.has(link) && nowMs - atMs < lostAfterMs) continue;
      this.#pings.delete(serial);
      areLost ||= open.has(link);
    }
    for (const link of this.#paths.keys()) if (!open.has(link)) this.#paths.delete(link);
    const queues = [...this.#paths.values()].map((path) => path.takeQueueMs()).filter((queueMs) => queueMs !== null);
    if (areLost) policy.lost();
    else if (queues.length > 0) policy.note(Math.max(...queues));
  }

  #ping(): void {
    for (const link of this.#deps.links()) {
      if (!link.upload.isBusy) continue;
      this.#serial = (this.#serial + 1) >>> 0;
      this.#pings.set(this.#serial, { link, atMs: this.#deps.clock.now() });
      link.send('drop.ping', { serial: this.#serial });
    }
  }
}
