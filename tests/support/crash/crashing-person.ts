// Somebody with a vault whose process can be killed at any moment.
import type { CallInput, CallName, CallOutput } from '#shared/contract';
import type { ContactId } from '#shared/contact';
import type { PeerId } from '#shared/identity';
import { CrashingProgram } from '#tests/support/crash/crashing-program';

export class CrashingPerson {
  readonly folder: string;
  readonly #program: CrashingProgram;
  #self: PeerId | null = null;
  #aheadMs = 0;

  constructor(folder: string) {
    this.folder = folder;
    this.#program = new CrashingProgram({ file: 'vault-person.ts', args: () => [folder, String(this.#aheadMs)] });
  }

  get self(): PeerId {
    if (this.#self === null) throw new Error('never started');
    return this.#self;
  }

  get isThere(): boolean {
    return this.#program.isThere;
  }

  async start(): Promise<void> {
    await this.#program.start();
    this.#self ??= (await this.#program.ask('self', null)) as PeerId; // sound: so the program answers
  }

  kill(): void {
    this.#program.kill();
  }

  async call<N extends CallName>(name: N, input: CallInput<N>): Promise<CallOutput<N>> {
    return (await this.#program.ask(name, input)) as CallOutput<N>; // sound: the handler of that call answered
  }

  /** A contact from now on. */
  async knows(other: CrashingPerson): Promise<ContactId> {
    return (await this.#program.ask('know', other.self)) as ContactId; // sound: so the program answers
  }

  /** For this process and those after it. */
  async pass(ms: number): Promise<void> {
    this.#aheadMs += ms;
    await this.#program.ask('pass', ms);
  }
}
