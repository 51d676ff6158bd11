// What was given and got of files, in all and with each contact, over restarts.
import * as v from 'valibot';
import { ContactId } from '#shared/contact';
import { PeerId } from '#shared/identity';

const Bytes = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(Number.MAX_SAFE_INTEGER));

/** What went to and came from somebody since it was kept for the last time. */
export const TransferCount = v.strictObject({ peerId: PeerId, sentBytes: Bytes, receivedBytes: Bytes });
export type TransferCount = v.InferOutput<typeof TransferCount>;

export const TransferTotals = v.strictObject({
  sentBytes: Bytes,
  receivedBytes: Bytes,
  /** When the first of it was counted; null before that. */
  since: v.nullable(v.number()),
  /** With contacts, most first; the rest was with people of rooms, or contacts that are gone. */
  people: v.array(v.strictObject({ contactId: ContactId, sentBytes: Bytes, receivedBytes: Bytes })),
});
export type TransferTotals = v.InferOutput<typeof TransferTotals>;
