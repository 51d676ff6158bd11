// What a Roundtable says of itself on the local network, and what it takes from what others say (DNS-SD, RFC 6763, over
// multicast DNS, RFC 6762). No name of a person or machine and no address stands in it: where to connect is where it came from.
import { createHash } from 'node:crypto';
import { base64urlnopad } from '@scure/base';
import type { Answer } from 'dns-packet';
import * as v from 'valibot';
import type { PeerId } from '#shared/identity';
import { serviceLimits } from '#main/services/service-limits';

export const nearbyService = '_roundtable._tcp.local';

/** `tag` tells who it is to those who know their peer id; with another `salt` it looks like somebody else. */
export interface Announcement {
  /** 16 random hex digits, new with each start. */
  readonly instance: string;
  /** Where blobs are taken (TCP). */
  readonly port: number;
  /** 12 random bytes. */
  readonly salt: Uint8Array;
  /** 16 bytes. */
  readonly tag: Uint8Array;
}

/** The first 16 bytes of SHA-256 over a label, the salt and the peer id. */
export function nearbyTag(salt: Uint8Array, peerId: PeerId): Uint8Array {
  const digest = createHash('sha256').update('roundtable/nearby/1').update(salt).update(peerId).digest();
  return new Uint8Array(digest.subarray(0, 16));
}

/** Whether that is how this person would announce themselves: anybody who heard it could have copied it. */
export const isTagOf = ({ salt, tag }: Announcement, peerId: PeerId): boolean =>
  Buffer.compare(tag, nearbyTag(salt, peerId)) === 0;

const instanceName = (instance: string): string => `${instance}.${nearbyService}`;

/** `ttlSeconds` 0 says goodbye (RFC 6762 section 10.1). */
export function recordsOf({ instance, port, salt, tag }: Announcement, ttlSeconds: number): Answer[] {
  const name = instanceName(instance);
  const text = ['v=1', `s=${base64urlnopad.encode(salt)}`, `t=${base64urlnopad.encode(tag)}`];
  return [
    { name: nearbyService, type: 'PTR', ttl: ttlSeconds, data: name },
    { name, type: 'SRV', ttl: ttlSeconds, data: { port, target: `${instance}.local` } },
    { name, type: 'TXT', ttl: ttlSeconds, data: text },
  ];
}

const Service = v.object({ port: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(65_535)) });
const Text = v.pipe(
  v.array(v.pipe(v.instance(Uint8Array), v.maxLength(64))),
  v.maxLength(8),
  v.transform((entries) => entries.map((entry) => new TextDecoder().decode(entry))),
);
const instancePattern = /^([0-9a-f]{16})\._roundtable\._tcp\.local$/;

function bytesIn(text: readonly string[], key: string, length: number): Uint8Array | null {
  const value = text.find((entry) => entry.startsWith(`${key}=`))?.slice(key.length + 1);
  try {
    const bytes = value === undefined ? null : base64urlnopad.decode(value);
    return bytes?.length === length ? bytes : null;
  } catch {
    return null;
  }
}

function announcementOf(instance: string, records: readonly Answer[]): Announcement | null {
  const name = instanceName(instance);
  const dataOf = (type: string): unknown => {
    const record = records.find((one) => one.type === type && one.name.toLowerCase() === name);
    return record && 'data' in record ? record.data : null;
  };
  const service = v.safeParse(Service, dataOf('SRV'));
  const text = v.safeParse(Text, dataOf('TXT'));
  if (!service.success || !text.success || !text.output.includes('v=1')) return null;
  const salt = bytesIn(text.output, 's', 12);
  const tag = bytesIn(text.output, 't', 16);
  return salt && tag ? { instance, port: service.output.port, salt, tag } : null;
}

/** Who is there and who goes, as a packet of anybody says it; what is not ours, or no whole announcement, is passed over. */
export function readRecords(records: readonly Answer[]): { here: Announcement[]; gone: string[] } {
  const here: Announcement[] = [];
  const gone: string[] = [];
  for (const record of records.slice(0, serviceLimits.nearbyRecords)) {
    if (record.type !== 'PTR' || record.name.toLowerCase() !== nearbyService) continue;
    const instance = instancePattern.exec(record.data.toLowerCase())?.[1];
    if (instance === undefined) continue;
    if (record.ttl === 0) gone.push(instance);
    else {
      const announcement = announcementOf(instance, records);
      if (announcement) here.push(announcement);
    }
  }
  return { here, gone };
}
