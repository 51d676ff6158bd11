// A program whose process can be killed at any moment and started again on what is on the disk.
import { fork, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import type { Answered, Asked, Told } from '#tests/support/crash/answering';

/** The process ended before it answered: nothing was acknowledged. */
export class Killed extends Error {}

interface Waiting {
  readonly resolve: (answer: unknown) => void;
  readonly reject: (reason: Error) => void;
}

export interface CrashingOptions {
  /** In this folder. */
  readonly file: string;
  /** As they are when it starts. */
  readonly args: () => readonly string[];
  /** What it says without having been asked. */
  readonly heard?: (told: unknown) => void;
}

export class CrashingProgram {
  readonly #options: CrashingOptions;
  #child: ChildProcess | null = null;
  #serial = 0;
  readonly #waiting = new Map<number, Waiting>();

  constructor(options: CrashingOptions) {
    this.#options = options;
  }

  get isThere(): boolean {
    return this.#child !== null;
  }

  /** Null while it is not running. */
  get pid(): number | null {
    return this.#child?.pid ?? null;
  }

  async start(): Promise<void> {
    const { file, args } = this.#options;
    const child = fork(join(import.meta.dirname, file), args(), {
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    this.#child = child;
    const here = new Promise((resolve, reject: (reason: Error) => void) => this.#waiting.set(0, { resolve, reject }));
    child.on('message', (said) => this.#heard(said as Answered | Told)); // sound: the program sends nothing else
    child.on('exit', () => {
      if (this.#child === child) this.#gone();
    });
    await here;
  }

  /** Without a word; what it wrote is on the disk, or half there. */
  kill(): void {
    const child = this.#child;
    this.#gone();
    child?.kill('SIGKILL');
  }

  /** Fails `Killed` when the process ended first. */
  async ask(call: string, input: unknown): Promise<unknown> {
    const child = this.#child;
    if (!child) throw new Killed();
    this.#serial += 1;
    const id = this.#serial;
    return await new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      child.send({ id, call, input } satisfies Asked, (error) => {
        if (error) this.#reject(id, new Killed());
      });
    });
  }

  #heard(said: Answered | Told): void {
    if ('told' in said) {
      this.#options.heard?.(said.told);
      return;
    }
    const waiting = this.#waiting.get(said.id);
    this.#waiting.delete(said.id);
    if ('failure' in said) waiting?.reject(new Error(said.failure));
    else waiting?.resolve(said.answer);
  }

  #reject(id: number, reason: Error): void {
    this.#waiting.get(id)?.reject(reason);
    this.#waiting.delete(id);
  }

  #gone(): void {
    this.#child = null;
    for (const id of [...this.#waiting.keys()]) this.#reject(id, new Killed());
  }
}
