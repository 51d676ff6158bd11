// Decides how good a connection is and which way it takes, from what was measured.
import type { ConnectionStats } from '#core/ports';

export type Quality = 'good' | 'fair' | 'poor' | 'unknown';
export type Path = 'same-network' | 'direct' | 'relayed' | 'unknown';

/** ITU-T G.114: up to 150 ms one way is fine for talk, over 400 ms is not; Opus with FEC hides about 5 % loss. */
export function qualityOf(stats: ConnectionStats | null): Quality {
  if (!stats) return 'unknown';
  if (stats.roundTripMs === null) return 'unknown';
  const loss = stats.lossRatio ?? 0;
  const jitterMs = stats.jitterMs ?? 0;
  if (stats.roundTripMs > 600 || loss > 0.1 || jitterMs > 100) return 'poor';
  if (stats.roundTripMs > 250 || loss > 0.03 || jitterMs > 40) return 'fair';
  return 'good';
}

/** RFC 8445: two host candidates meet on one network (or one machine); a relay on either side carries all packets. */
export function pathOf(stats: ConnectionStats | null): Path {
  if (!stats) return 'unknown';
  if (stats.localCandidate === null || stats.remoteCandidate === null) return 'unknown';
  if (stats.localCandidate === 'relay' || stats.remoteCandidate === 'relay') return 'relayed';
  if (stats.localCandidate === 'host' && stats.remoteCandidate === 'host') return 'same-network';
  return 'direct';
}
