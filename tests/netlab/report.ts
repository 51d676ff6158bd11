// What the laboratory found, as tables for people and as the line for machines.
import type { FaultResult } from '#tests/netlab/fault';
import { faults, type Promised } from '#tests/netlab/faults';
import type { CaseResult } from '#tests/netlab/matrix';
import { summarize, type Figures } from '#scripts/bench/figures';

interface PromiseResult {
  readonly ok: boolean;
  readonly faults: Readonly<Record<string, FaultFigures>>;
}

interface FaultFigures {
  readonly runs: number;
  /** Runs after which both heard each other again in the same call. */
  readonly kept: number;
  readonly targetMs: number;
  readonly gapMs: Figures;
  readonly backMs: Figures | null;
}

export interface LaboratoryReport {
  readonly ok: boolean;
  readonly cases: number;
  readonly connected: number;
  /** Of the cases in which a path exists. */
  readonly withPath: number;
  readonly peerJsConnected: number;
  readonly setUpMs: Figures | null;
  readonly peerJsSetUpMs: Figures | null;
  readonly promises: Readonly<Partial<Record<Promised, PromiseResult>>>;
}

const isNumber = (value: number | null): value is number => value !== null;

const summarizeIfAny = (values: readonly (number | null)[]): Figures | null => {
  const numbers = values.filter(isNumber);
  return numbers.length === 0 ? null : summarize(numbers);
};

const isKept = ({ kept, backMs }: FaultResult): boolean => kept && backMs !== null;

/** The median is compared: a machine that does something else meanwhile spoils single readings. */
function figuresOf(results: readonly FaultResult[]): FaultFigures {
  return {
    runs: results.length,
    kept: results.filter(isKept).length,
    targetMs: results[0]?.targetMs ?? 0,
    gapMs: summarize(results.map(({ gapMs }) => gapMs)),
    backMs: summarizeIfAny(results.map(({ backMs }) => backMs)),
  };
}

const isMet = ({ runs, kept, targetMs, backMs }: FaultFigures): boolean =>
  kept === runs && backMs !== null && backMs.median <= targetMs;

function promisesOf(results: readonly FaultResult[]): LaboratoryReport['promises'] {
  const promised = [...new Set(faults.map(({ promise }) => promise))];
  return Object.fromEntries(
    promised.flatMap((promise) => {
      const names = [...new Set(results.filter((one) => one.promise === promise).map(({ name }) => name))];
      if (names.length === 0) return [];
      const byFault = names.map((name) => [name, figuresOf(results.filter((one) => one.name === name))] as const);
      const ok = byFault.every(([, figures]) => isMet(figures));
      return [[promise, { ok, faults: Object.fromEntries(byFault) } satisfies PromiseResult]];
    }),
  );
}

/** A case is right when the app connects wherever a path exists, and wherever PeerJS does. */
const isRight = ({ hasPath, app, peerJs }: CaseResult): boolean =>
  hasPath || peerJs?.connected === true ? app.connected && app.heard : true;

export function summarizeLaboratory(results: readonly CaseResult[], struck: readonly FaultResult[]): LaboratoryReport {
  const promises = promisesOf(struck);
  return {
    ok: results.every(isRight) && Object.values(promises).every(({ ok }) => ok),
    cases: results.length,
    connected: results.filter(({ app }) => app.connected).length,
    withPath: results.filter(({ hasPath }) => hasPath).length,
    peerJsConnected: results.filter(({ peerJs }) => peerJs?.connected).length,
    setUpMs: summarizeIfAny(results.map(({ app }) => app.callMs)),
    peerJsSetUpMs: summarizeIfAny(results.map(({ peerJs }) => peerJs?.callMs ?? null)),
    promises,
  };
}

const inWords = (ms: number | null | undefined): string => (typeof ms === 'number' ? `${ms} ms` : '-');

export function describeCase({ name, hasPath, app, peerJs }: CaseResult): Record<string, string> {
  return {
    case: name,
    'path exists': hasPath ? 'yes' : 'no',
    connected: app.connected ? 'yes' : 'no',
    'link set-up': inWords(app.linkMs),
    'press to sound and picture': inWords(app.callMs),
    path: app.path ?? '-',
    'says itself': app.said.join(' - '),
    'line check': app.line ?? '-',
    heard: app.heard ? 'yes' : '-',
    PeerJS: peerJs ? (peerJs.connected ? 'yes' : 'no') : '-',
    'PeerJS set-up': inWords(peerJs?.callMs),
  };
}

export function describeFault(one: FaultResult): Record<string, string> {
  return {
    fault: one.name,
    promise: one.promise,
    'silence, at most': inWords(one.gapMs),
    'heard again (peer killed: told) after': inWords(one.backMs),
    target: inWords(one.targetMs),
    'call kept': isKept(one) ? 'yes' : 'NO',
    'path before': one.pathBefore,
    'path after': one.pathAfter,
  };
}
