// The keys of a tunnel are what docs/protocol/friend-relay.md says, made once more here by other means.
import {
  createDecipheriv,
  createHash,
  createPublicKey,
  diffieHellman,
  generateKeyPairSync,
  hkdfSync,
} from 'node:crypto';
import { expect, it } from 'vitest';
import { createTunnelKey } from '#adapters/tunnel-crypto';

const derPrefix = Buffer.from('302a300506032b656e032100', 'hex');
const tunnel = Uint8Array.of(8, 7, 6, 5, 4, 3, 2, 1);

it('seals as the protocol says: X25519, HKDF-SHA-256, AES-256-GCM with a counted nonce', async () => {
  const mine = await createTunnelKey();
  const other = generateKeyPairSync('x25519');
  const theirs = new Uint8Array(other.publicKey.export({ format: 'der', type: 'spki' }).subarray(derPrefix.length));
  const { cipher, fingerprints } = await mine.agree(theirs, 'initiator', tunnel);

  const publicKey = createPublicKey({ key: Buffer.concat([derPrefix, mine.publicKey]), format: 'der', type: 'spki' });
  const shared = diffieHellman({ privateKey: other.privateKey, publicKey });
  const info = Buffer.concat([Buffer.from('roundtable/relay/1/initiator\0'), mine.publicKey, theirs]);
  const key = new Uint8Array(hkdfSync('sha256', shared, tunnel, info, 32));

  const words = new TextEncoder().encode('as it is written');
  const sealed = await cipher.seal(258, words);
  const nonce = Buffer.from('000000000000000000000102', 'hex');
  const decipher = createDecipheriv('aes-256-gcm', key, nonce);
  decipher.setAuthTag(sealed.subarray(-16));
  expect(Buffer.concat([decipher.update(sealed.subarray(0, -16)), decipher.final()]).toString()).toBe(
    'as it is written',
  );

  const label = createHash('sha256').update('roundtable/relay/1/key\0').update(theirs).digest();
  expect(Buffer.from(fingerprints.remote)).toEqual(label);
});

it('opens nothing of another tunnel, another count or its own direction', async () => {
  const [one, other] = await Promise.all([createTunnelKey(), createTunnelKey()]);
  const [mine, theirs] = await Promise.all([
    one.agree(other.publicKey, 'initiator', tunnel),
    other.agree(one.publicKey, 'responder', tunnel),
  ]);
  const elsewhere = await other.agree(one.publicKey, 'responder', Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8));
  const sealed = await mine.cipher.seal(0, Uint8Array.of(1, 2, 3));
  expect(await theirs.cipher.open(0, sealed)).toEqual(Uint8Array.of(1, 2, 3));
  expect(await theirs.cipher.open(1, sealed)).toBeNull();
  expect(await mine.cipher.open(0, sealed)).toBeNull();
  expect(await elsewhere.cipher.open(0, sealed)).toBeNull();
});
