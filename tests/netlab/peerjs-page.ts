// Serves the page of the baseline on this machine's own loopback: PeerJS and nothing else. Says "at PORT".
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

const script = readFileSync('node_modules/peerjs/dist/peerjs.min.js');
const page = '<!doctype html><video autoplay playsinline></video><script src="/peerjs.js"></script>';

const server = createServer((request, response) => {
  const isScript = request.url === '/peerjs.js';
  response.setHeader('content-type', isScript ? 'text/javascript' : 'text/html');
  response.end(isScript ? script : page);
});
server.listen(0, '127.0.0.1', () => {
  // Sound: a listening TCP server has an AddressInfo.
  process.stdout.write(`at ${(server.address() as AddressInfo).port}\n`);
});
