// Who may use the web shell: whoever opens the address with the one-time token gets a cookie for as long as it runs.
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

const secret = (): string => randomBytes(32).toString('base64url');

/** Compares digests, so that neither content nor length shows in the time it takes. */
function isSame(given: string, expected: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(expected));
}

export class Access {
  readonly token = secret();
  readonly #session = secret();
  readonly #cookieName: string;
  #isTokenUsed = false;

  /** Cookies know no ports: the name keeps two profiles on 127.0.0.1 apart. */
  constructor(port: number) {
    this.#cookieName = `roundtable_${port}`;
  }

  redeem(token: string): 'granted' | 'used' | 'wrong' {
    if (!isSame(token, this.token)) return 'wrong';
    if (this.#isTokenUsed) return 'used';
    this.#isTokenUsed = true;
    return 'granted';
  }

  /** The value of the Set-Cookie header: gone when the browser ends, unreadable for scripts, never sent by other sites. */
  get cookie(): string {
    return `${this.#cookieName}=${this.#session}; HttpOnly; SameSite=Strict; Path=/`;
  }

  allows(cookieHeader: string | undefined): boolean {
    return (cookieHeader ?? '').split(';').some((pair) => {
      const at = pair.indexOf('=');
      return pair.slice(0, at).trim() === this.#cookieName && isSame(pair.slice(at + 1).trim(), this.#session);
    });
  }
}
