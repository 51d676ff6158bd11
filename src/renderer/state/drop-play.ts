// Which files of a drop can be played, and what is said while one is. Decisions only.
import { mediaType } from '#shared/media';
import type { DropSnapshot } from '#core/drop/snapshot';
import { m } from '#messages/messages';
import { isOver } from '#state/drop-facts';
import { dropLine, type DropNames, type DropPace } from '#state/drop-words';

/** What keeps it from being heard: bytes that have not come, and an element that gave it up before or after all of them had. */
export type PlayTrouble = 'none' | 'short' | 'broken' | 'unplayable';

const comesOrCame: readonly DropSnapshot['stage']['phase'][] = ['running', 'waiting', 'paused', 'finished'];

/** Mine are tried: whether they are at hand shows then. */
export function canPlay(drop: DropSnapshot, position: number): boolean {
  const name = drop.files[position]?.path.at(-1) ?? '';
  if (drop.isLoan || mediaType(name) === null) return false;
  const { phase } = drop.stage;
  return drop.direction === 'incoming' ? comesOrCame.includes(phase) : phase !== 'detached' && phase !== 'failed';
}

/** Nothing of it has to be waited for. */
export const isAllHere = ({ direction, stage }: DropSnapshot): boolean =>
  direction === 'outgoing' || stage.phase === 'finished';

export const isVideo = (name: string): boolean => mediaType(name)?.startsWith('video/') === true;

interface PlayWords {
  readonly text: string;
  readonly acts: readonly ('again' | 'show' | 'resume')[];
  /** It goes on by itself. */
  readonly isWaiting: boolean;
}

const shortWords = ({ stage }: DropSnapshot, { self, nameOf }: DropNames): PlayWords => {
  const words = m.dropped.player;
  if (stage.phase === 'paused' && stage.by === self) return { text: words.paused, acts: ['resume'], isWaiting: false };
  const waits = { acts: [], isWaiting: true } as const;
  if (stage.phase === 'paused') return { ...waits, text: words.pausedBy(nameOf(stage.by)) };
  return { ...waits, text: stage.phase === 'waiting' ? words.nobodyHere : words.waiting };
};

/** Null while there is nothing to say. */
export function playWords(
  drop: DropSnapshot,
  trouble: PlayTrouble,
  names: DropNames,
  pace: DropPace,
): PlayWords | null {
  const words = m.dropped.player;
  if (trouble === 'none') return null;
  if (isAllHere(drop)) {
    if (trouble === 'short') return null; // the disk is slow for a moment
    const isShown = drop.direction === 'incoming';
    const text = isShown ? words.unplayableReceived : words.unplayable;
    return { text, acts: isShown ? ['show'] : [], isWaiting: false };
  }
  if (isOver(drop.stage)) return { text: dropLine(drop, pace, names), acts: [], isWaiting: false };
  if (trouble === 'short') return shortWords(drop, names);
  const isHeld = drop.stage.phase === 'paused' && drop.stage.by === names.self;
  return { text: words.broken, acts: isHeld ? ['again', 'resume'] : ['again'], isWaiting: false };
}

/** In whole percents, rounded down. */
export const heldPercent = (parts: readonly number[]): number =>
  parts.length === 0 ? 0 : Math.floor((parts.reduce((sum, part) => sum + part, 0) / parts.length) * 100);
