// The walk over CBOR by itself, without the decoder behind it: what it lets pass, and where each of its limits lies.
import { describe, expect, it } from 'vitest';
import { isWithinCborLimits } from '#core/wire/cbor-scan';
import { limits } from '#core/wire/limits';

const item = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex, 'hex'));
const isTaken = (hex: string): boolean => isWithinCborLimits(item(hex));
const ofText = (length: number, held = length): Uint8Array => {
  const bytes = new Uint8Array(3 + held).fill(0x61);
  bytes.set([0x79, length >> 8, length & 0xff]);
  return bytes;
};

describe('one item of CBOR', () => {
  it.each([
    ['a small number', '17'],
    ['a number of one byte', '18ff'],
    ['a number of two bytes', '190100'],
    ['a number of four bytes', '1a00010000'],
    ['a number of eight bytes', '1b0000000100000000'],
    ['a negative number', '38ff'],
    ['no bytes', '40'],
    ['bytes', '4201ff'],
    ['text', '626162'],
    ['an empty array', '80'],
    ['an array that fills what is there', '820102'],
    ['an empty map', 'a0'],
    ['a map', 'a261610161628102'],
    ['what follows a container that ended', '8280820102'],
    ['false', 'f4'],
    ['true', 'f5'],
    ['null', 'f6'],
    ['a half float', 'f93c00'],
    ['a float', 'fa3f800000'],
    ['a double', 'fb3ff0000000000000'],
    ['a key that looks like a forbidden one', 'a1695f5f70726f746f5f7801'],
    ['a forbidden key where it is a value', 'a16161695f5f70726f746f5f5f'],
  ])('is taken: %s', (_what, hex) => {
    expect(isTaken(hex)).toBe(true);
  });

  it.each([
    ['nothing', ''],
    ['a head without its byte', '18'],
    ['a head without its second byte', '1901'],
    ['a head without its fourth byte', '1a000100'],
    ['a head without its eighth byte', '1b00000001000000'],
    ['reserved lengths', '1c'],
    ['a length that is to come', '5f'],
    ['an array without an end', '9f'],
    ['a map without an end', 'bf'],
    ['a break', 'ff'],
    ['bytes that are not there', '4201'],
    ['text that is not there', '6161'.slice(0, 2)],
    ['an array whose items are not there', '8201'],
    ['a map whose value is not there', 'a16161'],
    ['something behind it', '0000'],
    ['a tag', 'c000'],
    ['a tag of one byte', 'd81800'],
    ['undefined', 'f7'],
    ['another simple value', 'f3'],
    ['a simple value of one byte', 'f820'],
    ['a number for a key', 'a10101'],
    ['bytes for a key', 'a1416101'],
    ['an array for a key', 'a18001'],
    ['a number for a second key', 'a26161010101'],
    ['a forbidden key', 'a1695f5f70726f746f5f5f01'],
    ['a forbidden key further in', '81a1695f5f70726f746f5f5f01'],
  ])('is refused: %s', (_what, hex) => {
    expect(isTaken(hex)).toBe(false);
  });

  it('is as long as the limits allow, and no longer', () => {
    expect(isWithinCborLimits(ofText(limits.decoderStringBytes))).toBe(true);
    expect(isWithinCborLimits(ofText(limits.decoderStringBytes + 1))).toBe(false);
    expect(isWithinCborLimits(ofText(1_000, 999))).toBe(false);
  });

  it('names no more items than there are bytes for', () => {
    expect(isTaken('8300')).toBe(false);
    expect(isTaken('83000000')).toBe(true);
    expect(isTaken('9affffffff')).toBe(false);
    expect(isTaken('990400')).toBe(false);
  });
});
