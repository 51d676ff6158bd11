// Lets so many bytes through at once and keeps the others waiting, in the order they came.
import { Failure } from '#shared/failure';

interface Waiting {
  readonly bytes: number;
  readonly enter: () => void;
}

export class Gate {
  readonly #most: number;
  #inside = 0;
  readonly #waiting: Waiting[] = [];

  constructor(mostBytes: number) {
    this.#most = mostBytes;
  }

  /** Fails `aborted` while it waits. More than all there is gets through alone. */
  async through<T>(bytes: number, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    if (signal.aborted) throw new Failure('aborted');
    if (this.#waiting.length > 0 || !this.#fits(bytes)) await this.#wait(bytes, signal);
    else this.#inside += bytes;
    try {
      return await work();
    } finally {
      this.#inside -= bytes;
      this.#letIn();
    }
  }

  #fits(bytes: number): boolean {
    return this.#inside === 0 || this.#inside + bytes <= this.#most;
  }

  async #wait(bytes: number, signal: AbortSignal): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      const waiting: Waiting = {
        bytes,
        enter: () => {
          signal.removeEventListener('abort', leave);
          resolve();
        },
      };
      const leave = (): void => {
        this.#waiting.splice(this.#waiting.indexOf(waiting), 1);
        reject(new Failure('aborted'));
        this.#letIn();
      };
      signal.addEventListener('abort', leave, { once: true });
      this.#waiting.push(waiting);
    });
  }

  #letIn(): void {
    for (let next = this.#waiting[0]; next && this.#fits(next.bytes); next = this.#waiting[0]) {
      this.#waiting.shift();
      this.#inside += next.bytes;
      next.enter();
    }
  }
}
