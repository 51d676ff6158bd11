// The contract over WebSockets: one per window of the browser. A socket is opened only for our own page with the cookie.
import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type RawData, type WebSocket } from 'ws';
import type { Reply } from '#shared/contract';
import { isWithinSize, limitWindow, messageBytesMost } from '#main/shell/call-limits';
import type { EmitEvent } from '#main/shell/service-events';
import type { Access } from '#main/web/access';
import { decodeCall, encodeEvent, encodeReply } from '#main/web/frames';
import { judgeRequest } from '#main/web/page-server';

const hostSocketPath = '/host';

const windowsInAll = 16;
/** A window that does not read is cut before its unread answers fill the memory. */
const unreadBytes = 16 * 1024 * 1024;

/** One window as the shell serves it. */
export interface ServedWindow {
  call(name: string, input: unknown): Promise<Reply<unknown>>;
  close(): void;
}

export interface HostSocketOptions {
  readonly access: Access;
  readonly host: string;
  openWindow(emit: EmitEvent): ServedWindow;
}

function sendTo(socket: WebSocket, frame: Uint8Array): void {
  if (socket.bufferedAmount > unreadBytes) socket.terminate();
  else if (socket.readyState === socket.OPEN) socket.send(frame);
}

export class HostSocket {
  readonly #options: HostSocketOptions;
  readonly #sockets = new WebSocketServer({ noServer: true, maxPayload: messageBytesMost, perMessageDeflate: false });

  constructor(server: Server, options: HostSocketOptions) {
    this.#options = options;
    server.on('upgrade', (request: IncomingMessage, stream: Duplex, head: Buffer) => {
      const status = this.#judge(request);
      if (status !== null)
        return void stream.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
      this.#sockets.handleUpgrade(request, stream, head, (socket) => {
        this.#serve(socket);
      });
    });
  }

  /** Tells every window. */
  readonly broadcast: EmitEvent = (name, payload) => {
    const frame = encodeEvent(name, payload);
    for (const socket of this.#sockets.clients) sendTo(socket, frame);
  };

  /** Tells every page that the shell is going away (RFC 6455 section 7.4.1), then cuts those that do not answer. */
  close(): void {
    for (const socket of this.#sockets.clients) {
      socket.close(1001);
      setTimeout(() => {
        socket.terminate();
      }, 200).unref();
    }
  }

  #judge(request: IncomingMessage): string | null {
    const { access, host } = this.#options;
    if (request.url !== hostSocketPath) return '404 Not Found';
    if (judgeRequest(request, host) !== 'fine' || request.headers.origin === undefined) return '403 Forbidden';
    if (!access.allows(request.headers.cookie)) return '401 Unauthorized';
    return this.#sockets.clients.size < windowsInAll ? null : '503 Service Unavailable';
  }

  #serve(socket: WebSocket): void {
    const served = this.#options.openWindow((name, payload) => {
      sendTo(socket, encodeEvent(name, payload));
    });
    const refuse = limitWindow();
    socket.on('error', () => undefined); // oversized or malformed frames; followed by close
    socket.on('close', () => {
      served.close();
    });
    socket.on('message', (data: RawData, isBinary: boolean) => {
      if (!isBinary || !(data instanceof Buffer)) {
        socket.close(1007);
        return;
      }
      const frame = decodeCall(new Uint8Array(data.buffer, data.byteOffset, data.length));
      if (frame === null || !isWithinSize(frame.call, data.length)) {
        socket.close(frame === null ? 1007 : 1009);
        return;
      }
      const refused = refuse(frame.call, performance.now());
      const reply = refused ? Promise.resolve(refused) : served.call(frame.call, frame.input);
      void reply.then((value) => {
        sendTo(socket, encodeReply(frame.id, value));
      });
    });
  }
}
