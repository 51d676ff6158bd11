import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { contentPolicy } from '#main/shell/content-policy';
import { answerAppRequest, type AppSchemeOptions } from '#main/electron/app-scheme';
import { testPage } from '#tests/support/web-page';

const none: AppSchemeOptions['played'] = { open: () => Promise.resolve(null) };
const ask = (url: string, method = 'GET', headers: Record<string, string> = {}, played = none) =>
  answerAppRequest(
    { url, method, headers: new Headers(headers) } as Request, // sound: only these three are read
    { files: testPage, played, sockets: () => ['ws://127.0.0.1:9717'] },
  );

describe("the app's scheme", () => {
  it('serves the page with the content policy', async () => {
    const answer = await ask('app://roundtable/');
    expect(answer.status).toBe(200);
    expect(await answer.text()).toBe('the page');
    expect(answer.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(answer.headers.get('content-security-policy')).toBe(contentPolicy(['ws://127.0.0.1:9717']));
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
  });

  it.each([
    'app://other/',
    'app://roundtable.evil/',
    'app://user@roundtable/',
    'https://roundtable/',
    'file:///etc/passwd',
  ])('refuses %s', async (url) => {
    expect((await ask(url)).status).toBe(403);
  });

  it('only reads', async () => {
    for (const method of ['POST', 'PUT', 'DELETE', 'HEAD'])
      expect((await ask('app://roundtable/', method)).status).toBe(403);
  });

  it('finds nothing but the listed files, whatever the path', async () => {
    const segment = fc.oneof(
      fc.constantFrom('..', '.', '%2e%2e', '%2f', '\\', '..\\', 'assets', 'etc', 'passwd', '%00'),
      fc.string({ maxLength: 8 }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(segment, { maxLength: 8 }), async (segments) => {
        const url = `app://roundtable/${segments.join('/')}`;
        const answer = await ask(url);
        const { pathname } = new URL(url);
        expect(answer.status).toBe(testPage.has(pathname) ? 200 : 404);
      }),
      { numRuns: 2_000 },
    );
  });

  it('gives a file that is played, in the part that is asked for, and lets go of it with the answer', async () => {
    let isReleased = false;
    const played: AppSchemeOptions['played'] = {
      open: async (dropId, fileId) => ({
        name: `${dropId}${fileId}.ogg`,
        size: 1_000,
        stream: (start, end) =>
          new ReadableStream({
            start: (controller) => controller.enqueue(new Uint8Array(end - start)),
            cancel: () => void (isReleased = true),
          }),
      }),
    };
    const url = `app://roundtable/media/${'a'.repeat(32)}/${'b'.repeat(32)}`;
    const answer = await ask(url, 'GET', { range: 'bytes=10-19' }, played);
    expect(answer.status).toBe(206);
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'content-type': 'audio/ogg',
      'content-range': 'bytes 10-19/1000',
      'content-length': '10',
      'x-content-type-options': 'nosniff',
    });
    const reader = answer.body?.getReader();
    expect((await reader?.read())?.value).toHaveLength(10);
    await reader?.cancel();
    expect(isReleased).toBe(true);
    expect((await ask(`${url}/`, 'GET', {}, played)).status).toBe(404);
    expect((await ask(url, 'POST', {}, played)).status).toBe(403);
    expect((await ask(url)).status).toBe(404);
  });
});
