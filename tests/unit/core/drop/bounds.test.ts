// How much a stranger can make this side hold or do before anything is verified: sizes that lie, things begun and never ended, floods.
import { afterEach, describe, expect, test } from 'vitest';
import type { DropId } from '#shared/drop';
import { PartAssembly, encodePart } from '#core/bulk/parts';
import { OfferAssembly } from '#core/drop/offer-parts';
import { decodeEnvelope, encodeEnvelope, frame } from '#core/wire/codec';
import { limits } from '#core/wire/limits';
import { DropNet } from '#tests/support/drop-net';
import { MemoryConnection } from '#tests/support/memory-connection';
import { peerId } from '#tests/support/two-peers';

const MiB = 2 ** 20;
const heldMost = 32 * MiB;
const cutWithinMs = 1_000;

/** What an act leaves in memory, bytes. */
function heldAfter(act: () => void): number {
  const held = (): number => process.memoryUsage().heapUsed + process.memoryUsage().arrayBuffers;
  const before = held();
  act();
  return held() - before;
}

describe('lengths that lie', () => {
  /** The head of a byte string, a text, an array and a map of four billion items (RFC 8949). */
  test.each([0x5a, 0x7a, 0x9a, 0xba])('in an envelope are refused before anything is made of them (%i)', (head) => {
    const message = Uint8Array.of(frame.envelope, 0xa2, 0x61, 0x62, head, 0xff, 0xff, 0xff, 0xff);
    const bytes = heldAfter(() => {
      for (let at = 0; at < 10_000; at += 1) expect(decodeEnvelope(message).ok).toBe(false);
    });
    expect(bytes).toBeLessThan(heldMost);
  });

  test('of a part of a block break the rules', () => {
    const assembly = new PartAssembly({ expect: () => 256 * 1024, complete: () => undefined });
    assembly.owe(2 ** 32);
    const part = encodePart({ kind: 'block', stream: 1, block: 0 }, new Uint8Array(65_536), 0, 65_536);
    new DataView(part.buffer).setUint32(8, 0xffff_ffff);
    expect(assembly.take(part)).toBe(false);
  });
});

describe('ten thousand things that are begun and never ended', () => {
  test('take one block where they are parts of blocks', () => {
    let begun = 0;
    const assembly = new PartAssembly({ expect: () => ((begun += 1), 256 * 1024), complete: () => undefined });
    assembly.owe(2 ** 40);
    const bytes = new Uint8Array(4_096);
    for (let block = 0; block < 10_000; block += 1)
      expect(assembly.take(encodePart({ kind: 'block', stream: 1, block }, bytes, 0, 4_096))).toBe(true);
    expect(begun).toBe(10_000);
    // Only the last is open: what was begun before goes on no more.
    expect(assembly.take(encodePart({ kind: 'block', stream: 1, block: 0 }, bytes, 4_096, 4_096))).toBe(false);
  });

  test('take little where they are offers of which a part is missing', () => {
    const offers = new OfferAssembly();
    const entries = Array.from({ length: 100 }, (_, at) => ({ path: [`${at} ${'n'.repeat(200)}`], size: 1 }));
    const bytes = heldAfter(() => {
      for (let at = 0; at < 10_000; at += 1) {
        const dropId = at.toString(16).padStart(32, '0') as DropId; // sound: 32 hex digits
        const part = { dropId, roomId: null, people: [peerId('b')], files: 4_096, from: 0, entries };
        expect(offers.take(part)).toBeNull();
      }
    });
    expect(bytes).toBeLessThan(heldMost);
  });
});

describe('a flood', () => {
  let net: DropNet;
  afterEach(() => {
    net.end();
  });

  test('of small messages of file drop ends the link within a second, and no other', async () => {
    net = new DropNet(31);
    const [ada, ben, cleo] = net.meet(3);
    if (!ada || !ben || !cleo) throw new Error('three people');
    await net.link(ada, ben, cleo);
    const theirs = ben.session(ada).connection;
    if (!(theirs instanceof MemoryConnection)) throw new Error('not of this net');
    const mine = ada.session(ben);
    const ping = encodeEnvelope('drop.ping', { serial: 1 });
    if (!ping) throw new Error('too large');
    for (let at = 0; at < 10 * limits.messagesBurst; at += 1) theirs.sendControl(ping);
    await net.run(cutWithinMs);
    expect(mine.state.snapshot.phase).toBe('closed');
    expect(ada.session(cleo).state.snapshot.phase).toBe('open');
  });
});
