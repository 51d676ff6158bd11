// SHA-256 by the browser, outside the page's thread.
import type { Sha256 } from '#core/ports/content';

export const sha256: Sha256 = async (bytes) => new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
