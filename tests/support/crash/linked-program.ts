// A program of somebody who has links with others of its kind. What they send to each other's mailboxes goes through the test.
import { setTimeout as sleep } from 'node:timers/promises';
import type { PeerId } from '#shared/identity';
import { CrashingProgram, Killed, type CrashingOptions } from '#tests/support/crash/crashing-program';
import type { Mailed } from '#tests/support/crash/process-links';

const reachWithinMs = 60_000;

export class LinkedProgram {
  readonly #program: CrashingProgram;
  readonly #known = new Set<LinkedProgram>();
  #self: PeerId | null = null;

  constructor(options: CrashingOptions) {
    this.#program = new CrashingProgram({
      ...options,
      heard: (told) => {
        if (isMail(told)) this.#carry(told);
        else options.heard?.(told);
      },
    });
  }

  get self(): PeerId {
    if (this.#self === null) throw new Error('never started');
    return this.#self;
  }

  /** Of its process; 0 while it is not there. */
  get pid(): number {
    return this.#program.pid ?? 0;
  }

  async start(): Promise<void> {
    await this.#program.start();
    this.#self = (await this.ask('self', null)) as PeerId; // sound: so every program answers
    for (const { self } of this.#known) await this.ask('know', self);
  }

  kill(): void {
    this.#program.kill();
  }

  /** They are contacts from now on. */
  async meet(other: LinkedProgram): Promise<void> {
    this.#known.add(other);
    other.#known.add(this);
    await Promise.all([this.ask('know', other.self), other.ask('know', this.self)]);
  }

  /** They have a link from then on. */
  async reach(other: LinkedProgram): Promise<void> {
    const until = Date.now() + reachWithinMs;
    for (;;) {
      try {
        await this.ask('reach', other.self);
        return;
      } catch (error) {
        if (error instanceof Killed || Date.now() > until) throw error;
        await sleep(50);
      }
    }
  }

  /** Fails `Killed` when the process ended first. */
  async ask(call: string, input: unknown): Promise<unknown> {
    return await this.#program.ask(call, input);
  }

  /** Whoever is not there does not get it. */
  #carry({ mail: { to, blob } }: Mailed): void {
    const other = [...this.#known].find((one) => one.#self === to);
    if (other) void other.ask('mail', blob).catch(() => undefined);
  }
}

const isMail = (told: unknown): told is Mailed => typeof told === 'object' && told !== null && 'mail' in told;
