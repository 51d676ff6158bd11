import { describe, expect, test } from 'vitest';
import { InTurn } from '#adapters/in-turn';
import { settle } from '#tests/support/fake-clock';

interface Asked {
  readonly over: Promise<string>;
  readonly ready: AbortController;
  readonly giveUp: AbortController;
}

function asked(line: InTurn, name: string, done: string[]): Asked {
  const [ready, giveUp] = [new AbortController(), new AbortController()];
  const wait = new Promise<void>((resolve, reject) => {
    ready.signal.onabort = () => {
      resolve();
    };
    giveUp.signal.onabort = () => {
      reject(new Error('aborted'));
    };
  });
  const over = line
    .run(wait, () => {
      if (name === 'breaks') throw new Error('broken');
      done.push(name);
    })
    .then(
      () => 'done',
      () => 'given up',
    );
  return { over, ready, giveUp };
}

describe('acts in turn', () => {
  test('keep their order when the waits end in another', async () => {
    const [line, done] = [new InTurn(), [] as string[]];
    const [first, second, third] = ['first', 'second', 'third'].map((name) => asked(line, name, done));
    third?.ready.abort();
    second?.ready.abort();
    await settle();
    expect(done).toEqual([]);
    first?.ready.abort();
    expect(await third?.over).toBe('done');
    expect(done).toEqual(['first', 'second', 'third']);
  });

  test('go on after one that was given up or broke, and not before those before it', async () => {
    const [line, done] = [new InTurn(), [] as string[]];
    const [first, givenUp, breaks, last] = ['first', 'second', 'breaks', 'last'].map((name) => asked(line, name, done));
    givenUp?.giveUp.abort();
    breaks?.ready.abort();
    last?.ready.abort();
    expect(await givenUp?.over).toBe('given up');
    await settle();
    expect(done).toEqual([]);
    first?.ready.abort();
    expect(await breaks?.over).toBe('given up');
    expect(await last?.over).toBe('done');
    expect(done).toEqual(['first', 'last']);
  });
});
