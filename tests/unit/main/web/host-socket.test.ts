import { decode, encode } from 'cborg';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { EmitEvent } from '#main/shell/service-events';
import { callOver, closing, opening, serveTestPage, type TestShell } from '#tests/support/web-page';

let shell: TestShell;
let emits: EmitEvent[];
const call = vi.fn((name: string, input: unknown) => Promise.resolve({ ok: true as const, value: { name, input } }));
const close = vi.fn();

beforeEach(async () => {
  emits = [];
  call.mockClear();
  close.mockClear();
  shell = await serveTestPage((emit) => {
    emits.push(emit);
    return { call, close };
  });
});
afterEach(async () => {
  await shell.close();
});

const open = async () => {
  const socket = shell.connect(shell.own);
  expect(await opening(socket)).toBe('open');
  return socket;
};

describe('opening the host socket', () => {
  it('works for our own page with the cookie', async () => {
    expect(await opening(shell.connect(shell.own))).toBe('open');
  });

  it.each([
    ['the cookie is missing', () => ({ origin: shell.own.origin }), 401],
    ['the cookie is another', () => ({ ...shell.own, cookie: `${shell.cookie}x` }), 401],
    ['the origin is missing', () => ({ cookie: shell.cookie }), 403],
    ['the origin is a web site', () => ({ ...shell.own, origin: 'https://evil.example' }), 403],
    ['the origin is another port of this machine', () => ({ ...shell.own, origin: 'http://127.0.0.1:1' }), 403],
    ['the origin is opaque', () => ({ ...shell.own, origin: 'null' }), 403],
    ['the host is a name that was bound to this machine', () => ({ ...shell.own, host: 'evil.example' }), 403],
    [
      'the token stands where the cookie belongs',
      () => ({ ...shell.own, cookie: `roundtable=${shell.access.token}` }),
      401,
    ],
  ])('is refused when %s', async (_why, headers, status) => {
    expect(await opening(shell.connect(headers()))).toBe(status);
    expect(emits).toHaveLength(0);
  });

  it('is refused at any other path', async () => {
    expect(await opening(shell.connect(shell.own, '/hosts'))).toBe(404);
    expect(await opening(shell.connect(shell.own, '/host?x=1'))).toBe(404);
  });
});

describe('an open host socket', () => {
  it('answers calls, binary included, each by its id', async () => {
    const socket = await open();
    const blob = new Uint8Array([1, 2, 3]);
    const [one, two] = await Promise.all([
      callOver(socket, 1, 'openSignal', { blob }),
      callOver(socket, 2, 'readIdentity'),
    ]);
    expect(one).toEqual({ ok: true, value: { name: 'openSignal', input: { blob } } });
    expect(two).toEqual({ ok: true, value: { name: 'readIdentity' } });
  });

  it('carries events', async () => {
    const socket = await open();
    const received = new Promise<unknown>((resolve) =>
      socket.on('message', (data: Buffer) => resolve(decode(new Uint8Array(data)))),
    );
    emits[0]?.('inviteOpened', { text: 'roundtable:i1/AAAA' });
    expect(await received).toEqual(['event', 'inviteOpened', { text: 'roundtable:i1/AAAA' }]);
  });

  it('is closed for text, garbage and oversized frames, and nothing runs', async () => {
    for (const [frame, code] of [
      ['[1,"readIdentity"]', 1007],
      [new Uint8Array([0xff, 0x00]), 1007],
      [encode({ call: 'readIdentity' }), 1007],
      [encode([1, 'saveSettings', new Uint8Array(257 * 1024)]), 1009],
    ] as const) {
      const socket = await open();
      const closed = closing(socket);
      socket.send(frame);
      expect(await closed).toBe(code);
    }
    expect(call).not.toHaveBeenCalled();
    expect(close).toHaveBeenCalledTimes(4);
  });

  it('takes four blocks in one call for files, and no such message for anything else', async () => {
    const blocks = Array.from({ length: 4 }, (_, index) => ({ index, bytes: new Uint8Array(256 * 1024) }));
    const socket = await open();
    expect(await callOver(socket, 1, 'writeBlocks', { fileId: 'x', blocks })).toMatchObject({ ok: true });
    for (const name of ['openSignal', 'made-up']) {
      const other = await open();
      const closed = closing(other);
      other.send(encode([1, name, { blocks }]));
      expect(await closed).toBe(1009);
    }
    expect(call).toHaveBeenCalledTimes(1);
  });

  it('survives whatever bytes come', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 64 }), async (bytes) => {
        const socket = await open();
        const closed = closing(socket);
        socket.send(bytes);
        socket.close();
        await closed;
      }),
      { numRuns: 50 },
    );
    expect(await callOver(await open(), 1, 'readIdentity')).toMatchObject({ ok: true });
  });

  it('runs no more than 200 calls at once within a second and says so for the others', async () => {
    const socket = (await open()).setMaxListeners(400);
    const replies = await Promise.all(Array.from({ length: 300 }, (_, id) => callOver(socket, id, 'readSettings')));
    const refused = replies.filter((reply) => !(reply as { ok: boolean }).ok);
    expect(refused.length).toBeGreaterThan(0);
    expect(call.mock.calls.length).toBe(300 - refused.length);
    expect(call.mock.calls.length).toBeLessThan(300);
    expect(refused[0]).toMatchObject({ code: 'input-invalid' });
  });

  it('tells its window when the page goes away', async () => {
    const socket = await open();
    socket.terminate();
    await vi.waitFor(() => {
      expect(close).toHaveBeenCalledTimes(1);
    });
  });
});
