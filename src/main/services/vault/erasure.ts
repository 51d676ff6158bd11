// Reed-Solomon over GF(256): bytes as `total` shares of which any `needed` give them back. The first `needed` shares are the bytes
// themselves, the others parity. Library and matrix: docs/decisions/0021-vault-format.md.
import { Failure } from '#shared/failure';
import { vaultLimits as limits } from '#main/services/vault/vault-limits';
import { ReedSolomon } from '#main/services/vault/reed-solomon';

export interface Scheme {
  readonly needed: number;
  readonly total: number;
}

/** Of each share that is worked on at once: all shares of a stripe fit the processor's cache, and the coder's memory stays small. */
const stripeBytes = 64 * 1024;

let loaded: ReedSolomon | null = null;
const coder = (): ReedSolomon => (loaded ??= ReedSolomon.load());

/** `bytes` has a length that `needed` divides. The first shares are views of it; with one needed all are the same. */
export function encodeShares(bytes: Uint8Array<ArrayBuffer>, scheme: Scheme): Uint8Array<ArrayBuffer>[] {
  assertScheme(scheme);
  const { needed, total } = scheme;
  const length = bytes.length / needed;
  if (length === 0 || !Number.isInteger(length)) throw new Failure('input-invalid', 'no length of a segment');
  const shares = Array.from({ length: needed }, (_, share) => bytes.subarray(share * length, (share + 1) * length));
  if (needed === 1) return Array.from({ length: total }, () => bytes);
  for (let share = needed; share < total; share += 1) shares.push(new Uint8Array(length));
  if (needed < total) encodeStripes(shares, length, scheme);
  return shares;
}

/** Shares by their number, the first being 0. Fails `input-invalid` for too few of them, and for lengths that differ. */
export function decodeShares(shares: ReadonlyMap<number, Uint8Array>, scheme: Scheme): Uint8Array<ArrayBuffer> {
  assertScheme(scheme);
  const { needed, total } = scheme;
  const [first] = shares.values();
  const length = first?.length ?? 0;
  const areFit = [...shares].every(([share, bytes]) => isBelow(share, total) && bytes.length === length);
  if (length === 0 || !areFit || shares.size < needed)
    throw new Failure('input-invalid', 'too few shares, or unfit ones');
  const bytes = new Uint8Array(needed * length);
  if (needed === 1 && first) bytes.set(first);
  else decodeInto(bytes, shares, scheme);
  return bytes;
}

const isBelow = (value: number, end: number): boolean => Number.isInteger(value) && value >= 0 && value < end;

function assertScheme({ needed, total }: Scheme): void {
  if (!isBelow(needed - 1, total) || !isBelow(total - 1, limits.vaultSharesMost))
    throw new Failure('input-invalid', `no scheme: ${needed} of ${total}`);
}

function encodeStripes(shares: readonly Uint8Array[], length: number, { needed, total }: Scheme): void {
  const data = [...shares.slice(0, needed).entries()];
  for (let at = 0; at < length; at += stripeBytes) {
    const size = Math.min(stripeBytes, length - at);
    const room = coder().shares(size * total);
    for (const [share, bytes] of data) room.set(bytes.subarray(at, at + size), share * size);
    const stripe = coder().encode(size * total, needed, total);
    for (let share = needed; share < total; share += 1)
      shares[share]?.set(stripe.subarray(share * size, (share + 1) * size), at);
  }
}

function decodeInto(bytes: Uint8Array, shares: ReadonlyMap<number, Uint8Array>, { needed, total }: Scheme): void {
  const length = bytes.length / needed;
  const there = Array.from({ length: total }, (_, share) => shares.has(share));
  if (!there.slice(0, needed).includes(false)) {
    for (const [share, part] of shares) if (share < needed) bytes.set(part, share * length);
    return;
  }
  for (let at = 0; at < length; at += stripeBytes) {
    const size = Math.min(stripeBytes, length - at);
    const room = coder().shares(size * total);
    for (const [share, part] of shares) room.set(part.subarray(at, at + size), share * size);
    const stripe = coder().reconstruct(size * total, needed, there);
    for (let share = 0; share < needed; share += 1)
      bytes.set(stripe.subarray(share * size, (share + 1) * size), share * length + at);
  }
}
