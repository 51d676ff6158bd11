// Work on segments in threads of their own, so that nobody waits for the program meanwhile. A key goes to a thread in memory that moves
// there and is wiped once it was used. Threads begin when there is work and end when there was none for a while.
import { join } from 'node:path';
import { Worker, type Transferable } from 'node:worker_threads';
import { Failure } from '#shared/failure';
import type { LogFile } from '#main/services/log-file';
import { vaultLimits as limits } from '#main/services/vault/vault-limits';
import type { SegmentAnswer, SegmentTask } from '#main/services/vault/segment-thread';
import { segmentWork, type Segments, type SegmentWork } from '#main/services/vault/segment-work';

export interface SegmentThreadsOptions {
  readonly log: Pick<LogFile, 'write'>;
  /** The file of `segment-thread.ts`, where it is another than the usual one. */
  readonly program?: string;
}

type Result<N extends keyof SegmentWork> = Promise<ReturnType<SegmentWork[N]>>;

interface Job {
  readonly task: SegmentTask;
  readonly resolve: (result: unknown) => void;
  readonly reject: (failure: Failure) => void;
}

interface Thread {
  readonly worker: Worker;
  state: 'starting' | 'free' | 'busy';
  job: Job | null;
  ending: NodeJS.Timeout | null;
}

/** Beside this file in the sources; in a build all files lie in one folder. */
const usualProgram = join(
  import.meta.dirname,
  import.meta.filename.endsWith('.ts') ? 'segment-thread.ts' : 'segment-thread.js',
);

export class SegmentThreads implements Segments {
  readonly #options: SegmentThreadsOptions;
  readonly #threads = new Set<Thread>();
  #waiting: Job[] = [];
  /** None can be started here: all is done in this thread. */
  #areNone = false;
  #isClosed = false;

  constructor(options: SegmentThreadsOptions) {
    this.#options = options;
  }

  async make(...input: Parameters<SegmentWork['make']>): Result<'make'> {
    return (await this.#ask({ work: 'make', input })) as ReturnType<SegmentWork['make']>; // sound: so the thread answers, as below
  }

  async open(...input: Parameters<SegmentWork['open']>): Result<'open'> {
    return (await this.#ask({ work: 'open', input })) as ReturnType<SegmentWork['open']>;
  }

  async rebuild(...input: Parameters<SegmentWork['rebuild']>): Result<'rebuild'> {
    return (await this.#ask({ work: 'rebuild', input })) as ReturnType<SegmentWork['rebuild']>;
  }

  /** What is not done yet fails `aborted`. */
  close(): void {
    this.#isClosed = true;
    for (const thread of [...this.#threads]) this.#end(thread, new Failure('aborted', 'the program ends'));
    for (const { reject } of this.#waiting.splice(0)) reject(new Failure('aborted', 'the program ends'));
  }

  async #ask(task: SegmentTask): Promise<unknown> {
    return await new Promise((resolve, reject: Job['reject']) => {
      this.#waiting.push({ task, resolve, reject });
      this.#next();
    });
  }

  #next(): void {
    if (this.#isClosed) this.close();
    for (const thread of this.#threads) {
      const job = thread.state === 'free' ? this.#waiting.shift() : undefined;
      if (job) give(thread, job);
    }
    if (this.#areNone) for (const job of this.#waiting.splice(0)) doHere(job);
    const starting = [...this.#threads].filter(({ state }) => state === 'starting').length;
    if (this.#waiting.length > starting && this.#threads.size < limits.vaultThreads) this.#start();
  }

  #start(): void {
    const worker = new Worker(this.#options.program ?? usualProgram);
    const thread: Thread = { worker, state: 'starting', job: null, ending: null };
    this.#threads.add(thread);
    worker.on('message', (said) => {
      if (said !== 'ready') settle(thread.job, said as SegmentAnswer); // sound: segment-thread.ts says nothing else
      this.#rest(thread);
    });
    worker.on('error', (error) => this.#end(thread, Failure.from(error)));
    worker.on('exit', () => this.#end(thread, new Failure('internal', 'a thread ended')));
  }

  #rest(thread: Thread): void {
    thread.state = 'free';
    thread.job = null;
    thread.worker.unref();
    thread.ending = setTimeout(() => this.#end(thread, null), limits.vaultThreadIdleMs).unref();
    this.#next();
  }

  /** Content with one that has ended. */
  #end(thread: Thread, failure: Failure | null): void {
    if (!this.#threads.delete(thread)) return;
    if (thread.ending) clearTimeout(thread.ending);
    void thread.worker.terminate();
    if (failure) thread.job?.reject(failure);
    if (this.#isClosed || !failure) return;
    this.#options.log.write('warn', 'vault.thread', { detail: failure.message });
    this.#areNone ||= thread.state === 'starting';
    this.#next();
  }
}

function give(thread: Thread, job: Job): void {
  const { task, memory } = handedOver(job.task);
  if (thread.ending) clearTimeout(thread.ending);
  Object.assign(thread, { state: 'busy', job, ending: null } satisfies Partial<Thread>);
  thread.worker.ref();
  thread.worker.postMessage(task, memory);
}

/** Shares are copied: others may be waiting for the same. */
function handedOver(task: SegmentTask): { task: SegmentTask; memory: Transferable[] } {
  if (task.work === 'rebuild') return { task, memory: [] };
  const [seal, ...rest] = task.input;
  const key = Uint8Array.from(seal.key);
  // Sound: the input of the same work, with the same key.
  const own = { work: task.work, input: [{ ...seal, key }, ...rest] } as SegmentTask;
  return { task: own, memory: task.work === 'make' ? [key.buffer, task.input[1].buffer] : [key.buffer] };
}

function settle(job: Job | null, answer: SegmentAnswer): void {
  if ('failure' in answer) job?.reject(new Failure(answer.failure, answer.detail));
  else job?.resolve(answer.result);
}

function doHere({ task, resolve, reject }: Job): void {
  try {
    if (task.work === 'make') resolve(segmentWork.make(...task.input));
    else if (task.work === 'open') resolve(segmentWork.open(...task.input));
    else resolve(segmentWork.rebuild(...task.input));
  } catch (error) {
    reject(Failure.from(error));
  }
}
