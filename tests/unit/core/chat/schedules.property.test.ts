// Whatever happens to links and people, in the end everybody has every message once and in the same order.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ConversationId } from '#shared/chat';
import { ChatNet, type ChatPerson } from '#tests/support/chat-net';

type Step =
  | { readonly do: 'say'; readonly who: number }
  | { readonly do: 'reach' | 'cut' | 'drop'; readonly who: number; readonly other: number }
  | { readonly do: 'heal' }
  | { readonly do: 'restart'; readonly who: number }
  | { readonly do: 'wait'; readonly ms: number };

const person = fc.nat(3);
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant('say' as const), who: person }) },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constantFrom('reach' as const, 'cut' as const, 'drop' as const),
      who: person,
      other: person,
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('heal' as const) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('restart' as const), who: person }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('wait' as const), ms: fc.constantFrom(1, 20, 300, 4_000) }) },
);

interface World {
  readonly net: ChatNet;
  readonly people: readonly ChatPerson[];
  readonly id: ConversationId;
  readonly said: string[];
}

async function apply(world: World, step: Step): Promise<void> {
  const { net, people, id, said } = world;
  const at = (index: number): ChatPerson => {
    const found = people[index % people.length];
    if (!found) throw new Error('there are people');
    return found;
  };
  switch (step.do) {
    case 'say': {
      const text = `${at(step.who).name} ${said.length}`;
      // Somebody who has not heard of the group yet cannot write in it.
      if (
        await at(step.who)
          .say(id, text)
          .then(
            () => true,
            () => false,
          )
      )
        said.push(text);
      return;
    }
    case 'reach':
      void at(step.who)
        .peers.reach(at(step.other).self, at(step.who).scope.signal)
        .catch(() => undefined);
      return;
    case 'cut':
      net.setCut(at(step.who), at(step.other), true);
      return;
    case 'drop':
      at(step.who).peers.session(at(step.other).self)?.close('link-lost');
      return;
    case 'heal':
      net.heal();
      return;
    case 'restart':
      at(step.who).restart();
      return;
    case 'wait':
      await net.run(step.ms);
  }
}

async function calmDown({ net, people }: World): Promise<void> {
  net.heal();
  for (let round = 0; round < 3; round += 1) {
    for (const one of people) {
      for (const other of people) {
        if (one.self < other.self) void one.peers.reach(other.self, one.scope.signal).catch(() => undefined);
      }
    }
    await net.run(45_000);
  }
}

function expectSame({ people, id, said }: World): void {
  const [first] = people;
  const order = first?.messages(id).map(({ messageId }) => messageId) ?? [];
  for (const one of people) {
    expect(one.texts(id).sort()).toEqual([...said].sort());
    expect(one.messages(id).map(({ messageId }) => messageId)).toEqual(order);
    expect(one.messages(id).some(({ isForked }) => isForked)).toBe(false);
  }
  for (const one of people) {
    const own = one.texts(id).filter((text) => text.startsWith(`${one.name} `));
    expect(own).toEqual([...own].sort((a, b) => Number(a.split(' ')[1]) - Number(b.split(' ')[1])));
  }
}

async function play(seed: number, names: readonly string[], steps: readonly Step[]): Promise<void> {
  const net = new ChatNet(seed);
  try {
    const people = await net.friends(...names);
    const [maker, ...others] = people;
    if (!maker) return;
    const members = others.map(({ self }) => ({ peerId: self, isChosen: false }));
    const isPair = names.length === 2;
    const id = isPair
      ? maker.with(others[0] ?? maker)
      : maker.chats.makeGroup({ name: 'All', mayAdd: 'all', members }).conversationId;
    const world: World = { net, people, id, said: [] };
    for (const step of steps) await apply(world, step);
    await calmDown(world);
    expectSame(world);
  } finally {
    net.end();
  }
}

test('two people end with the same messages, each once', async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat(), fc.array(step, { minLength: 5, maxLength: 25 }), async (seed, steps) => {
      await play(seed, ['Ann', 'Bea'], steps);
    }),
    { numRuns: 100 },
  );
}, 60_000);

test('up to four members of a group end with the same messages, each once', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.nat(),
      fc.constantFrom(['Ann', 'Bea', 'Cid'], ['Ann', 'Bea', 'Cid', 'Dov']),
      fc.array(step, { minLength: 5, maxLength: 25 }),
      async (seed, names, steps) => {
        await play(seed, names, steps);
      },
    ),
    { numRuns: 60 },
  );
}, 60_000);
