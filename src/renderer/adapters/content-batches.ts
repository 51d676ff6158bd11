// Gathers small requests into calls of a few: what comes while calls are on their way goes together with the next.
import { Failure } from '#shared/failure';

interface Request<I, O> {
  readonly input: I;
  readonly resolve: (output: O) => void;
  readonly reject: (failure: Failure) => void;
}

export interface BatchesOptions<I, O> {
  /** Answers one output per input, in their order, or fails for all of them. */
  readonly call: (inputs: I[]) => Promise<readonly O[]>;
  readonly inputsPerCall: number;
  readonly callsAtOnce: number;
}

export class Batches<I, O> {
  readonly #options: BatchesOptions<I, O>;
  #waiting: Request<I, O>[] = [];
  #calls = 0;
  #isDue = false;

  constructor(options: BatchesOptions<I, O>) {
    this.#options = options;
  }

  async request(input: I): Promise<O> {
    return await new Promise((resolve, reject) => {
      this.#waiting.push({ input, resolve, reject });
      if (this.#isDue) return;
      this.#isDue = true;
      // What is asked for in the same turn goes together.
      queueMicrotask(() => {
        this.#isDue = false;
        this.#send();
      });
    });
  }

  #send(): void {
    const { inputsPerCall, callsAtOnce } = this.#options;
    while (this.#waiting.length > 0 && this.#calls < callsAtOnce) {
      const batch = this.#waiting.slice(0, inputsPerCall);
      this.#waiting = this.#waiting.slice(inputsPerCall);
      this.#calls += 1;
      void this.#run(batch).finally(() => {
        this.#calls -= 1;
        this.#send();
      });
    }
  }

  async #run(batch: readonly Request<I, O>[]): Promise<void> {
    try {
      const outputs = await this.#options.call(batch.map(({ input }) => input));
      for (const [at, { resolve, reject }] of batch.entries()) {
        const output = outputs[at];
        if (output === undefined) reject(new Failure('internal', 'fewer answers than questions'));
        else resolve(output);
      }
    } catch (error) {
      const failure = Failure.from(error);
      for (const { reject } of batch) reject(failure);
    }
  }
}
