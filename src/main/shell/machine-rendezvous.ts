// The PeerServer of this machine: the first Roundtable to start runs it, the others use it, and when it goes away one
// of them takes over.
import { get } from 'node:http';
import { peerServerGreeting, peerServerPath, startPeerServer, type RunningPeerServer } from '#main/shell/peer-server';

export const machinePort = 9717;

const retryMinMs = 50;
const retryMaxMs = 10_000;
const probeTimeoutMs = 2_000;

/** serving: by this process. shared: by another Roundtable here. blocked: something foreign has the port; retried. */
export type MachineState = 'starting' | 'serving' | 'shared' | 'blocked' | 'closed';

export interface MachineRendezvousOptions {
  readonly port: number;
  /** Also for other machines of this network. */
  readonly isOnLan: boolean;
  readonly onChange: (state: MachineState) => void;
  readonly onTrouble: (error: Error) => void;
}

export class MachineRendezvous {
  readonly #options: MachineRendezvousOptions;
  readonly #closing = new AbortController();
  #state: MachineState = 'starting';
  #server: RunningPeerServer | null = null;
  #delayMs = retryMinMs;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: MachineRendezvousOptions) {
    this.#options = options;
  }

  get state(): MachineState {
    return this.#state;
  }

  /** Resolves once it is known who serves; taking over later goes on by itself until `close`. */
  async start(): Promise<void> {
    if (this.#closing.signal.aborted) return;
    try {
      const server = await startPeerServer({
        host: this.#options.isOnLan ? '0.0.0.0' : '127.0.0.1',
        port: this.#options.port,
        onTrouble: this.#options.onTrouble,
      });
      await this.#serve(server);
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EADDRINUSE')) {
        this.#options.onTrouble(error instanceof Error ? error : new Error(String(error)));
      }
      await this.#watchOther();
    }
  }

  async close(): Promise<void> {
    this.#closing.abort();
    clearTimeout(this.#timer);
    this.#become('closed');
    await this.#server?.close();
    this.#server = null;
  }

  async #serve(server: RunningPeerServer): Promise<void> {
    if (this.#closing.signal.aborted) {
      await server.close();
      return;
    }
    this.#server = server;
    this.#become('serving');
  }

  /** Follows the other server for as long as it lives; resolves when its nature is known. */
  #watchOther(): Promise<void> {
    return new Promise((resolve) => {
      const url = `http://127.0.0.1:${this.#options.port}${peerServerPath}/watch`;
      const lost = (): void => {
        if (this.#state !== 'shared') this.#become('blocked');
        resolve();
        this.#retry();
      };
      const request = get(url, { agent: false, timeout: probeTimeoutMs, signal: this.#closing.signal }, (response) => {
        request.setTimeout(0); // the answer stays open while the other one lives
        response.on('data', (chunk: Buffer) => {
          if (chunk.toString() !== peerServerGreeting) return void request.destroy();
          this.#delayMs = retryMinMs;
          this.#become('shared');
          resolve();
        });
        response.on('error', () => undefined); // followed by close
        response.on('close', lost);
        if (response.statusCode !== 200) request.destroy();
      });
      request.on('timeout', () => request.destroy());
      let hasAnswered = false;
      request.on('response', () => (hasAnswered = true));
      request.on('error', () => {
        if (!hasAnswered) lost();
      });
    });
  }

  /** Bounded back-off with jitter, so that several waiting profiles do not stumble over each other for long. */
  #retry(): void {
    if (this.#closing.signal.aborted) return;
    const waitMs = this.#delayMs * (0.5 + Math.random());
    this.#delayMs = Math.min(this.#delayMs * 2, retryMaxMs);
    this.#timer = setTimeout(() => void this.start(), waitMs);
  }

  #become(state: MachineState): void {
    if (this.#state === state || this.#state === 'closed') return;
    this.#state = state;
    this.#options.onChange(state);
  }
}
