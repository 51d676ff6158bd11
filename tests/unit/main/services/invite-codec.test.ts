import { crc32 } from 'node:zlib';
import { base64urlnopad } from '@scure/base';
import * as fc from 'fast-check';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { formatInvite, parseInvite } from '#main/services/invite-codec';
import { IdentityKeys } from '#main/services/identity-keys';
import { inviteTextMaxLength, parseInviteText } from '#shared/invite';
import { failureCode } from './failure-code';

// Thousands of cases take their time on a busy machine.
vi.setConfig({ testTimeout: 30_000 });

const expiresAt = Date.UTC(2026, 5, 4, 12);
const secret = new Uint8Array(16).fill(7);
let keys: IdentityKeys;
let link: string;
let payload: Uint8Array;

beforeAll(async () => {
  keys = await IdentityKeys.fromSeed(new Uint8Array(32).fill(1));
  link = formatInvite(keys, { secret, expiresAt, nameHint: 'Ada' });
  payload = base64urlnopad.decode(link.slice('roundtable:i1/'.length));
});

const asLink = (bytes: Uint8Array): string => `roundtable:i1/${base64urlnopad.encode(bytes)}`;

function withNewChecksum(bytes: Uint8Array): Uint8Array {
  const fresh = Uint8Array.from(bytes);
  new DataView(fresh.buffer).setUint32(fresh.length - 4, crc32(fresh.subarray(0, -4)));
  return fresh;
}

describe('an invite as text', () => {
  test('says what was put in, as a link and as the fragment of a web page', () => {
    const expected = { peerId: keys.peerId, secret, expiresAt, nameHint: 'Ada' };
    expect(parseInvite(link)).toEqual(expected);
    expect(parseInvite(`  ${link}\n`)).toEqual(expected);
    expect(parseInvite(`https://example.org/join#${link.slice('roundtable:'.length)}`)).toEqual(expected);
  });

  test('keeps any name, cut to 64 bytes between characters, and fits the grammar', () => {
    const name = fc
      .string({ unit: 'grapheme', minLength: 1, maxLength: 32 })
      .map((text) => text.normalize('NFC').trim());
    fc.assert(
      fc.property(name, fc.integer({ min: 1, max: 720 }), (nameHint, hours) => {
        fc.pre(nameHint.length > 0 && nameHint.length <= 32);
        const text = formatInvite(keys, { secret, expiresAt: hours * 3_600_000, nameHint });
        expect(text.length).toBeLessThanOrEqual(inviteTextMaxLength);
        let read: string;
        try {
          read = parseInvite(text).nameHint;
        } catch {
          fc.pre(false);
          return;
        }
        expect(nameHint.startsWith(read)).toBe(true);
        expect(Buffer.byteLength(nameHint) > 64 || read === nameHint).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  test('is refused when any single bit differs', async () => {
    for (let bit = 0; bit < payload.length * 8; bit += 1) {
      const flipped = Uint8Array.from(payload);
      flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(await failureCode(() => parseInvite(asLink(flipped)))).toBe('invite-malformed');
    }
  });

  test('is refused as forged, or worse, when it was changed by somebody who mended the checksum', async () => {
    const codes = new Set<string>();
    for (let bit = 0; bit < (payload.length - 4) * 8; bit += 1) {
      const flipped = Uint8Array.from(payload);
      flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      codes.add(await failureCode(() => parseInvite(asLink(withNewChecksum(flipped)))));
    }
    expect([...codes].sort()).toEqual(['invite-forged', 'invite-malformed', 'key-unacceptable']);
  });

  test('is refused when one character of the link is changed, removed, doubled or swapped', () => {
    const alphabet = 'A|Q|g|w|z|0|9|-|_|=|+|/|%| |#|\u0000|\u202e|é';
    const edit = fc.record({
      at: fc.nat({ max: link.length - 1 }),
      kind: fc.constantFrom('change', 'remove', 'insert', 'swap'),
      by: fc.constantFrom(...alphabet.split('|')),
    });
    fc.assert(
      fc.property(edit, ({ at, kind, by }) => {
        const [before, here, after] = [link.slice(0, at), link.charAt(at), link.slice(at + 1)];
        const edited = {
          change: `${before}${by}${after}`,
          remove: `${before}${after}`,
          insert: `${before}${by}${here}${after}`,
          swap: `${before}${after.charAt(0)}${here}${after.slice(1)}`,
        }[kind];
        // White space around a link is no change of it.
        fc.pre(edited.trim() !== link);
        expect(() => parseInvite(edited)).toThrow();
      }),
      { numRuns: 3_000 },
    );
  });

  test('of random bytes or random text is never accepted', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.uint8Array({ minLength: 1, maxLength: 300 }).map(asLink),
          fc.string({ unit: 'binary', maxLength: 600 }),
        ),
        (text) => {
          expect(() => parseInvite(text)).toThrow();
        },
      ),
      { numRuns: 2_000 },
    );
  });

  test('of a later version says so, whatever follows', async () => {
    expect(await failureCode(() => parseInvite(link.replace(':i1/', ':i2/')))).toBe('invite-unknown-version');
    expect(await failureCode(() => parseInvite('roundtable:i999/AAAA'))).toBe('invite-unknown-version');
  });

  test('has one spelling of its version', () => {
    expect(parseInviteText(link.replace(':i1/', ':i01/'))).toBeNull();
    expect(parseInviteText(link.replace(':i1/', ':i0/'))).toBeNull();
  });

  test('is searched in at most 512 characters', () => {
    expect(parseInviteText(`roundtable:i1/${'A'.repeat(10_000_000)}`)).toBeNull();
  });

  test('of a key that RFC 8032 does not allow or that everybody knows is refused', async () => {
    const weak = [
      '01'.padEnd(64, '0'),
      'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
      'eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
    ];
    for (const hex of weak) {
      const forged = Uint8Array.from(payload);
      forged.set(Buffer.from(hex, 'hex'), 1);
      expect(await failureCode(() => parseInvite(asLink(withNewChecksum(forged))))).toBe('key-unacceptable');
    }
  });
});
