// How well each stripe is delivered: what came in the last moments, and who brought it first.
import { paces } from '#core/wire/paces';
import { stripes } from '#core/cast/member';
import { judgeParent } from '#core/cast/parent-policy';

interface Arrival {
  readonly atMs: number;
  readonly isFromParent: boolean;
}

interface Lane {
  seatedAtMs: number;
  heardAtMs: number;
  readonly arrivals: Arrival[];
  meanwhile: number;
}

export class Delivery {
  readonly #lanes: readonly Lane[] = stripes.map(() => ({
    seatedAtMs: 0,
    heardAtMs: 0,
    arrivals: [],
    meanwhile: 0,
  }));

  /** Somebody begins to feed the stripe. */
  seated(stripe: number, nowMs: number): void {
    const lane = this.#lanes[stripe];
    if (!lane) return;
    Object.assign(lane, { seatedAtMs: nowMs, heardAtMs: nowMs, meanwhile: 0 });
    lane.arrivals.length = 0;
  }

  /** A packet that nobody brought before. */
  came(stripe: number, isFromParent: boolean, nowMs: number): void {
    for (const lane of this.#lanes) lane.meanwhile += 1;
    this.#note(stripe, { atMs: nowMs, isFromParent });
    if (isFromParent) this.heard(stripe, nowMs);
  }

  /** Anything of the stripe from whoever feeds it. */
  heard(stripe: number, nowMs: number): void {
    const lane = this.#lanes[stripe];
    if (!lane) return;
    lane.heardAtMs = nowMs;
    lane.meanwhile = 0;
  }

  /** A number of the stripe that never came. */
  lost(stripe: number, nowMs: number): void {
    this.#note(stripe, { atMs: nowMs, isFromParent: false });
  }

  judge(stripe: number, nowMs: number): 'keep' | 'replace' {
    const lane = this.#lanes[stripe];
    if (!lane) return 'keep';
    const recent = lane.arrivals.filter(({ atMs }) => nowMs - atMs <= paces.castJudgeMs);
    return judgeParent({
      seatedMs: nowMs - lane.seatedAtMs,
      silentMs: nowMs - lane.heardAtMs,
      cameMeanwhile: lane.meanwhile,
      inAll: recent.length,
      fromThem: recent.filter(({ isFromParent }) => isFromParent).length,
    });
  }

  #note(stripe: number, arrival: Arrival): void {
    const lane = this.#lanes[stripe];
    if (!lane) return;
    lane.arrivals.push(arrival);
    while ((lane.arrivals[0]?.atMs ?? arrival.atMs) < arrival.atMs - paces.castJudgeMs) lane.arrivals.shift();
  }
}
