// A PeerServer of an attacker: speaks the protocol, keeps all it sees, and may change, drop, repeat or invent messages.
import { createServer, type IncomingMessage } from 'node:http';
import { WebSocketServer, type WebSocket } from 'ws';
import { peerServerGreeting, peerServerPath } from '#main/shell/peer-server';

export interface PeerMessage {
  type: string;
  src?: string;
  dst?: string;
  payload?: unknown;
}

/** What the attacker does with a message from one person to another: the messages that are delivered instead. */
type Tamper = (message: PeerMessage) => readonly PeerMessage[];

export interface HostilePeerServer {
  /** Everything that passed, as it came in. */
  readonly seen: readonly PeerMessage[];
  readonly ids: readonly string[];
  tamper: Tamper;
  /** Ids that the attacker registered first: their owners are refused, and what is sent to them arrives nowhere else. */
  readonly squatted: Set<string>;
  /** Sends an invented message to somebody who is registered. */
  inject(message: PeerMessage & { dst: string }): void;
  /** While true everybody is turned away, and whoever was connected is cut. */
  isDown: boolean;
  close(): Promise<void>;
}

export async function startHostilePeerServer(port: number): Promise<HostilePeerServer> {
  const clients = new Map<string, WebSocket>();
  const seen: PeerMessage[] = [];
  const http = createServer((request, response) => {
    // Poses as the machine's own PeerServer, so that web shells use it instead of starting one.
    response.writeHead(200, { 'Content-Type': 'text/plain' }).write(peerServerGreeting);
    if (request.url === peerServerPath) response.end();
  });
  const sockets = new WebSocketServer({ server: http });
  const deliver = (message: PeerMessage): void => {
    if (message.dst !== undefined) clients.get(message.dst)?.send(JSON.stringify(message));
  };
  let isDown = false;
  const server: HostilePeerServer = {
    seen,
    get isDown() {
      return isDown;
    },
    set isDown(next) {
      isDown = next;
      if (next) for (const socket of clients.values()) socket.terminate();
    },
    get ids() {
      return [...clients.keys()];
    },
    tamper: (message) => [message],
    squatted: new Set(),
    inject: deliver,
    close: async () => {
      for (const socket of clients.values()) socket.terminate();
      await new Promise((resolve) => {
        http.close(resolve);
        http.closeAllConnections();
      });
    },
  };
  sockets.on('connection', (socket: WebSocket, request: IncomingMessage) => {
    const id = new URL(request.url ?? '/', 'http://127.0.0.1').searchParams.get('id') ?? '';
    if (server.squatted.has(id)) {
      socket.send(JSON.stringify({ type: 'ID-TAKEN', payload: { msg: 'ID is taken' } }));
      socket.close();
      return;
    }
    if (isDown) {
      socket.terminate();
      return;
    }
    clients.set(id, socket);
    socket.send(JSON.stringify({ type: 'OPEN' }));
    socket.on('message', (data: Buffer) => {
      // Sound for a test: only Roundtable's pages talk to this server.
      const message = JSON.parse(data.toString()) as PeerMessage;
      if (message.type === 'HEARTBEAT') return;
      const sent = { ...message, src: id };
      seen.push(sent);
      for (const changed of server.tamper(sent)) deliver(changed);
    });
    socket.on('close', () => clients.get(id) === socket && clients.delete(id));
  });
  await new Promise<void>((resolve) => http.listen(port, '127.0.0.1', resolve));
  return server;
}
