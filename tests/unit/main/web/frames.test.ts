import { decode, encode } from 'cborg';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeCall, encodeEvent, encodeReply } from '#main/web/frames';

describe('a call frame', () => {
  it('carries id, name and input, binary included', () => {
    const input = { blob: new Uint8Array([1, 2, 3]) };
    expect(decodeCall(encode([7, 'openSignal', input]))).toEqual({ id: 7, call: 'openSignal', input });
  });

  it('has an undefined input when it is absent or null', () => {
    expect(decodeCall(encode([1, 'readIdentity']))).toEqual({ id: 1, call: 'readIdentity', input: undefined });
    expect(decodeCall(encode([1, 'readIdentity', null]))).toEqual({ id: 1, call: 'readIdentity', input: undefined });
  });

  it.each([
    ['text', 'hello'],
    ['a map', { id: 1 }],
    ['a negative id', [-1, 'x', null]],
    ['a fraction', [1.5, 'x', null]],
    ['a name that is no text', [1, 2, null]],
    ['too many parts', [1, 'x', null, null]],
    ['too few parts', [1]],
  ])('is refused when it is %s', (_what, frame) => {
    expect(decodeCall(encode(frame))).toBeNull();
  });

  it('is refused when keys repeat, lengths are indefinite or bytes follow', () => {
    const twice = Uint8Array.from([0x83, 0x01, 0x61, 0x78, 0xa2, 0x61, 0x61, 0x01, 0x61, 0x61, 0x02]);
    const indefinite = Uint8Array.from([0x83, 0x01, 0x61, 0x78, 0x9f, 0x01, 0xff]);
    expect(decodeCall(twice)).toBeNull();
    expect(decodeCall(indefinite)).toBeNull();
    expect(decodeCall(Uint8Array.from([...encode([1, 'x', null]), 0x00]))).toBeNull();
  });

  it('keeps __proto__ an ordinary key', () => {
    const frame = Uint8Array.from([
      0x83,
      0x01,
      0x61,
      0x78,
      0xa1,
      0x69,
      ...Buffer.from('__proto__'),
      0xa1,
      0x61,
      0x61,
      0x01,
    ]);
    const input = decodeCall(frame)?.input as object;
    expect(Object.getPrototypeOf(input)).toBe(Object.prototype);
    expect(Object.keys(input)).toEqual(['__proto__']);
  });

  it('never throws, whatever the bytes and however deep', () => {
    expect(decodeCall(new Uint8Array(256 * 1024).fill(0x81))).toBeNull();
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 512 }), (bytes) => {
        const call = decodeCall(bytes);
        expect(call === null || typeof call.call === 'string').toBe(true);
      }),
      { numRuns: 5_000 },
    );
  });
});

describe('frames to the page', () => {
  it('tell nothing from null, as the desktop shell does', () => {
    expect(decode(encodeReply(3, { ok: true, value: undefined }))).toStrictEqual([3, { ok: true }]);
    expect(decode(encodeReply(3, { ok: true, value: null }))).toStrictEqual([3, { ok: true, value: null }]);
    const failed = { ok: false, code: 'internal', message: 'x' } as const;
    expect(decode(encodeReply(4, failed))).toEqual([4, failed]);
  });

  it('leave out what is undefined and keep bytes', () => {
    const reply = encodeReply(5, { ok: true, value: { a: undefined, b: new Uint8Array([9]) } });
    expect(decode(reply)).toEqual([5, { ok: true, value: { b: new Uint8Array([9]) } }]);
  });

  it('name events', () => {
    expect(decode(encodeEvent('windowLost', undefined))).toEqual(['event', 'windowLost', null]);
  });
});
