// What this computer carried of connections of friends: counted by the month, over restarts.
import * as v from 'valibot';
import { call, nothing } from '#shared/contract/call';

const Bytes = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(Number.MAX_SAFE_INTEGER));
const ThisMonth = v.strictObject({ bytes: Bytes });

export const relayCalls = {
  /** Adds to what was carried this month; answers all of it. */
  noteCarried: call(v.strictObject({ bytes: Bytes }), ThisMonth),
  readCarried: call(nothing, ThisMonth),
};
