// A cast as it arrives: frames of a source that runs evenly, late, lost and overtaking each other as a test wants, played
// out tick by tick.
import type { LiveFrame } from '#core/ports/live';
import { packChunk } from '#adapters/live-chunk';
import { PlayOut } from '#adapters/play-out';

type Bytes = Uint8Array<ArrayBuffer>;

const nothing = { byteLength: 4, copyTo: (target: Bytes) => target.fill(7) };

export function frameOf(
  kind: 'video' | 'audio',
  count: number,
  timestampMs: number,
  isKey = kind === 'audio',
): LiveFrame {
  return {
    kind,
    isKey,
    timestampUs: Math.round(timestampMs * 1_000),
    codec: kind === 'video' ? 'vp8' : 'opus',
    width: kind === 'video' ? 640 : 0,
    height: kind === 'video' ? 360 : 0,
    data: packChunk({ count, colours: 0 }, nothing),
  };
}

export interface TraceOptions {
  readonly lastsMs: number;
  readonly delayMs?: number;
  readonly kinds?: readonly ('video' | 'audio')[];
  readonly pictureEveryMs?: number;
  readonly keyEveryMs?: number;
  /** How long a frame is on its way, ms; null when it is lost. */
  readonly way?: (frame: LiveFrame, capturedMs: number) => number | null;
  /** By how much its age is misjudged, ms. */
  readonly misjudged?: (capturedMs: number) => number;
  readonly tickMs?: number;
  /** Before the first tick of that moment. */
  readonly onTick?: (playOut: PlayOut, nowMs: number) => void;
}

export interface Played {
  readonly kind: 'video' | 'audio';
  readonly isKey: boolean;
  readonly capturedMs: number;
  /** When it went into the decoder, and when it is due. */
  readonly atMs: number;
  readonly dueMs: number;
}

export interface Trace {
  /** When the source ended: what comes after is the end running dry. */
  readonly atEnd: { readonly stalls: number; readonly delayMs: number };
  readonly playOut: PlayOut;
  readonly played: readonly Played[];
  readonly keysAskedMs: readonly number[];
  readonly phases: readonly { readonly atMs: number; readonly phase: PlayOut['phase'] }[];
}

/** The clock of the source begins at 0, this machine's at as much. */
export const originMs = 50_000;

interface Arrival {
  readonly atMs: number;
  readonly frame: LiveFrame;
}

function arrivalsOf({ lastsMs, kinds = ['video', 'audio'], way = () => 50, ...rest }: TraceOptions): Arrival[] {
  const { pictureEveryMs = 33, keyEveryMs = 2_000 } = rest;
  const frames: LiveFrame[] = [];
  let lastKeyMs = -Infinity;
  for (let nth = 0; kinds.includes('video') && nth * pictureEveryMs < lastsMs; nth += 1) {
    const isKey = nth * pictureEveryMs - lastKeyMs >= keyEveryMs;
    if (isKey) lastKeyMs = nth * pictureEveryMs;
    frames.push(frameOf('video', nth, nth * pictureEveryMs, isKey));
  }
  for (let nth = 0; kinds.includes('audio') && nth * 20 < lastsMs; nth += 1)
    frames.push(frameOf('audio', nth, nth * 20));
  return frames
    .flatMap((frame) => {
      const delayMs = way(frame, frame.timestampUs / 1_000);
      return delayMs === null ? [] : [{ frame, atMs: frame.timestampUs / 1_000 + delayMs }];
    })
    .sort((a, b) => a.atMs - b.atMs);
}

export function playTrace(options: TraceOptions): Trace {
  const { lastsMs, delayMs = 1_000, tickMs = 10, misjudged = () => 0, onTick } = options;
  const arrivals = arrivalsOf(options);
  const playOut = new PlayOut(delayMs);
  const played: Played[] = [];
  const keysAskedMs: number[] = [];
  const phases: { atMs: number; phase: PlayOut['phase'] }[] = [];
  let atEnd = { stalls: 0, delayMs };
  for (let atMs = 0; atMs < lastsMs + 6_000; atMs += tickMs) {
    if (atMs < lastsMs) atEnd = { stalls: playOut.stalls, delayMs: playOut.delayMs };
    const nowMs = originMs + atMs;
    for (let [next] = arrivals; next && next.atMs <= atMs; [next] = arrivals) {
      arrivals.shift();
      const capturedMs = next.frame.timestampUs / 1_000;
      playOut.push(next.frame, originMs + capturedMs + misjudged(capturedMs), nowMs);
    }
    onTick?.(playOut, atMs);
    const { pictures, sounds, needsKeyFrame } = playOut.step(nowMs, 8);
    for (const { frame } of [...pictures, ...sounds]) {
      const { kind, isKey, timestampUs } = frame;
      played.push({
        kind,
        isKey,
        capturedMs: timestampUs / 1_000,
        atMs,
        dueMs: playOut.dueAtMs(timestampUs) - originMs,
      });
    }
    if (needsKeyFrame) keysAskedMs.push(atMs);
    if (phases.at(-1)?.phase !== playOut.phase) phases.push({ atMs, phase: playOut.phase });
  }
  return { atEnd, playOut, played, keysAskedMs, phases };
}
