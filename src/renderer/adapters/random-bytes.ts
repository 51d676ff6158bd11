// Cryptographically strong randomness from the browser (Web Cryptography API).
import type { RandomBytes } from '#core/ports';

export const randomBytes: RandomBytes = (length) => crypto.getRandomValues(new Uint8Array(length));
