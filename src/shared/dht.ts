// The mailbox in the distributed hash table, as a window sees it.
import * as v from 'valibot';

/** off: not wanted. unavailable: its library does not run on this computer. down: not announced; tried again by itself. */
export const DhtState = v.picklist(['off', 'unavailable', 'down', 'open']);
export type DhtState = v.InferOutput<typeof DhtState>;
