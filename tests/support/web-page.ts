// A web shell's HTTP and socket side on a free port of loopback, with a page and a window of the test's own.
import { createServer, request, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { decode, encode } from 'cborg';
import { WebSocket } from 'ws';
import type { PageFiles } from '#main/shell/page-files';
import { Access } from '#main/web/access';
import { HostSocket, type HostSocketOptions } from '#main/web/host-socket';
import { PageServer, type PageServerOptions } from '#main/web/page-server';

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

const encoder = new TextEncoder();
const pageFile = (content: string, type: string, isImmutable: boolean) => ({
  type,
  isImmutable,
  read: () => Promise.resolve(encoder.encode(content)),
});

export const testPage: PageFiles = new Map([
  ['/', pageFile('the page', 'text/html; charset=utf-8', false)],
  ['/assets/app-12345678.js', pageFile('export {}', 'text/javascript; charset=utf-8', true)],
]);

/** Listens; `ask` sends exactly the path and headers given, as no browser would. */
export async function serveTestPage(
  openWindow: HostSocketOptions['openWindow'],
  played: PageServerOptions['played'] = { open: () => Promise.resolve(null) },
) {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo; // sound: TCP
  const host = `127.0.0.1:${port}`;
  const access = new Access(port);
  const page = new PageServer({ files: testPage, played, access, host, sockets: () => ['ws://127.0.0.1:9717'] });
  server.on('request', (incoming, response) => page.handle(incoming, response));
  const socket = new HostSocket(server, { access, host, openWindow });
  const cookie = access.cookie.split(';')[0] ?? '';

  const ask = (path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Answer> =>
    new Promise((resolve, reject) => {
      const asked = request(
        { host: '127.0.0.1', port, path, method, headers: { host, ...headers }, agent: false },
        (response) => {
          let body = '';
          response.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
          response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body }));
        },
      );
      asked.on('error', reject).end();
    });

  return {
    access,
    cookie,
    host,
    ask,
    connect: (headers: Record<string, string>, path = '/host') => new WebSocket(`ws://${host}${path}`, { headers }),
    own: { cookie, origin: `http://${host}` },
    close: async () => {
      socket.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

export type TestShell = Awaited<ReturnType<typeof serveTestPage>>;

/** Resolves to 'open', or to the HTTP status of the refusal. */
export function opening(socket: WebSocket): Promise<'open' | number> {
  return new Promise((resolve, reject) => {
    socket.on('open', () => resolve('open'));
    socket.on('unexpected-response', (_request, response) => resolve(response.statusCode ?? 0));
    socket.on('error', reject);
  });
}

export const closing = (socket: WebSocket): Promise<number> =>
  new Promise((resolve) => socket.on('close', (code) => resolve(code)));

/** Sends a call over an open socket and waits for the reply with its id. */
export function callOver(socket: WebSocket, id: number, name: string, input?: unknown): Promise<unknown> {
  return new Promise((resolve) => {
    const listen = (data: Buffer): void => {
      const [replyId, reply] = decode(new Uint8Array(data)) as unknown[]; // sound: every frame is an array
      if (replyId !== id) return;
      socket.off('message', listen);
      resolve(reply);
    };
    socket.on('message', listen);
    socket.send(encode(input === undefined ? [id, name] : [id, name, input]));
  });
}
