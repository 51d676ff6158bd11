// While this person talks, drops go only as fast as leaves the path short: it is measured over every link that sends blocks.
// A queue stays for as long as we send and a busy machine answers late now and then, so a path that seems longer is asked again
// at once before that is believed.
import type { Scope } from '#core/base/scope';
import type { BulkPace } from '#core/bulk/pace';
import { PathDelay } from '#core/drop/path-delay';
import { YieldPolicy } from '#core/drop/yield-policy';
import type { Clock } from '#core/ports';
import { paces } from '#core/wire/paces';

/** A link that can be measured. */
export interface MeasuredLink {
  readonly upload: { readonly isBusy: boolean };
  /** False when it cannot be asked now. */
  ping(serial: number): boolean;
}

export interface TalkYieldDeps {
  readonly clock: Clock;
  readonly pace: Pick<BulkPace, 'yieldTo'>;
  /** Whether this person is in a call or a room. */
  readonly isTalking: () => boolean;
  readonly links: () => Iterable<MeasuredLink>;
  readonly scope: Scope;
}

const lostAfterMs = 2_000;
/** Share of the rate while it is asked again. */
const inDoubt = 0.85;

interface Ping {
  readonly link: MeasuredLink;
  readonly atMs: number;
}

export class TalkYield {
  readonly #deps: TalkYieldDeps;
  readonly #pings = new Map<number, Ping>();
  readonly #paths = new Map<MeasuredLink, PathDelay>();
  /** Asked since the last decision, and silent since. */
  readonly #awaited = new Set<MeasuredLink>();
  #policy: YieldPolicy | null = null;
  #serial = 0;
  /** Since the last decision, and when for the first time. */
  #timesAsked = 0;
  #askedAtMs = 0;

  constructor(deps: TalkYieldDeps) {
    this.#deps = deps;
    let cancel = (): void => undefined;
    const next = (delayMs: number): void => {
      cancel = deps.clock.after(delayMs, () => next(this.#step()));
    };
    next(paces.dropPingMs);
    deps.scope.onEnd(() => cancel());
  }

  ponged(link: MeasuredLink, serial: number): void {
    const ping = this.#pings.get(serial);
    if (ping?.link !== link) return;
    this.#pings.delete(serial);
    this.#awaited.delete(link);
    const nowMs = this.#deps.clock.now();
    const path = this.#paths.get(link) ?? new PathDelay();
    this.#paths.set(link, path);
    path.note(nowMs - ping.atMs, nowMs);
  }

  /** @returns when the next one is due, ms. */
  #step(): number {
    const { isTalking, pace } = this.#deps;
    if (!isTalking()) {
      this.#rest();
      pace.yieldTo(null);
      return paces.dropPingMs;
    }
    this.#policy ??= new YieldPolicy();
    const isAsking = this.#measure(this.#policy);
    const isInDoubt = isAsking && this.#timesAsked > 1;
    pace.yieldTo(this.#policy.bytesPerSecond * (isInDoubt ? inDoubt : 1));
    return isAsking ? paces.dropPingAgainMs : paces.dropPingMs;
  }

  /** @returns false when it has decided: what the new rate does to the paths shows after a while. */
  #measure(policy: YieldPolicy): boolean {
    this.#forgetClosed();
    if (this.#awaited.size > 0) {
      if (this.#deps.clock.now() - this.#askedAtMs < lostAfterMs) return true;
      policy.lost();
    } else if (this.#timesAsked === 0 || (this.#timesAsked <= paces.dropPingsAgain && this.#seemsLong())) {
      this.#ask();
      return true;
    } else this.#judge(policy);
    this.#forgetPings();
    return false;
  }

  #rest(): void {
    this.#policy = null;
    this.#forgetPings();
    this.#paths.clear();
  }

  /** What answers later tells of a rate that was. */
  #forgetPings(): void {
    this.#timesAsked = 0;
    this.#awaited.clear();
    this.#pings.clear();
  }

  #forgetClosed(): void {
    const open = new Set(this.#deps.links());
    for (const link of this.#awaited) if (!open.has(link)) this.#awaited.delete(link);
    for (const link of this.#paths.keys()) if (!open.has(link)) this.#paths.delete(link);
  }

  #seemsLong(): boolean {
    return [...this.#paths.values()].some(({ queueMs }) => queueMs !== null && queueMs > paces.dropDelayAimMs);
  }

  #judge(policy: YieldPolicy): void {
    if (policy.isInVain && this.#seemsLong()) {
      for (const path of this.#paths.values()) path.adopt();
      policy.goOn();
    }
    const queues = [...this.#paths.values()].map((path) => path.takeQueueMs()).filter((queueMs) => queueMs !== null);
    if (queues.length > 0) policy.note(Math.max(...queues));
  }

  #ask(): void {
    const nowMs = this.#deps.clock.now();
    const isFirst = this.#timesAsked === 0;
    if (isFirst) this.#askedAtMs = nowMs;
    this.#timesAsked += 1;
    for (const link of this.#deps.links()) {
      if (!link.upload.isBusy) continue;
      this.#serial = (this.#serial + 1) >>> 0;
      if (!link.ping(this.#serial)) continue;
      this.#pings.set(this.#serial, { link, atMs: nowMs });
      if (isFirst) this.#awaited.add(link);
    }
  }
}
