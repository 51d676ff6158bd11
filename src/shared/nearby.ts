// The mailbox on the local network, as a window sees it.
import * as v from 'valibot';

/** off: not wanted, or not answered yet. down: no private network; it opens by itself when there is one. */
export const NearbyState = v.picklist(['off', 'down', 'open']);
export type NearbyState = v.InferOutput<typeof NearbyState>;
