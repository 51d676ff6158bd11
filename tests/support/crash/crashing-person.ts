// Somebody whose process can be killed at any moment and started again on what is on the disk.
import { fork, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import type { CallInput, CallName, CallOutput } from '#shared/contract';
import type { ContactId } from '#shared/contact';
import type { PeerId } from '#shared/identity';
import type { Answered, Asked } from '#tests/support/crash/vault-person';

/** The process ended before it answered: nothing was acknowledged. */
export class Killed extends Error {}

interface Waiting {
  readonly resolve: (answer: unknown) => void;
  readonly reject: (reason: Error) => void;
}

export class CrashingPerson {
  readonly folder: string;
  #self: PeerId | null = null;
  #child: ChildProcess | null = null;
  #serial = 0;
  #aheadMs = 0;
  readonly #waiting = new Map<number, Waiting>();

  constructor(folder: string) {
    this.folder = folder;
  }

  get self(): PeerId {
    if (this.#self === null) throw new Error('never started');
    return this.#self;
  }

  get isThere(): boolean {
    return this.#child !== null;
  }

  async start(): Promise<void> {
    const child = fork(join(import.meta.dirname, 'vault-person.ts'), [this.folder, String(this.#aheadMs)], {
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    this.#child = child;
    const here = new Promise((resolve, reject: (reason: Error) => void) => this.#waiting.set(0, { resolve, reject }));
    child.on('message', (answered) => this.#answered(answered as Answered)); // sound: the program sends nothing else
    child.on('exit', () => {
      if (this.#child === child) this.#gone();
    });
    await here;
    this.#self ??= (await this.#ask('self', null)) as PeerId; // sound: so the program answers
  }

  /** Without a word; what it wrote is on the disk, or half there. */
  kill(): void {
    const child = this.#child;
    this.#gone();
    child?.kill('SIGKILL');
  }

  async call<N extends CallName>(name: N, input: CallInput<N>): Promise<CallOutput<N>> {
    return (await this.#ask(name, input)) as CallOutput<N>; // sound: the handler of that call answered
  }

  /** A contact from now on. */
  async knows(other: CrashingPerson): Promise<ContactId> {
    return (await this.#ask('know', other.self)) as ContactId; // sound: so the program answers
  }

  /** For this process and those after it. */
  async pass(ms: number): Promise<void> {
    this.#aheadMs += ms;
    await this.#ask('pass', ms);
  }

  async #ask(call: string, input: unknown): Promise<unknown> {
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

  #answered(answered: Answered): void {
    const waiting = this.#waiting.get(answered.id);
    this.#waiting.delete(answered.id);
    if ('failure' in answered) waiting?.reject(new Error(answered.failure));
    else waiting?.resolve(answered.answer);
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
