// Which versions of a folder are kept: the newest, and older ones ever further apart, so that a few of them reach back far. Pure.
export interface DatedVersion {
  readonly addedAt: number;
  /** All of its pieces are with keepers. */
  readonly isLeft: boolean;
}

/**
 * Those that go, so that `keep` stay; `versions` are in their order, the newest first. The newest never goes, nor the newest of which
 * keepers have everything: as long as the newest is not with them, that one is the backup.
 */
export function surplusVersions<V extends DatedVersion>(versions: readonly V[], keep: number, nowMs: number): V[] {
  const safe = versions.find(({ isLeft }) => isLeft);
  const staying = [...versions];
  const surplus: V[] = [];
  while (staying.length > Math.max(1, keep)) {
    const goes = leastMissed(staying, safe, nowMs);
    if (!goes) break;
    staying.splice(staying.indexOf(goes), 1);
    surplus.push(goes);
  }
  return surplus;
}

/** The one between whose neighbours least time lies, for its age; the oldest only where nothing else may go. */
function leastMissed<V extends DatedVersion>(versions: readonly V[], safe: V | undefined, nowMs: number): V | null {
  let least: { version: V; gap: number } | null = null;
  for (const [at, version] of versions.entries()) {
    const [newer, older] = [versions[at - 1], versions[at + 1]];
    if (!newer || version === safe) continue;
    const gap = older ? (newer.addedAt - older.addedAt) / Math.max(1, nowMs - version.addedAt) : Infinity;
    if (!least || gap < least.gap) least = { version, gap };
  }
  return least?.version ?? null;
}
