// One embedded PeerServer on one port: a mailbox for the people on this machine and, when asked, on this network.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocketServer, type WebSocket } from 'ws';
import { limitCalls } from '#main/shell/call-rate';

export const peerServerPath = '/roundtable';
export const peerServerKey = 'roundtable';
/** What an embedded PeerServer answers to a plain GET, so that another profile knows it for one. */
export const peerServerGreeting = 'Roundtable PeerServer\n';

const messageBytes = 64 * 1024;
const messagesPerSecond = 100;
const clientsInAll = 256;
const watchersInAll = 64;
const pingEveryMs = 5_000;
/** Pings are answered by the browser itself, so even a hidden page whose timers sleep is alive for the server. */
const aliveTimeoutMs = 20_000;
/** A message to somebody absent is kept this long, then its sender is told. */
const absentTimeoutMs = 3_000;

export interface PeerServerOptions {
  readonly host: '127.0.0.1' | '0.0.0.0';
  /** 0 for any free one. */
  readonly port: number;
  readonly onTrouble: (error: Error) => void;
}

export interface RunningPeerServer {
  readonly port: number;
  close(): Promise<void>;
}

/** Pages of a Roundtable shell come from loopback or the app's own scheme; a web site may not use the server. */
export function isRoundtableOrigin(origin: string | undefined): boolean {
  return origin === undefined || origin === 'app://roundtable' || /^http:\/\/127\.0\.0\.1:\d{1,5}$/.test(origin);
}

/** Answers a GET from another profile, and keeps its `/watch` request open until this server ends. */
function answerHttp(request: IncomingMessage, response: ServerResponse, watchers: Set<ServerResponse>): void {
  const isOwnMachine = request.socket.remoteAddress === '127.0.0.1';
  if (request.method !== 'GET' || !isOwnMachine || request.headers.origin !== undefined) {
    response.writeHead(404).end();
  } else if (request.url === peerServerPath) {
    response.writeHead(200, { 'Content-Type': 'text/plain' }).end(peerServerGreeting);
  } else if (request.url === `${peerServerPath}/watch` && watchers.size < watchersInAll) {
    watchers.add(response);
    response.on('close', () => watchers.delete(response));
    response.writeHead(200, { 'Content-Type': 'text/plain' }).write(peerServerGreeting);
  } else {
    response.writeHead(404).end();
  }
}

/** Cuts a client that floods the server: its socket is ended before the server reads more of it. */
function limitSocket(socket: WebSocket): void {
  const isWithinRate = limitCalls(messagesPerSecond);
  socket.on('message', () => {
    if (isWithinRate(performance.now())) return;
    socket.removeAllListeners('message'); // else what was received already would still be served
    socket.terminate();
  });
}

function guardedSocketServer(server: Server, path: string | undefined): WebSocketServer {
  const sockets = new WebSocketServer({
    server,
    ...(path === undefined ? {} : { path }),
    maxPayload: messageBytes,
    perMessageDeflate: false,
    verifyClient: ({ origin }: { origin: string | undefined }) => isRoundtableOrigin(origin),
  });
  sockets.on('connection', limitSocket);
  return sockets;
}

const listen = (server: Server, host: string, port: number): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host, port, exclusive: true }, () => {
      server.off('error', reject);
      resolve();
    });
  });

/** Listens, then serves; rejects with the error of `listen` (`EADDRINUSE` when the port is taken). */
export async function startPeerServer({ host, port, onTrouble }: PeerServerOptions): Promise<RunningPeerServer> {
  const watchers = new Set<ServerResponse>();
  const server = createServer({ requestTimeout: 5_000 }, (request, response) => {
    answerHttp(request, response, watchers);
  });
  await listen(server, host, port);
  server.on('error', onTrouble);

  const { ExpressPeerServer } = await import('peer'); // after listening: loading it takes longer than taking the port
  let sockets: WebSocketServer | null = null;
  const config = {
    path: peerServerPath,
    key: peerServerKey,
    allow_discovery: false,
    alive_timeout: aliveTimeoutMs,
    expire_timeout: absentTimeoutMs,
    cleanup_out_msgs: 500,
    concurrent_limit: clientsInAll,
    createWebSocketServer: (options: { path?: string | undefined }) =>
      (sockets = guardedSocketServer(server, options.path)),
  };
  const peers = ExpressPeerServer(server, config);
  peers.on('error', onTrouble); // without a listener a garbled message would end the process
  peers.on('connection', (client) => {
    client.getSocket()?.on('pong', () => {
      client.setLastPing(Date.now());
    });
  });
  // `peer` starts serving only when mounted on an Express app; a second, idle one is an Express app at hand. Its own
  // HTTP routes stay unreachable: answerHttp is the only one to answer requests.
  ExpressPeerServer(server, config).use(peers);

  const ping = setInterval(() => sockets?.clients.forEach((socket) => socket.ping()), pingEveryMs);
  return {
    // Sound: a server that listens on TCP has an address object.
    port: (server.address() as AddressInfo).port,
    close: () => {
      clearInterval(ping);
      sockets?.clients.forEach((socket) => socket.terminate());
      return new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
    },
  };
}
