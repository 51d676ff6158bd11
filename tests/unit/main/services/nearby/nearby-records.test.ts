// What is said and heard on the local network, as packets: whatever anybody sends is read without harm.
import packet, { type Answer } from 'dns-packet';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { NearbyDirectory } from '#main/services/nearby/nearby-directory';
import {
  isTagOf,
  nearbyService,
  nearbyTag,
  readRecords,
  recordsOf,
  type Announcement,
} from '#main/services/nearby/nearby-records';
import { serviceLimits } from '#main/services/service-limits';
import { toHex } from '#main/services/byte-layout';
import { newPeerId } from './peer-ids';

const hex = fc.uint8Array({ minLength: 8, maxLength: 8 }).map(toHex);
const bytes = (length: number): fc.Arbitrary<Uint8Array> => fc.uint8Array({ minLength: length, maxLength: length });
const announcements: fc.Arbitrary<Announcement> = fc.record({
  instance: hex,
  port: fc.integer({ min: 1, max: 65_535 }),
  salt: bytes(12),
  tag: bytes(16),
});

/** As it comes out of the network. */
function asHeard(records: Answer[]): Answer[] {
  const { answers = [] } = packet.decode(packet.encode({ type: 'response', answers: records }));
  return answers;
}

const plain = ({ salt, tag, ...rest }: Announcement) => ({ ...rest, salt: [...salt], tag: [...tag] });

describe('an announcement', () => {
  test('is read as it was said, in capitals too', () => {
    fc.assert(
      fc.property(announcements, (said) => {
        const { here, gone } = readRecords(asHeard(recordsOf(said, 120)));
        expect(here.map(plain)).toEqual([plain(said)]);
        expect(gone).toEqual([]);
      }),
    );
  });

  test('with no time to live is a goodbye', () => {
    fc.assert(
      fc.property(announcements, (said) => {
        expect(readRecords(asHeard(recordsOf(said, 0)))).toEqual({ here: [], gone: [said.instance] });
      }),
    );
  });

  test('names no person, no machine and no address', () => {
    const peerId = newPeerId();
    const salt = new Uint8Array(12).fill(7);
    const records = recordsOf({ instance: '0123456789abcdef', port: 4_711, salt, tag: nearbyTag(salt, peerId) }, 120);
    expect(records.map(({ type }) => type)).toEqual(['PTR', 'SRV', 'TXT']);
    expect(JSON.stringify(records)).not.toContain(peerId.slice(0, 12));
  });

  test('is told apart by who knows the peer id, and by nobody else', () => {
    const [ada, bo] = [newPeerId(), newPeerId()];
    const salt = new Uint8Array(12).fill(1);
    const said: Announcement = { instance: '0123456789abcdef', port: 1, salt, tag: nearbyTag(salt, ada) };
    expect(isTagOf(said, ada)).toBe(true);
    expect(isTagOf(said, bo)).toBe(false);
    expect(nearbyTag(new Uint8Array(12).fill(2), ada)).not.toEqual(said.tag);
  });
});

describe('whatever else is said', () => {
  const data = fc.oneof(
    fc.string(),
    fc.record({ port: fc.integer(), target: fc.string() }),
    fc.array(fc.oneof(fc.string(), fc.uint8Array())),
    fc.uint8Array(),
    fc.constant(undefined),
  );
  const names = fc.oneof(hex, fc.string()).map((name) => `${name}.${nearbyService}`);
  const records = fc.array(
    fc.record({
      name: fc.oneof(names, fc.constant(nearbyService), fc.string()),
      type: fc.constantFrom('PTR', 'SRV', 'TXT', 'A', 'NSEC'),
      ttl: fc.nat(),
      data: fc.oneof(data, names),
    }),
    { maxLength: 100 },
  );

  test('gives whole announcements or none', () => {
    fc.assert(
      fc.property(records, (heard) => {
        // sound for the test: a packet that was decoded has data of the record's type
        const shaped = heard.filter(({ type, data: it }) => type !== 'PTR' || typeof it === 'string') as Answer[];
        for (const { instance, port, salt, tag } of readRecords(shaped).here) {
          expect(instance).toMatch(/^[0-9a-f]{16}$/);
          expect(port).toBeGreaterThan(0);
          expect(port).toBeLessThan(65_536);
          expect([salt.length, tag.length]).toEqual([12, 16]);
        }
      }),
    );
  });

  test('is decoded or refused, never more', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), announcements, fc.nat(), (junk, said, at) => {
        const whole = packet.encode({ type: 'response', answers: recordsOf(said, 120) });
        whole.set(
          junk.subarray(0, Math.max(0, whole.length - 12)),
          12 + (at % Math.max(1, whole.length - 12 - Math.min(junk.length, whole.length - 12))),
        );
        let answers: Answer[];
        try {
          ({ answers = [] } = packet.decode(whole));
        } catch (error) {
          expect(error).toBeInstanceOf(Error);
          return;
        }
        readRecords(answers);
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('the directory', () => {
  const said = (nth: number): Announcement => {
    const salt = new Uint8Array(12).fill(nth % 256);
    return {
      instance: nth.toString(16).padStart(16, '0'),
      port: 1 + (nth % 60_000),
      salt,
      tag: new Uint8Array(16).fill(nth % 256),
    };
  };

  test('stays small, whoever announces how many', () => {
    const directory = new NearbyDirectory();
    const peerId = newPeerId();
    const salt = new Uint8Array(12);
    const copy = (nth: number): Announcement => ({ ...said(nth), salt, tag: nearbyTag(salt, peerId) });
    for (let nth = 0; nth < 5_000; nth += 1) directory.note(copy(nth), `10.0.${nth >> 8}.${nth & 255}`, nth * 10);
    expect(directory.find(peerId, 50_000).length).toBeLessThanOrEqual(serviceLimits.nearbyPlaces);
  });

  test('takes only so much news from one address', () => {
    const directory = new NearbyDirectory();
    const news = Array.from({ length: 1_000 }, (_, nth) => directory.note(said(nth), '10.0.0.9', 0));
    expect(news.filter(Boolean)).toHaveLength(serviceLimits.nearbyNewBurst);
  });

  test('forgets who was not heard for as long as their announcement holds', () => {
    const directory = new NearbyDirectory();
    const peerId = newPeerId();
    const salt = new Uint8Array(12);
    directory.note({ ...said(1), salt, tag: nearbyTag(salt, peerId) }, '10.0.0.9', 0);
    expect(directory.find(peerId, serviceLimits.nearbyHeardMs - 1)).toHaveLength(1);
    expect(directory.find(peerId, serviceLimits.nearbyHeardMs)).toHaveLength(0);
  });

  test('keeps the first of several that say the same', () => {
    const directory = new NearbyDirectory();
    const peerId = newPeerId();
    const salt = new Uint8Array(12);
    const tag = nearbyTag(salt, peerId);
    directory.note({ ...said(0), salt, tag }, '10.0.0.1', 0);
    for (let nth = 1; nth < 40; nth += 1) directory.note({ ...said(nth), salt, tag }, `10.0.1.${nth}`, nth);
    expect(directory.find(peerId, 50)[0]?.address).toBe('10.0.0.1');
  });

  test('does not lose one because somebody else says goodbye for them', () => {
    const directory = new NearbyDirectory();
    const peerId = newPeerId();
    const salt = new Uint8Array(12);
    directory.note({ ...said(1), salt, tag: nearbyTag(salt, peerId) }, '10.0.0.1', 0);
    directory.forget(said(1).instance, '10.0.0.2');
    expect(directory.find(peerId, 1)).toHaveLength(1);
  });
});
