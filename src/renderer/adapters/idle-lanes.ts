// Lanes that are empty nearly always announce no source of theirs (RFC 5576). The other side then makes a decoder when
// the first packet comes, which says by its MID where it belongs (RFC 8843 section 9.2), instead of running one all along.
import type { Lane } from '#core/ports';
import { lanesByMid } from '#adapters/session-shape';

const idle: ReadonlySet<Lane> = new Set(['screen-audio', 'carried']);

const isIdle = (lane: Lane | undefined): boolean => lane !== undefined && idle.has(lane);

/** Changes nothing but the lines of the sources in those lanes. */
export function withoutIdleSources(sdp: string): string {
  const lanes = lanesByMid(sdp);
  return sdp
    .split(/^(?=m=)/m)
    .map((section) => {
      const mid = /^a=mid:(\S+)/m.exec(section)?.[1] ?? '';
      return isIdle(lanes.get(mid)) ? section.replaceAll(/^a=ssrc(?:-group)?:.*\r\n/gm, '') : section;
    })
    .join('');
}
