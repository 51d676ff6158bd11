// The host API over the web shell's socket. Frames are CBOR (RFC 8949): [id, call, input] there, [id, reply] or
// ['event', name, payload] back. Reconnects by itself; while it is down, calls answer `shell-disconnected`.
import { decode, encode } from 'cborg';
import type { CallName, EventName, HostApi, Reply } from '#shared/contract';
import { createHostApi } from '#shared/host-api';
import { backoffMs } from '#core/base/backoff';
import { Store, type ReadableStore } from '#core/base/store';

export type ShellState = 'connecting' | 'connected' | 'disconnected';

const retry = { minMs: 250, maxMs: 5_000 };
const replyTimeoutMs = 30_000;

const disconnected: Reply<never> = {
  ok: false,
  code: 'shell-disconnected',
  message: 'the local service is not connected',
};

interface Waiting {
  readonly resolve: (reply: Reply<unknown>) => void;
  readonly timer: ReturnType<typeof setTimeout>;
}

class WebShellSocket {
  readonly state = new Store<ShellState>('connecting');
  readonly #listeners = new Map<string, Set<(payload: unknown) => void>>();
  readonly #waiting = new Map<number, Waiting>();
  #socket: WebSocket | null = null;
  #nextId = 0;
  #attempt = 0;

  open(): void {
    const socket = new WebSocket(`${location.origin.replace(/^http/, 'ws')}/host`);
    this.#socket = socket;
    socket.binaryType = 'arraybuffer';
    socket.onopen = () => {
      this.#attempt = 0;
      this.state.set('connected');
    };
    socket.onmessage = (event: MessageEvent<unknown>) => {
      if (event.data instanceof ArrayBuffer) this.#receive(new Uint8Array(event.data));
    };
    socket.onclose = () => {
      this.#lose();
    };
  }

  readonly invoke = async (call: CallName, input: unknown): Promise<Reply<unknown>> =>
    await new Promise((resolve) => {
      const socket = this.#socket;
      if (socket?.readyState !== WebSocket.OPEN) {
        resolve(disconnected);
        return;
      }
      const id = this.#nextId++;
      const timer = setTimeout(() => {
        this.#waiting.delete(id);
        resolve(disconnected);
      }, replyTimeoutMs);
      this.#waiting.set(id, { resolve, timer });
      socket.send(encode([id, call, input ?? null], { ignoreUndefinedProperties: true }));
    });

  readonly subscribe = (event: EventName, listener: (payload: unknown) => void): (() => void) => {
    const listeners = this.#listeners.get(event) ?? new Set();
    this.#listeners.set(event, listeners);
    listeners.add(listener);
    return () => listeners.delete(listener);
  };

  #receive(bytes: Uint8Array): void {
    const frame: unknown = decode(bytes);
    if (!Array.isArray(frame)) return;
    const [first, second, third] = frame as unknown[];
    if (first === 'event') {
      for (const listener of [...(this.#listeners.get(String(second)) ?? [])]) listener(third ?? undefined);
      return;
    }
    const waiting = this.#waiting.get(Number(first));
    if (!waiting) return;
    this.#waiting.delete(Number(first));
    clearTimeout(waiting.timer);
    waiting.resolve(second as Reply<unknown>); // sound: the shell answers with a Reply; what is left out is undefined
  }

  #lose(): void {
    this.state.set('disconnected');
    for (const { resolve, timer } of this.#waiting.values()) {
      clearTimeout(timer);
      resolve(disconnected);
    }
    this.#waiting.clear();
    setTimeout(
      () => {
        this.open();
      },
      backoffMs(this.#attempt++, retry, Math.random()),
    );
  }
}

/** Resolves once the socket was tried for the first time; a service that is down shows in the state. */
export async function connectWebShell(): Promise<{ api: HostApi; state: ReadableStore<ShellState> }> {
  const socket = new WebShellSocket();
  socket.open();
  await new Promise<void>((resolve) => {
    const off = socket.state.onChange(() => {
      off();
      resolve();
    });
  });
  return { api: createHostApi(socket), state: socket.state };
}
