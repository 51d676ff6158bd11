// How large a window's calls may be and how many a second: one measure for calls that carry files, one for all others.
import { callNames, contract, type Reply } from '#shared/contract';
import { limitCalls } from '#main/shell/call-rate';

const plain = { bytes: 256 * 1024, perSecond: 200 };
/** Four blocks and what is around them. */
const bulk = { bytes: 1024 * 1024 + 64 * 1024, perSecond: 4_000 };

/** No message may be larger, whatever it is. */
export const messageBytesMost = bulk.bytes;

/** A person may drop thousands of files at once, and each is remembered (desktop app). */
const bulkCalls: ReadonlySet<string> = new Set([
  ...callNames.filter((name) => contract.calls[name].isBulk),
  'rememberFile',
]);

export const isWithinSize = (call: string, bytes: number): boolean =>
  bytes <= (bulkCalls.has(call) ? bulk : plain).bytes;

/** For one window: answers null for a call within its rate, else the reply that refuses it. */
export function limitWindow(): (call: string, nowMs: number) => Reply<never> | null {
  const rates = { plain: limitCalls(plain.perSecond), bulk: limitCalls(bulk.perSecond) };
  return (call, nowMs) => {
    const kind = bulkCalls.has(call) ? 'bulk' : 'plain';
    if (rates[kind](nowMs)) return null;
    const { perSecond } = kind === 'bulk' ? bulk : plain;
    return { ok: false, code: 'input-invalid', message: `more than ${perSecond} calls a second` };
  };
}
