// Files that are played, over HTTP: ranges, what they are said to be, who gets them, and what happens when somebody goes.
import { request } from 'node:http';
import fc from 'fast-check';
import { parse } from 'valibot';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DropId, FileId } from '#shared/drop';
import { Failure } from '#shared/failure';
import { mediaAddress } from '#shared/media';
import { contentPolicy } from '#main/shell/content-policy';
import { serveTestPage, type TestShell } from '#tests/support/web-page';

const dropId = parse(DropId, 'a'.repeat(32));
const fileId = parse(FileId, 'b'.repeat(32));
const path = mediaAddress(dropId, fileId);
const content = 'A harbour at night, from the pier.';

let shell: TestShell;
/** What the file gives; the content unless a test says otherwise. */
let stream: (start: number, end: number) => ReadableStream<Uint8Array<ArrayBuffer>>;
let opened: string[];

const piece = (text: string): Uint8Array<ArrayBuffer> => new Uint8Array(new TextEncoder().encode(text));

beforeEach(async () => {
  opened = [];
  stream = (start, end) =>
    new ReadableStream({
      start: (controller) => {
        controller.enqueue(piece(content.slice(start, end)));
        controller.close();
      },
    });
  shell = await serveTestPage(() => ({ call: () => Promise.reject(new Error('not used')), close: () => undefined }), {
    open: async (drop, file) => {
      opened.push(`${drop} ${file}`);
      if (drop !== dropId || file !== fileId) return null;
      return { name: 'harbour.webm', size: content.length, stream: (start, end) => stream(start, end) };
    },
  });
});
afterEach(async () => {
  await shell.close();
});

const ask = async (headers: Record<string, string> = {}, method = 'GET', at = path) =>
  await shell.ask(at, { cookie: shell.cookie, ...headers }, method);

describe('a file that is played', () => {
  it('is given whole, and says that it can be had in parts', async () => {
    const { status, headers, body } = await ask();
    expect({ status, body }).toEqual({ status: 200, body: content });
    expect(headers).toMatchObject({
      'content-type': 'video/webm',
      'content-length': String(content.length),
      'accept-ranges': 'bytes',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'content-security-policy': contentPolicy([]),
      'cross-origin-resource-policy': 'same-origin',
    });
  });

  it('is given in the part that is asked for, and no other', async () => {
    const { status, headers, body } = await ask({ range: 'bytes=2-8' });
    expect({ status, body }).toEqual({ status: 206, body: 'harbour' });
    expect(headers['content-range']).toBe(`bytes 2-8/${content.length}`);
    expect(headers['content-length']).toBe('7');
    expect((await ask({ range: 'bytes=-5' })).body).toBe('pier.');
  });

  it('says how long it is to whoever asks for what lies behind its end', async () => {
    const { status, headers, body } = await ask({ range: `bytes=${content.length}-` });
    expect({ status, body }).toEqual({ status: 416, body: '' });
    expect(headers['content-range']).toBe(`bytes */${content.length}`);
  });

  it('is given whole where the part depends on a state of it, of which none is told', async () => {
    expect((await ask({ range: 'bytes=2-8', 'if-range': '"a"' })).status).toBe(200);
  });

  it('is described without its bytes', async () => {
    stream = () => {
      throw new Error('read');
    };
    expect(await ask({ range: 'bytes=2-8' }, 'HEAD')).toMatchObject({ status: 206, body: '' });
  });

  it('is described before its first bytes are there', async () => {
    let come: () => void = () => undefined;
    stream = () =>
      new ReadableStream({
        pull: async (controller) => {
          await new Promise<void>((resolve) => (come = resolve));
          controller.enqueue(piece(content));
          controller.close();
        },
      });
    const body = await new Promise<string>((resolve, reject) => {
      const [hostname, port] = shell.host.split(':');
      const headers = { host: shell.host, cookie: shell.cookie };
      request({ hostname, port, path, headers }, (response) => {
        expect(response.headers['content-length']).toBe(String(content.length));
        come();
        let text = '';
        response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
        response.on('end', () => resolve(text));
      })
        .on('error', reject)
        .end();
    });
    expect(body).toBe(content);
  });

  it('ends the connection when no more comes, so that a part is never taken for the whole', async () => {
    stream = (start) =>
      new ReadableStream({
        start: (controller) => controller.enqueue(piece(content.slice(start, start + 4))),
        pull: () => Promise.reject(new Failure('aborted')),
      });
    const cut = await new Promise<string>((resolve) => {
      const [hostname, port] = shell.host.split(':');
      request({ hostname, port, path, headers: { host: shell.host, cookie: shell.cookie } }, (response) => {
        response.on('error', (error) => resolve(error.message));
        response.on('end', () => resolve('whole')).resume();
      }).end();
    });
    expect(cut).toBe('aborted');
  });

  it('is not waited for any more once whoever asked has gone', async () => {
    const gone = new Promise<void>((resolve) => {
      stream = () => new ReadableStream({ pull: () => new Promise(() => undefined), cancel: () => resolve() });
    });
    const [hostname, port] = shell.host.split(':');
    const asked = request({ hostname, port, path, headers: { host: shell.host, cookie: shell.cookie } }, () => {
      asked.destroy();
    });
    asked.on('error', () => undefined).end();
    await gone;
  });
});

describe('whoever may not have it', () => {
  it('gets nothing without the cookie, and from another page', async () => {
    const other = { cookie: shell.cookie, 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' };
    for (const headers of [
      {},
      { cookie: `${shell.cookie}x` },
      other,
      { cookie: shell.cookie, origin: 'https://evil.example' },
    ]) {
      const { status, body } = await shell.ask(path, headers);
      expect([401, 403]).toContain(status);
      expect(body).not.toContain('harbour');
    }
    expect((await ask({}, 'POST')).status).toBe(405);
    expect(opened).toEqual([]);
  });

  it('finds nothing under any other address', async () => {
    const segment = fc.constantFrom('media', '..', dropId, fileId, '%2e%2e', '', 'etc', '%2f', 'B'.repeat(32));
    await fc.assert(
      fc.asyncProperty(fc.array(segment, { minLength: 1, maxLength: 4 }), async (segments) => {
        const at = `/media/${segments.join('/')}`;
        const { status, body } = await ask({}, 'GET', at);
        expect(status).toBe(at === path ? 200 : 404);
        expect(body === '' || at === path).toBe(true);
      }),
      { numRuns: 100, examples: [[[fileId, fileId]], [[dropId, dropId]], [[dropId, fileId]]] },
    );
  });

  it('gets a part of it or all of it, whatever range is written', async () => {
    const range = fc
      .tuple(
        fc.constantFrom('bytes=', 'bytes ', 'lines=', ''),
        fc.array(fc.constantFrom('-', ',', '0', '7', '33', '99999999999999999999', ' '), { maxLength: 6 }),
      )
      .map(([unit, pieces]) => `${unit}${pieces.join('')}`);
    await fc.assert(
      fc.asyncProperty(range, async (header) => {
        const { status, headers, body } = await ask({ range: header });
        expect([200, 206, 416]).toContain(status);
        if (status === 206) {
          const [, start = 0, end = 0] = (/^bytes (\d+)-(\d+)\//.exec(headers['content-range'] ?? '') ?? []).map(
            Number,
          );
          expect(body).toBe(content.slice(start, end + 1));
        } else expect(body).toBe(status === 200 ? content : '');
      }),
      { numRuns: 100 },
    );
  });
});
