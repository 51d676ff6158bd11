// What is inside a text carried by hand, packed: a description is mostly the same words each time, so a dictionary holds them.
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import * as v from 'valibot';
import { HandSignal } from '#shared/by-hand';
import { decodeCbor, encodeCbor } from '#main/services/bounded-cbor';
import { descriptionWords } from '#main/services/by-hand/description-words';
import { serviceLimits as limits } from '#main/services/service-limits';

export function packSignal(signal: HandSignal): Uint8Array {
  return new Uint8Array(deflateRawSync(encodeCbor(signal), { level: 9, dictionary: descriptionWords }));
}

/** Null for anything else, and for what would unpack to more than the limit. Never throws. */
export function unpackSignal(body: Uint8Array): HandSignal | null {
  let plain: Uint8Array;
  try {
    plain = new Uint8Array(
      inflateRawSync(body, { dictionary: descriptionWords, maxOutputLength: limits.handPlainBytes }),
    );
  } catch {
    return null;
  }
  const parsed = v.safeParse(HandSignal, decodeCbor(plain));
  return parsed.success ? parsed.output : null;
}
