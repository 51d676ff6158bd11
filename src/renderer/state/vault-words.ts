// How safe something is, how a restore fares and what a keeper is worth, in words. Decisions only.
import type { FailureCode } from '#shared/failure';
import type { VaultHealth, VaultItem, VaultKeeper, VaultRun, VaultVersion } from '#shared/vault';
import type { VaultView } from '#shared/vault-view';
import { m } from '#messages/messages';
import { percentOf } from '#state/drop-facts';
import { failureWords, type Severity } from '#state/failure-words';

export type Tone = 'ok' | 'busy' | 'warn' | 'danger';

export interface ToneWords {
  readonly tone: Tone;
  readonly text: string;
}

/** The newest of which all was read; one that is still being read where there is no other. */
export function currentOf({ versions }: VaultItem): VaultVersion | null {
  return versions.find(({ health }) => health.state !== 'reading') ?? versions[0] ?? null;
}

export function healthWords(health: VaultHealth): ToneWords {
  const { state, spare, keepers, keepersMissing, keptBytes, bytes } = health;
  const words = m.vault.health;
  switch (state) {
    case 'reading':
      return { tone: 'busy', text: words.reading };
    case 'waiting':
      if (keepersMissing > 0) return { tone: 'warn', text: words.missing(keepersMissing) };
      return { tone: 'busy', text: words.waiting(percentOf(keptBytes, bytes)) };
    case 'safe':
      return { tone: 'ok', text: words.safe(spare, keepers) };
    case 'risk':
      return { tone: 'warn', text: words.risk };
    case 'lost':
      return { tone: 'danger', text: words.lost };
  }
}

/** Pieces go on moving to keepers, also of what is safe already. */
export const isMoving = ({ state, bytes, keptBytes }: VaultHealth): boolean => state !== 'reading' && keptBytes < bytes;

const healthsIn = (view: VaultView): VaultHealth[] => view.items.flatMap((item) => currentOf(item)?.health ?? []);

const countIn = (healths: readonly VaultHealth[], state: VaultHealth['state']): number =>
  healths.filter((health) => health.state === state).length;

export interface Overview {
  readonly tone: Tone;
  readonly title: string;
  readonly text: string;
  /** Another keeper would help. */
  readonly needsKeeper: boolean;
}

/** The whole vault by the worst that is in it; null while nothing is. */
export function overviewOf(view: VaultView): Overview | null {
  const healths = healthsIn(view);
  const words = m.vault.overview;
  if (healths.length === 0) return null;
  const lost = countIn(healths, 'lost');
  if (lost > 0) return { tone: 'danger', title: words.lost(lost), text: words.lostText, needsKeeper: false };
  const missing = Math.max(...healths.map(({ keepersMissing }) => keepersMissing));
  const risk = countIn(healths, 'risk');
  if (risk > 0) return { tone: 'warn', title: words.risk(risk), text: words.riskText, needsKeeper: true };
  const waiting = countIn(healths, 'waiting');
  if (waiting > 0 && missing > 0)
    return { tone: 'warn', title: words.missing(missing), text: words.missingText, needsKeeper: true };
  if (waiting > 0) return { tone: 'busy', title: words.waiting(waiting), text: words.waitingText, needsKeeper: false };
  const safe = healths.filter(({ state }) => state === 'safe');
  const [first] = safe;
  if (!first) return { tone: 'busy', title: words.reading, text: words.readingText, needsKeeper: false };
  const weakest = safe.reduce((least, health) => (health.spare < least.spare ? health : least), first);
  const text = words.safeText(weakest.spare, weakest.keepers);
  return { tone: 'ok', title: words.safe(safe.length), text, needsKeeper: false };
}

