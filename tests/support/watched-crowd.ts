// A simulated cast that a test looks at: what came to whom in each stripe, whether packets could go in a circle, and who is fed by whom.
import type { PeerId } from '#shared/identity';
import { isInner, stripes } from '#core/cast/member';
import { stripeOf } from '#core/cast/packet';
import { limits } from '#core/wire/limits';
import { CastCrowd } from '#scripts/sim/cast-crowd';
import type { CastPeer, Conduct } from '#scripts/sim/cast-peer';
import { Dice } from '#tests/support/room-net';

const line = (random: () => number) => ({ upBytesPerMs: 5_000, delayMs: 5 + 40 * random() });

export interface Viewer {
  peer: CastPeer | null;
  readonly isHonest: boolean;
  /** When something came last that was new, by stripe. */
  readonly cameAtMs: number[];
  readonly numbers: number[];
  /** When the first key frame was here, since they set out. */
  shownAfterMs: number | null;
  readonly setOutAtMs: number;
}

export class WatchedCrowd {
  readonly dice: Dice;
  readonly crowd: CastCrowd;
  readonly viewers: Viewer[] = [];
  readonly #of = new Map<PeerId, Viewer>();

  constructor(seed: number) {
    this.dice = new Dice(seed);
    const random = (): number => this.dice.next();
    this.crowd = new CastCrowd({
      random,
      casterLine: line(random),
      packetBytes: 120,
      packetsPerSecond: 24,
      keyEveryMs: 2_000,
      came: (peer, packet) => {
        const viewer = this.#of.get(peer.peerId);
        if (!viewer) return;
        const { nowMs } = this;
        viewer.cameAtMs[stripeOf(packet.number)] = nowMs;
        viewer.numbers.push(packet.number);
        if (peer.overlay.window.keyFirst !== null) viewer.shownAfterMs ??= nowMs - viewer.setOutAtMs;
      },
    });
    this.crowd.goLive();
  }

  get nowMs(): number {
    return this.crowd.clock.now();
  }

  /** Those who watch now. */
  get present(): readonly (Viewer & { readonly peer: CastPeer })[] {
    return this.viewers.filter(
      (viewer): viewer is Viewer & { readonly peer: CastPeer } => viewer.peer !== null && !viewer.peer.isGone,
    );
  }

  join(lends: number, conduct?: Conduct): Viewer {
    const setOutAtMs = this.nowMs;
    const viewer: Viewer = {
      peer: null,
      isHonest: conduct === undefined,
      cameAtMs: stripes.map(() => -Infinity),
      numbers: [],
      shownAfterMs: null,
      setOutAtMs,
    };
    this.viewers.push(viewer);
    const entered = (peer: CastPeer): void => {
      viewer.peer = peer;
      this.#of.set(peer.peerId, viewer);
    };
    const to = line(() => this.dice.next());
    this.crowd.comes({ line: to, lends, ...(conduct ? { conduct } : {}), entered });
    return viewer;
  }

  run(ms: number): void {
    this.crowd.clock.run(() => false, this.nowMs + ms);
  }

  /** Honest viewers to whom nothing came in some stripe for so long. */
  starving(forMs: number): Viewer[] {
    const { nowMs } = this;
    return this.present.filter(({ isHonest, cameAtMs }) => isHonest && cameAtMs.some((atMs) => nowMs - atMs > forMs));
  }

  /** Every honest viewer could be fed in every stripe, if those who are honest were asked. */
  get hasRoom(): boolean {
    const { present } = this;
    return stripes.every((stripe) => {
      const seats = present.reduce(
        (sum, { isHonest, peer }) => sum + (isHonest ? (peer.seats[stripe] ?? 0) : 0),
        this.crowd.caster.seats[stripe] ?? 0,
      );
      return seats >= present.length;
    });
  }

  /** What must hold at every moment and does not. */
  get wrongs(): string[] {
    const { caster } = this.crowd;
    const wrongs = stripes.flatMap((stripe) =>
      this.present.flatMap(({ peer, isHonest }) => (isHonest ? this.#wrongsOf(peer, stripe) : [])),
    );
    if (caster.overlay.seats.total > limits.castSourceSeats)
      wrongs.push(`the caster feeds ${caster.overlay.seats.total}`);
    for (const stripe of stripes) {
      const onTheirWay = caster.overlay.seats.fed(stripe, this.nowMs).length - caster.overlay.seats.count(stripe);
      if (onTheirWay > 1) wrongs.push(`the caster feeds ${onTheirWay} more in ${stripe}`);
    }
    return wrongs;
  }

  #wrongsOf(peer: CastPeer, stripe: number): string[] {
    const wrongs: string[] = [];
    const { name } = peer.self;
    const fed = peer.overlay.seats.count(stripe);
    if (fed > (peer.seats[stripe] ?? 0)) wrongs.push(`${name} feeds ${fed} in ${stripe}`);
    const parent = this.#above(peer, stripe);
    if (parent && isInner(peer.self, stripe) && parent.self.order > peer.self.order)
      wrongs.push(`${name} is fed by a later one in ${stripe}`);
    const seen = new Set<CastPeer>();
    for (let at: CastPeer | null = peer; at; at = this.#above(at, stripe)) {
      if (seen.has(at)) return [...wrongs, `${name} is in a circle in ${stripe}`];
      seen.add(at);
    }
    return wrongs;
  }

  /** Whoever feeds them, unless that is the caster, or has just gone. */
  #above(peer: CastPeer, stripe: number): CastPeer | null {
    const parent = peer.overlay.parents[stripe];
    const above = parent ? this.#of.get(parent)?.peer : null;
    return above && !above.isGone ? above : null;
  }
}
