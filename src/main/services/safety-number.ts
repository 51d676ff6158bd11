// The number two people compare to know that each holds the other's real key: 60 digits, the same on both sides.
import { hash } from 'node:crypto';
import type { SafetyNumber } from '#shared/contact';
import type { PeerId } from '#shared/identity';
import { peerKey } from '#main/services/peer-keys';

const label = 'roundtable/safety-number/1';
/** Makes each guess at a key with a similar number costly. */
const rounds = 5_200;
const groups = 6;

/** 30 digits of either key, the smaller peer id first. `peerId` is the key of theirs that was compared. */
export function safetyNumber(mine: PeerId, theirs: PeerId): SafetyNumber {
  const digits = [mine, theirs].sort().map(digitsOf).join('');
  return { peerId: theirs, digits, qrText: `roundtable:s1/${digits}` };
}

function digitsOf(peerId: PeerId): string {
  const key = peerKey(peerId).bytes;
  // One buffer for hash and key: each round hashes the hash before and the key again.
  let digest = sha512(Buffer.concat([Buffer.from(`${label}\0`), key]));
  const block = Buffer.concat([digest, key]);
  for (let round = 1; round < rounds; round += 1) {
    block.set(digest);
    digest = sha512(block);
  }
  const five = (index: number): string => (digest.readUIntBE(index * 5, 5) % 100_000).toString().padStart(5, '0');
  return Array.from({ length: groups }, (_, index) => five(index)).join('');
}

function sha512(bytes: Buffer): Buffer {
  return hash('sha512', bytes, 'buffer');
}
