// What conversations ask of custody: who keeps words of mine that have not arrived.
import type { PeerId } from '#shared/identity';

/** What friends keep of mine for somebody who is away. */
export interface WordsLeft {
  /** Who keeps an entry of mine. */
  keepersOf(logId: number, sequence: number): PeerId[];
  /** Whether a friend would keep more for somebody, and has no room. */
  isFull(recipient: PeerId): boolean;
  /** What was left from there on is asked back, and left again as it is now. */
  recallFrom(logId: number, sequence: number): void;
}
