// A bare client of a PeerServer, for tests that look at single messages.
import { WebSocket, type ClientOptions } from 'ws';

export interface PeerMessage {
  readonly type: string;
  readonly src?: string;
  readonly dst?: string;
  readonly payload?: unknown;
}

export class PeerClient {
  readonly socket: WebSocket;
  readonly received: PeerMessage[] = [];

  constructor(
    port: number,
    id: string,
    { key = 'roundtable', token = `token-of-${id}`, ...options }: ClientOptions & { key?: string; token?: string } = {},
  ) {
    const query = new URLSearchParams({ key, id, token });
    this.socket = new WebSocket(`ws://127.0.0.1:${port}/roundtable/peerjs?${query}`, options);
    this.socket.on('message', (data: Buffer) => {
      this.received.push(JSON.parse(data.toString()) as PeerMessage); // sound: PeerServers speak JSON objects
    });
    this.socket.on('error', () => undefined); // followed by close
  }

  /** Resolves to the first message of that type, or rejects when the socket closes without one. */
  next(type: string): Promise<PeerMessage> {
    return new Promise((resolve, reject) => {
      const look = (): void => {
        const found = this.received.find((message) => message.type === type);
        if (found) resolve(found);
      };
      look();
      this.socket.on('message', look);
      this.socket.on('close', (code) => reject(new Error(`closed with ${code} before ${type}`)));
    });
  }

  get closed(): Promise<number> {
    return new Promise((resolve) => this.socket.on('close', resolve));
  }

  send(message: PeerMessage | string): void {
    this.socket.send(typeof message === 'string' ? message : JSON.stringify(message));
  }
}
