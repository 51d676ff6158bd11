// One member's link as the room's media use it: its lanes, the limits in force, how loud they are, and its readings.
import type { PeerId } from '#shared/identity';
import type { Session } from '#core/peers/session';
import { LinkLanes } from '#core/peers/link-lanes';
import { usualLimits, type ConnectionStats, type VideoLimits } from '#core/ports';
import { claimRules, judgeClaim, trusted, type ClaimState } from '#core/conference/claimed-levels';

export type MediaLink = Pick<Session, 'peerId' | 'connection'>;

/** A reading that came later than this after the one before does not tell of the time in between alone. */
const readingGapMs = 5_000;

export class RoomLink {
  readonly peerId: PeerId;
  readonly connection: MediaLink['connection'];
  readonly lanes: LinkLanes;
  readonly #off: () => void;
  readonly #limits: { video: VideoLimits | null; screen: VideoLimits | null } = { video: null, screen: null };
  #claims = { sum: 0, count: 0 };
  #claim: ClaimState = trusted;
  #heard: number | null = null;
  #readAtMs: number | null = null;
  #isReading = false;
  #stats: ConnectionStats | null = null;

  /** `arrived`: the tracks that arrive changed. Until the link is left. */
  constructor({ peerId, connection }: MediaLink, arrived: () => void) {
    this.peerId = peerId;
    this.connection = connection;
    this.lanes = new LinkLanes(connection);
    this.#off = connection.remoteTracks.onChange(arrived);
  }

  /** The last reading; null when there is none, or nothing needed one lately. */
  get stats(): ConnectionStats | null {
    return this.#stats;
  }

  /** Most that is sent here besides voices, bit/s. */
  get plannedBits(): number {
    const { video, screen } = this.#limits;
    return (video?.maxBitsPerSecond ?? 0) + (screen?.maxBitsPerSecond ?? 0);
  }

  limit(lane: 'video' | 'screen', limits: VideoLimits): void {
    const now = this.#limits[lane];
    if (now && areEqual(now, limits)) return;
    this.#limits[lane] = limits;
    this.connection.limitVideo(lane, limits);
  }

  /** How loud they are by their own word, or by what is heard once their word was wrong. To be asked at each tick. */
  level(): number {
    const claimed = this.connection.claimedLevel('audio') ?? 0;
    this.#claims.sum += claimed;
    this.#claims.count += 1;
    return this.#claim.isDenied ? Math.min(claimed, this.#heard ?? 0) : claimed;
  }

  /**
   * Reads how the link does if anybody needs to know: it carries a picture, or a loud claim is to be checked. Reading is
   * dear; a room of quiet listeners does without. True when their word about their loudness was just found wrong.
   */
  async read(nowMs: number): Promise<boolean> {
    const { sum, count } = this.#claims;
    const claimed = count === 0 ? 0 : sum / count;
    if (this.#isReading) return false;
    this.#claims = { sum: 0, count: 0 };
    if (this.plannedBits === 0 && claimed <= claimRules.loud) {
      this.#stats = null;
      return false;
    }
    this.#isReading = true;
    const stats = await this.connection.stats().catch(() => null);
    this.#isReading = false;
    const coversMs = this.#readAtMs === null ? Infinity : nowMs - this.#readAtMs;
    this.#readAtMs = nowMs;
    this.#stats = stats;
    this.#heard = stats?.heardLevel ?? null;
    return stats !== null && coversMs <= readingGapMs && this.#judge(stats, claimed, coversMs);
  }

  leave(): void {
    this.#off();
    this.rest();
  }

  /** Takes everything out of the lanes, and leaves them as they were found. */
  rest(): void {
    this.lanes.empty();
    for (const lane of ['video', 'screen'] as const) {
      if (this.#limits[lane]) this.connection.limitVideo(lane, usualLimits[lane]);
      this.#limits[lane] = null;
    }
  }

  #judge({ heardLevel, lossRatio }: ConnectionStats, claimed: number, coversMs: number): boolean {
    const wasDenied = this.#claim.isDenied;
    this.#claim = judgeClaim(this.#claim, { coversMs, claimed, heard: heardLevel, lossRatio });
    return this.#claim.isDenied && !wasDenied;
  }
}

function areEqual(a: VideoLimits, b: VideoLimits): boolean {
  return (
    a.isSent === b.isSent &&
    a.maxHeight === b.maxHeight &&
    a.maxBitsPerSecond === b.maxBitsPerSecond &&
    a.maxFramesPerSecond === b.maxFramesPerSecond
  );
}
