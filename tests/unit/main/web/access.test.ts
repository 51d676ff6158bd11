import { describe, expect, it } from 'vitest';
import { Access } from '#main/web/access';

const cookieOf = (access: Access): string => access.cookie.split(';')[0] ?? '';

describe('access to the web shell', () => {
  it('takes the token once', () => {
    const access = new Access(9720);
    expect(access.redeem('wrong')).toBe('wrong');
    expect(access.redeem(access.token)).toBe('granted');
    expect(access.redeem(access.token)).toBe('used');
  });

  it('has 256 random bits in token and cookie, not the same', () => {
    const [one, two] = [new Access(9720), new Access(9720)];
    expect(one.token).toMatch(/^[A-Za-z0-9_-]{43}$/);
    expect(one.token).not.toBe(two.token);
    expect(one.cookie).not.toContain(one.token);
  });

  it('gives a cookie that scripts and other sites cannot use', () => {
    const { cookie } = new Access(9720);
    expect(cookie).toMatch(/^roundtable_9720=[A-Za-z0-9_-]{43}; HttpOnly; SameSite=Strict; Path=\/$/);
  });

  it('knows its own cookie among others and no other', () => {
    const access = new Access(9720);
    const own = cookieOf(access);
    expect(access.allows(own)).toBe(true);
    expect(access.allows(`a=b; ${own}; c=d`)).toBe(true);
    expect(access.allows(undefined)).toBe(false);
    expect(access.allows('')).toBe(false);
    expect(access.allows(`${own}x`)).toBe(false);
    expect(access.allows(own.slice(0, -1))).toBe(false);
    expect(access.allows(own.replace('9720', '9721'))).toBe(false);
    expect(access.allows(cookieOf(new Access(9720)))).toBe(false);
  });
});
