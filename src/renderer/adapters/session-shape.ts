// What a remote session description may contain before the browser acts on it, and which of its sections is which lane.
import { lanes, type Lane } from '#core/ports';
import { laneKinds } from '#adapters/lane-formats';

/** How many sections of each kind there are with all our lanes and the control channel. */
const atMost: ReadonlyMap<string, number> = new Map([
  ['audio', lanes.filter((lane) => laneKinds[lane] === 'audio').length],
  ['video', lanes.filter((lane) => laneKinds[lane] === 'video').length],
  ['application', 1],
]);

/** Without lanes. */
const dataAtMost: ReadonlyMap<string, number> = new Map([['application', 1]]);

/** Sections of our lanes and the control channel in any order, not more of a kind than ours; a stranger's would cost us. */
export function isExpectedShape(sdp: string, isDataOnly = false): boolean {
  const most = isDataOnly ? dataAtMost : atMost;
  const counts = new Map<string, number>();
  for (const [, kind = ''] of sdp.matchAll(/^m=(\S+)/gm)) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  return counts.size > 0 && [...counts].every(([kind, count]) => count <= (most.get(kind) ?? 0));
}

/** The lane of each media section by its `mid`: of the sections of one kind, in the order of the lanes of that kind. */
export function lanesByMid(sdp: string): ReadonlyMap<string, Lane> {
  const left = { audio: lanesOf('audio'), video: lanesOf('video') };
  const found = new Map<string, Lane>();
  for (const section of sdp.split(/^(?=m=)/m)) {
    const kind = /^m=(audio|video) /.exec(section)?.[1];
    const lane = kind === 'audio' || kind === 'video' ? left[kind].shift() : undefined;
    const mid = /^a=mid:(\S+)/m.exec(section)?.[1];
    if (lane !== undefined && mid !== undefined) found.set(mid, lane);
  }
  return found;
}

const lanesOf = (kind: 'audio' | 'video'): Lane[] => lanes.filter((lane) => laneKinds[lane] === kind);
