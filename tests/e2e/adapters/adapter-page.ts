// Serves a page that holds nothing but the browser adapters, under the app's own Content-Security-Policy.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { build } from 'vite';
import { securityHeaders } from '#main/shell/content-policy';

export interface AdapterPage {
  readonly url: string;
  close(): Promise<void>;
}

const types: Readonly<Record<string, string>> = { js: 'text/javascript', wasm: 'application/wasm', html: 'text/html' };
const entry = 'tests/e2e/adapters/pages/adapters.ts';

/** The page and what it loads, by request path. */
export async function bundleAdapters(): Promise<Map<string, string | Uint8Array>> {
  const result = await build({
    configFile: false,
    logLevel: 'error',
    build: {
      write: false,
      target: 'esnext',
      minify: false,
      modulePreload: false,
      rolldownOptions: { input: entry, output: { entryFileNames: 'page.js' } },
    },
  });
  if (!('output' in result)) throw new Error('vite built something else');
  const files = result.output.map(
    (file) => [`/${file.fileName}`, file.type === 'chunk' ? file.code : file.source] as const,
  );
  return new Map([
    ...files,
    ['/', '<!doctype html><title>Adapters</title><script type="module" src="/page.js"></script>'],
  ]);
}

/** @param sockets the PeerServers the page may talk to, as CSP sources */
export async function serveAdapterPage(sockets: readonly string[] = []): Promise<AdapterPage> {
  const files = await bundleAdapters();
  const server = createServer((request, response) => {
    const path = request.url ?? '/';
    const file = files.get(path);
    const type = path === '/' ? 'html' : (path.split('.').at(-1) ?? '');
    const headers = { ...securityHeaders(sockets), 'Content-Type': types[type] ?? 'application/octet-stream' };
    if (file === undefined) response.writeHead(404).end();
    else response.writeHead(200, headers).end(file);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // Sound: a server that listens on TCP has an address object.
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/`,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
