// Three people of whom one is away, in one process: what tests of custody begin with.
import { onTestFinished } from 'vitest';
import type { ConversationId } from '#shared/chat';
import { ChatNet, type ChatPerson } from '#tests/support/chat-net';

export interface Three {
  readonly net: ChatNet;
  readonly alice: ChatPerson;
  readonly bob: ChatPerson;
  readonly carol: ChatPerson;
  /** Of Alice and Bob. */
  readonly id: ConversationId;
}

/** Sealing happens outside this clock: real time passes a little with each step of it. */
export async function pass(net: ChatNet, ms: number): Promise<void> {
  for (let passed = 0; passed < ms; passed += 500) {
    await net.run(500);
    await new Promise((resolve) => setTimeout(resolve, 4));
  }
}

/** Alice and Carol are here, Bob is away, and Carol has agreed to keep messages. */
export async function withBobAway(seed = 1): Promise<Three> {
  const net = new ChatNet(seed);
  onTestFinished(() => {
    net.end();
  });
  const [alice, bob, carol] = await net.friends('Alice', 'Bob', 'Carol');
  if (!alice || !bob || !carol) throw new Error('three were made');
  carol.setKeeps(true);
  await net.run(100);
  bob.crash();
  await alice.reach(carol);
  return { net, alice, bob, carol, id: alice.with(bob) };
}

/** Alice goes, and Bob meets Carol only. */
export async function handOver({ net, alice, bob, carol }: Three): Promise<void> {
  alice.crash();
  bob.restart();
  await bob.reach(carol);
  await pass(net, 10_000);
}

/** Bob goes, and Alice meets Carol only. */
export async function comeBack({ net, alice, bob, carol }: Three): Promise<void> {
  bob.crash();
  alice.restart();
  await alice.reach(carol);
  await pass(net, 10_000);
}

/** Envelopes that somebody keeps for others. */
export const keptBy = (person: ChatPerson): number =>
  person.custody.keeping.lines().reduce((sum, { count }) => sum + count, 0);

export const lastDelivery = (person: ChatPerson, id: ConversationId) => person.messages(id).at(-1)?.delivery;
