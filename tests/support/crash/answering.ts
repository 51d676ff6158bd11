// What a program whose process is killed again and again does with what it is asked over IPC.
export interface Asked {
  readonly id: number;
  readonly call: string;
  readonly input: unknown;
}

export type Answered =
  { readonly id: number; readonly answer: unknown } | { readonly id: number; readonly failure: string };

/** Said without having been asked. */
export interface Told {
  readonly told: unknown;
}

/** Whoever asks is the test, which gives each call what it wants. */
export type Calls = Readonly<Record<string, (input: never) => unknown>>;

async function answer(calls: Calls, { id, call, input }: Asked): Promise<void> {
  try {
    const work = calls[call];
    if (!work) throw new Error(`no such call: ${call}`);
    process.send?.({ id, answer: await work(input as never) } satisfies Answered);
  } catch (error) {
    process.send?.({ id, failure: error instanceof Error ? error.message : String(error) } satisfies Answered);
  }
}

/** From now on, until whoever started this program is gone. */
export function answerFor(calls: Calls): void {
  process.on('message', (asked) => void answer(calls, asked as Asked)); // sound: only the test sends anything
  process.on('disconnect', () => process.exit(0));
  process.send?.({ id: 0, answer: 'here' } satisfies Answered);
}

export const tell = (told: unknown): void => void process.send?.({ told } satisfies Told);
