// The bytes of a packet: as the protocol page has them, and whatever a stranger sends instead.
import fc from 'fast-check';
import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { toHex } from '#core/base/bytes';
import { FrameAssembly } from '#core/cast/frame-parts';
import { readHop, writeHop } from '#core/cast/hop';
import { readPacket, sign, signedPart, writePart, writeWord, type FrameFacts } from '#core/cast/packet';
import { limits } from '#core/wire/limits';
import { CastId } from '#shared/cast';

const castId = v.parse(CastId, '00112233445566778899aabbccddeeff');
const frame: FrameFacts = {
  kind: 'video',
  isKey: true,
  timestampUs: 1_234_567,
  codec: 'vp9',
  width: 1280,
  height: 720,
  first: 41,
  parts: 2,
};

describe('a packet', () => {
  test('has the layout of the protocol page', () => {
    const bytes = writePart(frame, 1, Uint8Array.of(0xaa, 0xbb));
    sign(bytes, new Uint8Array(64).fill(7));
    expect(toHex(bytes)).toBe(`0101000102020500` + `02d0` + `0000002a` + `000000000012d687` + `aabb` + '07'.repeat(64));
    expect(readPacket(bytes)).toMatchObject({ number: 42, stripe: 2, part: 1, frame, word: null });
  });

  test('is signed over its cast and all before the signature', () => {
    const bytes = writePart(frame, 0, Uint8Array.of(1));
    const label = toHex(new TextEncoder().encode('roundtable/cast-packet/1\0'));
    expect(toHex(signedPart(castId, bytes))).toBe(`${label}${castId}${toHex(bytes.subarray(0, -64))}`);
  });

  test('carries a word of the caster', () => {
    const bytes = writeWord(8, 5, { isOver: true, viewers: 300, removed: [7, 0xffff_ffff] });
    expect(readPacket(bytes)).toMatchObject({
      number: 8,
      stripe: 0,
      frame: null,
      word: { isOver: true, viewers: 300, removed: [7, 0xffff_ffff] },
    });
    const removed = Array.from({ length: limits.castRemoved + 1 }, (_, order) => order);
    const wordOf = (count: number) => ({ isOver: false, viewers: 1, removed: removed.slice(0, count) });
    expect(readPacket(writeWord(8, 5, wordOf(limits.castRemoved)))?.word).toEqual(wordOf(limits.castRemoved));
    expect(readPacket(writeWord(8, 5, wordOf(limits.castRemoved + 1)))).toBeNull();
  });

  test('of any bytes is read or refused, and never throws', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        const packet = readPacket(new Uint8Array(bytes));
        if (packet) expect(packet.part).toBeLessThan(packet.frame?.parts ?? 1);
        readHop(new Uint8Array(bytes));
      }),
    );
  });

  test('with any one byte of its head changed is another packet or none', () => {
    const bytes = writePart(frame, 1, Uint8Array.of(1, 2, 3));
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 21 }), fc.integer({ min: 1, max: 255 }), (at, by) => {
        const changed = bytes.slice();
        changed[at] = (changed[at] ?? 0) ^ by;
        expect(toHex(signedPart(castId, changed))).not.toBe(toHex(signedPart(castId, bytes)));
      }),
    );
  });

  test('longer than a part may be is refused', () => {
    expect(readPacket(writePart(frame, 0, new Uint8Array(limits.castPartBytes)))).not.toBeNull();
    expect(readPacket(writePart(frame, 0, new Uint8Array(limits.castPartBytes + 1)))).toBeNull();
  });

  test('fits into a message of the live channel with its hop', () => {
    const packet = writePart(frame, 0, new Uint8Array(limits.castPartBytes));
    const hop = writeHop({ stream: 513, ageMs: 70_000, packet });
    expect(hop.length).toBeLessThanOrEqual(limits.liveMessageBytes);
    expect(readHop(hop)).toEqual({ stream: 513, ageMs: 0xffff, packet });
  });
});

describe('frames in parts', () => {
  const packetOf = (of: FrameFacts, part: number) => {
    const packet = readPacket(writePart(of, part, Uint8Array.of(of.first % 256, part)));
    if (!packet?.frame) throw new Error('no packet');
    return { ...packet, frame: packet.frame };
  };

  test('come together in any order', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray([0, 1, 2, 3, 4], { minLength: 5 }), (order) => {
        const frames = new FrameAssembly();
        const whole = order.map((part) => frames.add(packetOf({ ...frame, parts: 5 }, part)));
        expect(whole.slice(0, -1)).toEqual([null, null, null, null]);
        expect([...(whole.at(-1)?.sealed ?? [])]).toEqual([41, 0, 41, 1, 41, 2, 41, 3, 41, 4]);
      }),
    );
  });

  test('that never end are not kept for ever', () => {
    const frames = new FrameAssembly();
    for (let first = 0; first <= limits.castFramesOpen; first += 1)
      frames.add(packetOf({ ...frame, first: first * 2 }, 0));
    expect(frames.add(packetOf({ ...frame, first: 0 }, 1))).toBeNull();
    expect(frames.add(packetOf({ ...frame, first: limits.castFramesOpen * 2 }, 1))).not.toBeNull();
  });

  test('that contradict each other are not mixed', () => {
    const frames = new FrameAssembly();
    frames.add(packetOf(frame, 0));
    expect(frames.add(packetOf({ ...frame, timestampUs: 9 }, 1))).toBeNull();
  });
});
