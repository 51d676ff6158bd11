// Peer ids of nobody.
import { randomBytes } from 'node:crypto';
import { base32nopad } from '@scure/base';
import type { PeerId } from '#shared/identity';

export const newPeerId = (): PeerId => base32nopad.encode(randomBytes(32)).toLowerCase() as PeerId; // sound: 32 bytes of base32
