import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { contentPolicy } from '#main/shell/content-policy';
import { serveTestPage, type TestShell } from '#tests/support/web-page';

let shell: TestShell;
beforeEach(async () => {
  shell = await serveTestPage(() => ({ call: () => Promise.reject(new Error('not used')), close: () => undefined }));
});
afterEach(async () => {
  await shell.close();
});

describe('the token in the address', () => {
  it('is exchanged once for the cookie and leads to the page', async () => {
    const first = await shell.ask(`/?token=${shell.access.token}`);
    expect(first.status).toBe(303);
    expect(first.headers.location).toBe('/');
    expect(first.headers['set-cookie']).toEqual([shell.access.cookie]);

    const page = await shell.ask('/', { cookie: shell.cookie });
    expect(page).toMatchObject({ status: 200, body: 'the page' });
  });

  it('says what to do when it was used already', async () => {
    await shell.ask(`/?token=${shell.access.token}`);
    const again = await shell.ask(`/?token=${shell.access.token}`);
    expect(again.status).toBe(403);
    expect(again.headers['set-cookie']).toBeUndefined();
    expect(again.body).toContain('was used already');
    expect(again.body).toContain('start it again');
  });

  it('does no harm when it is opened again in the browser that has the cookie', async () => {
    await shell.ask(`/?token=${shell.access.token}`);
    const again = await shell.ask(`/?token=${shell.access.token}`, { cookie: shell.cookie });
    expect(again.status).toBe(303);
  });

  it('is refused when wrong, and stays unused', async () => {
    expect((await shell.ask('/?token=wrong')).status).toBe(403);
    expect((await shell.ask(`/?token=${shell.access.token}`, {}, 'HEAD')).status).toBe(401);
    expect((await shell.ask(`/?token=${shell.access.token}`)).status).toBe(303);
  });

  it('passes a browser on from within the page when a file or another page sent it here', async () => {
    const headers = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' };
    const answer = await shell.ask(`/?token=${shell.access.token}`, headers);
    expect(answer.status).toBe(200);
    expect(answer.headers['set-cookie']).toEqual([shell.access.cookie]);
    expect(answer.body).toContain('http-equiv="refresh"');
    expect((await shell.ask('/', headers)).body).toContain('http-equiv="refresh"');
    expect((await shell.ask('/', { ...headers, 'sec-fetch-site': 'same-origin' })).status).toBe(401);
  });
});

describe('the page', () => {
  it('is shown only with the cookie', async () => {
    for (const headers of [{}, { cookie: `${shell.cookie}x` }, { cookie: 'roundtable_1=x' }]) {
      const answer = await shell.ask('/', headers);
      expect(answer.status).toBe(401);
      expect(answer.body).not.toContain('the page');
    }
  });

  it('comes with the content policy and the other headers', async () => {
    const { headers } = await shell.ask('/', { cookie: shell.cookie });
    expect(headers['content-security-policy']).toBe(contentPolicy([`ws://${shell.host}`, 'ws://127.0.0.1:9717']));
    expect(headers).toMatchObject({
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
    });
    expect(headers['permissions-policy']).toContain('microphone=(self)');
  });

  it('keeps hashed files for ever', async () => {
    const { headers } = await shell.ask('/assets/app-12345678.js', { cookie: shell.cookie });
    expect(headers['cache-control']).toContain('immutable');
    expect(headers['content-type']).toBe('text/javascript; charset=utf-8');
  });

  it('answers HEAD without a body and no other method', async () => {
    expect(await shell.ask('/', { cookie: shell.cookie }, 'HEAD')).toMatchObject({ status: 200, body: '' });
    for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS']) {
      expect((await shell.ask('/', { cookie: shell.cookie }, method)).status).toBe(405);
    }
  });
});

describe('requests that are not meant for the shell', () => {
  it.each(['evil.example', 'localhost:9720', '127.0.0.1', '127.0.0.1:1', 'evil.example:9720'])(
    'are refused for the host %s',
    async (host) => {
      const answer = await shell.ask('/', { host, cookie: shell.cookie });
      expect(answer.status).toBe(421);
      expect(answer.body).not.toContain('the page');
    },
  );

  it('do not spend the token', async () => {
    await shell.ask(`/?token=${shell.access.token}`, { host: 'evil.example' });
    await shell.ask(`/?token=${shell.access.token}`, { origin: 'https://evil.example' });
    expect((await shell.ask(`/?token=${shell.access.token}`)).status).toBe(303);
  });

  it.each(['https://evil.example', 'null', 'http://127.0.0.1:1', 'http://localhost'])(
    'are refused for the origin %s',
    async (origin) => {
      expect((await shell.ask('/', { origin, cookie: shell.cookie })).status).toBe(403);
    },
  );

  it('are refused when another page of this machine or the web asks for a part of the app', async () => {
    for (const site of ['same-site', 'cross-site']) {
      const headers = { cookie: shell.cookie, 'sec-fetch-site': site, 'sec-fetch-mode': 'no-cors' };
      expect((await shell.ask('/assets/app-12345678.js', headers)).status).toBe(403);
    }
  });

  it('find nothing but the listed files, whatever the path', async () => {
    const tricks = [
      '/../package.json',
      '/..%2fpackage.json',
      '/assets/../../package.json',
      '//etc/passwd',
      '/%2e%2e/etc/passwd',
      '/assets\\..\\x',
      '/etc/passwd',
      '/index.html%00.js',
    ];
    for (const path of tricks) expect((await shell.ask(path, { cookie: shell.cookie })).status).toBe(404);
    const segment = fc.constantFrom(
      '..',
      '.',
      '%2e%2e',
      'assets',
      'etc',
      'passwd',
      '',
      '%2f',
      'a',
      'app-12345678.js',
      '..;',
      '%c0%ae',
    );
    await fc.assert(
      fc.asyncProperty(fc.array(segment, { minLength: 1, maxLength: 6 }), async (segments) => {
        const path = `/${segments.join('/')}`;
        const answer = await shell.ask(path, { cookie: shell.cookie });
        expect(answer.status).toBe(path === '/' || path === '/assets/app-12345678.js' ? 200 : 404);
      }),
      { numRuns: 150 },
    );
  });
});
