import { expect, test } from 'vitest';
import { NewestFirst } from '#main/services/dht/newest-first';

/** Work that ends when it is told to. */
function openWork() {
  const begun: string[] = [];
  const ends = new Map<string, () => void>();
  const work = (name: string) => async (): Promise<string> => {
    begun.push(name);
    await new Promise<void>((resolve) => ends.set(name, resolve));
    return name;
  };
  const end = async (name: string): Promise<void> => {
    ends.get(name)?.();
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { begun, work, end };
}

test('what was asked last is begun before what waits longer', async () => {
  const { begun, work, end } = openWork();
  const turns = new NewestFirst({ atOnce: 1, waiting: 9 });
  const all = ['greeting', 'another greeting', 'call'].map(async (name) => await turns.run(work(name)));
  await end('greeting');
  await end('call');
  await end('another greeting');
  expect(begun).toEqual(['greeting', 'call', 'another greeting']);
  expect(await Promise.all(all)).toEqual(['greeting', 'another greeting', 'call']);
});

test('what waits longest is given up when there is too much, and everything at the end', async () => {
  const { begun, work, end } = openWork();
  const turns = new NewestFirst({ atOnce: 1, waiting: 2 });
  const [first, second, third, fourth] = ['1', '2', '3', '4'].map(async (name) => await turns.run(work(name)));
  expect(await second).toBeNull();
  turns.clear();
  expect(await Promise.all([third, fourth])).toEqual([null, null]);
  await end('1');
  expect(await first).toBe('1');
  expect(begun).toEqual(['1']);
});

test('work that fails makes room for the next', async () => {
  const turns = new NewestFirst({ atOnce: 1, waiting: 2 });
  const failing = turns.run(async () => await Promise.reject(new Error('no')));
  const next = turns.run(async () => await Promise.resolve('next'));
  await expect(failing).rejects.toThrow('no');
  expect(await next).toBe('next');
});
