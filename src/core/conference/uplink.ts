// Whether my uplink bears what I send, from what the congestion control of each link says. An estimate is evidence only
// where the link is used up to it: below that it merely follows what little is sent.

export const uplinkRules = {
  /** A link is constrained when it sends so much of what it may send, and may send so much less than planned. */
  usedShare: 0.75,
  constrainedShare: 0.9,
  /** All links together are short when they bear less than this share of the plan; one slow receiver is no slow uplink. */
  shortShare: 0.6,
  /** Estimates climb; a plan that just grew gets this long. */
  graceMs: 6_000,
  /** So long it must be short before pictures shrink. */
  shortForMs: 3_500,
  /** More is tried after this wait, which doubles when the try failed. */
  waitMs: 10_000,
  waitMaxMs: 120_000,
  /** A try failed when it is short again within this time. */
  tryForMs: 20_000,
  tryFactor: 1.5,
} as const;

export interface UplinkState {
  /** What all links together bear, bit/s; null when it was enough so far. */
  readonly bitsPerSecond: number | null;
  readonly shortSinceMs: number | null;
  /** When the plan last asked for more than before. */
  readonly grownAtMs: number;
  /** When the budget last changed, and whether upwards. */
  readonly changedAtMs: number;
  readonly isTrying: boolean;
  readonly waitMs: number;
}

export interface UplinkReading {
  readonly plannedBitsPerSecond: number;
  readonly availableBitsPerSecond: number | null;
  readonly sentBitsPerSecond: number | null;
}

export function freshUplink(nowMs: number): UplinkState {
  return {
    bitsPerSecond: null,
    shortSinceMs: null,
    grownAtMs: nowMs,
    changedAtMs: nowMs,
    isTrying: false,
    waitMs: uplinkRules.waitMs,
  };
}

/** `wantedBitsPerSecond`: what would be sent without any limit. */
export function readUplink(
  state: UplinkState,
  links: readonly UplinkReading[],
  wantedBitsPerSecond: number,
  nowMs: number,
): UplinkState {
  let planned = 0;
  let borne = 0;
  for (const link of links) {
    planned += link.plannedBitsPerSecond;
    borne += borneBy(link);
  }
  const isShort = borne < planned * uplinkRules.shortShare && nowMs - state.grownAtMs >= uplinkRules.graceMs;
  return isShort ? lowered(state, borne, nowMs) : raised(state, wantedBitsPerSecond, nowMs);
}

/** The plan asks for more than before: what the estimates say is no evidence for a while. */
export function grown(state: UplinkState, nowMs: number): UplinkState {
  return { ...state, grownAtMs: nowMs, shortSinceMs: null };
}

function borneBy({ plannedBitsPerSecond, availableBitsPerSecond, sentBitsPerSecond }: UplinkReading): number {
  if (availableBitsPerSecond === null || sentBitsPerSecond === null) return plannedBitsPerSecond;
  const isConstrained =
    availableBitsPerSecond < plannedBitsPerSecond * uplinkRules.constrainedShare &&
    sentBitsPerSecond >= availableBitsPerSecond * uplinkRules.usedShare;
  return isConstrained ? availableBitsPerSecond : plannedBitsPerSecond;
}

function lowered(state: UplinkState, borne: number, nowMs: number): UplinkState {
  const shortSinceMs = state.shortSinceMs ?? nowMs;
  if (nowMs - shortSinceMs < uplinkRules.shortForMs) return { ...state, shortSinceMs };
  const isFailedTry = state.isTrying && nowMs - state.changedAtMs < uplinkRules.tryForMs;
  return {
    ...state,
    bitsPerSecond: Math.round(borne),
    shortSinceMs: null,
    changedAtMs: nowMs,
    isTrying: false,
    waitMs: isFailedTry ? Math.min(state.waitMs * 2, uplinkRules.waitMaxMs) : uplinkRules.waitMs,
  };
}

function raised(state: UplinkState, wanted: number, nowMs: number): UplinkState {
  const calm = state.shortSinceMs === null ? state : { ...state, shortSinceMs: null };
  if (calm.bitsPerSecond === null || nowMs - calm.changedAtMs < calm.waitMs) return calm;
  const more = Math.round(calm.bitsPerSecond * uplinkRules.tryFactor);
  // With room to spare, so that the send policy's own caution never keeps the last step from being taken.
  const isEnough = more >= wanted * 1.5;
  return { ...calm, bitsPerSecond: isEnough ? null : Math.max(more, 100_000), changedAtMs: nowMs, isTrying: true };
}