/** For the sidebar: what goes on, else how it is. `putRatio`: what is being encrypted here. */
export function vaultSum(view: VaultView | null, putRatio: number | null): { text: string; isUrgent: boolean } {
  const words = m.vault.sum;
  const plain = (text: string): { text: string; isUrgent: boolean } => ({ text, isUrgent: false });
  if (putRatio !== null) return plain(words.putting(Math.floor(putRatio * 100)));
  if (!view) return plain(m.vault.sidebarText);
  const run = view.runs.find(({ state }) => state === 'running' || state === 'waiting');
  if (run) return plain(run.kind === 'drill' ? words.drilling : words.restoring(percentOf(run.doneBytes, run.bytes)));
  const healths = healthsIn(view);
  const [lost, risk, waiting] = (['lost', 'risk', 'waiting'] as const).map((state) => countIn(healths, state));
  if (lost) return { text: words.lost(lost), isUrgent: true };
  if (risk) return { text: words.risk(risk), isUrgent: true };
  if (waiting) return plain(words.waiting(waiting));
  if (view.index.state === 'seeking') return plain(words.seeking);
  return plain(healths.length > 0 ? words.safe(healths.length) : m.vault.sidebarText);
}

/** In how many networks and time zones they are; null while nothing is known. */
export function spreadWords(keepers: readonly VaultKeeper[]): string | null {
  const distinct = (known: readonly (string | number | null)[]): number =>
    new Set(known.filter((one) => one !== null)).size;
  const networks = distinct(keepers.map(({ network }) => network));
  const zones = distinct(keepers.map(({ utcMinutes }) => utcMinutes));
  return networks + zones === 0 ? null : m.vault.keepers.spread(networks, zones);
}

export function keeperWords({ state, provedAt }: VaultKeeper): ToneWords {
  const words = m.vault.keepers.state;
  switch (state) {
    case 'good':
      return provedAt === null ? { tone: 'busy', text: words.new } : { tone: 'ok', text: words.good };
    case 'doubtful':
      return { tone: 'warn', text: words.doubtful };
    case 'failed':
      return { tone: 'danger', text: words.failed };
    case 'leaving':
      return { tone: 'warn', text: words.leaving };
  }
}

export const isRunning = ({ state }: VaultRun): boolean => state === 'running' || state === 'waiting';

export interface RunWords extends ToneWords {
  readonly title: string;
}

/** `names` of those from whom something came, the most first; `leftMs` null while nobody knows. */
export function runWords(run: VaultRun, names: readonly string[], leftMs: number | null): RunWords {
  const words = m.vault.run;
  const { kind, name, state, bytes, doneBytes, parts, startedAt, endedAt, failure } = run;
  const going = kind === 'drill' ? words.drill : words.restore(name);
  const tookMs = (endedAt ?? startedAt) - startedAt;
  switch (state) {
    case 'running': {
      const left = doneBytes === 0 ? words.starting : leftMs === null ? null : words.left(leftMs);
      const text = m.vault.line([words.running(doneBytes, bytes), ...(left === null ? [] : [left])]);
      return { tone: 'busy', title: going, text };
    }
    case 'waiting':
      return { tone: 'warn', title: going, text: words.waiting };
    case 'done':
      return kind === 'drill'
        ? { tone: 'ok', title: words.drillGood, text: words.drillDone(parts, name, names, doneBytes, tookMs) }
        : { tone: 'ok', title: words.done(name), text: words.doneFrom(names, doneBytes, tookMs) };
    case 'failed':
      return {
        tone: 'danger',
        title: kind === 'drill' ? words.drillFailed(name) : words.failed(name),
        text: failure === null ? m.vault.overview.lostText : vaultFailure(failure).text,
      };
    case 'cancelled':
      return { tone: 'busy', title: going, text: words.cancelled };
  }
}

/** As elsewhere, but where the usual words are about sending. */
export function vaultFailure(code: FailureCode): { severity: Severity; text: string } {
  const { severity, happened, remedy } = failureWords(code);
  if (code === 'file-changed') return { severity, text: m.vault.put.changed };
  if (code === 'files-too-many') return { severity, text: m.vault.put.tooMany };
  return { severity, text: `${happened} ${remedy}` };
}
