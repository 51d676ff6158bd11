// Groups whose people are added, removed and leave while links come and go: those who belong to it in the end agree on who that
// is and on what they may read, and nobody who was removed reads what was written after everybody knew.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ConversationId, GroupAct } from '#shared/chat';
import { ChatNet, type ChatPerson } from '#tests/support/chat-net';

type Step =
  | { readonly do: 'say'; readonly who: number }
  | { readonly do: 'add' | 'remove' | 'share-history'; readonly who: number; readonly other: number }
  | { readonly do: 'leave'; readonly who: number }
  | { readonly do: 'link' | 'cut'; readonly who: number; readonly other: number }
  | { readonly do: 'restart'; readonly who: number }
  | { readonly do: 'wait'; readonly ms: number };

const who = fc.nat(3);
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ do: fc.constant('say' as const), who }) },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constantFrom('add' as const, 'remove' as const, 'share-history' as const),
      who,
      other: who,
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('leave' as const), who }) },
  { weight: 5, arbitrary: fc.record({ do: fc.constantFrom('link' as const, 'cut' as const), who, other: who }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('restart' as const), who }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('wait' as const), ms: fc.constantFrom(50, 1_000, 5_000) }) },
);

const link = (one: ChatPerson, other: ChatPerson): void => {
  if (one !== other) void one.peers.reach(other.self, one.scope.signal).catch(() => undefined);
};

async function apply(net: ChatNet, id: ConversationId, step: Step, saidAt: Map<string, number>): Promise<void> {
  const at = (index: number): ChatPerson => {
    const found = net.people[index % net.people.length];
    if (!found) throw new Error('there are people');
    return found;
  };
  const act = async (person: ChatPerson, what: GroupAct): Promise<void> => {
    await person.chat.act(id, what).catch(() => undefined); // not all may do all
  };
  switch (step.do) {
    case 'say': {
      const text = `${at(step.who).name} ${saidAt.size}`;
      const isSaid = await at(step.who)
        .say(id, text)
        .then(
          () => true,
          () => false,
        );
      if (isSaid) saidAt.set(text, saidAt.size);
      return;
    }
    case 'add':
      await act(at(step.who), { kind: 'add', peerId: at(step.other).self, isChosen: false });
      return;
    case 'remove':
    case 'share-history':
      await act(at(step.who), { kind: step.do, peerId: at(step.other).self });
      return;
    case 'leave':
      await act(at(step.who), { kind: 'leave' });
      return;
    case 'link':
      link(at(step.who), at(step.other));
      return;
    case 'cut':
      net.setCut(at(step.who), at(step.other), true);
      return;
    case 'restart':
      at(step.who).restart();
      return;
    case 'wait':
      await net.run(step.ms);
  }
}

async function calmDown(net: ChatNet): Promise<void> {
  net.heal();
  for (let round = 0; round < 4; round += 1) {
    for (const one of net.people) for (const other of net.people) if (one.self < other.self) link(one, other);
    await net.run(35_000);
  }
}

function membersAt(person: ChatPerson, id: ConversationId): string[] {
  return (person.snapshot(id)?.members ?? []).map(({ peerId }) => peerId).sort();
}

function readsAll(person: ChatPerson, id: ConversationId): boolean {
  const own = person.snapshot(id)?.members.find(({ peerId }) => peerId === person.self);
  return own?.readsAll ?? false;
}

test('members agree on who they are and on what those who read all may read', async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat(), fc.array(step, { minLength: 8, maxLength: 30 }), async (seed, steps) => {
      const net = new ChatNet(seed);
      try {
        const [maker, second] = await net.friends('Ann', 'Bea', 'Cid', 'Dov');
        if (!maker || !second) return;
        const members = [{ peerId: second.self, isChosen: true }];
        const { conversationId: id } = await maker.chat.makeGroup({ name: 'All', mayAdd: 'all', members });
        const said = new Map<string, number>();
        for (const one of steps) await apply(net, id, one, said);
        await calmDown(net);
        const inside = net.people.filter((person) => person.snapshot(id)?.obstacle === null);
        const [first] = inside;
        if (!first) return; // all have left
        for (const one of inside) expect(membersAt(one, id)).toEqual(membersAt(first, id));
        expect(membersAt(first, id)).toEqual(inside.map(({ self }) => self).sort());
        // Those who may read all see the same, in the same order: what a removed person said unheard counts for none of them.
        const orders = inside.filter((person) => readsAll(person, id)).map((person) => person.texts(id));
        for (const order of orders) expect(order).toEqual(orders[0]);
        const outside = net.people.filter((person) => !inside.includes(person));
        await first.say(id, 'now we are among ourselves');
        await net.run(35_000);
        for (const one of inside) expect(one.texts(id)).toContain('now we are among ourselves');
        for (const one of outside) expect(one.texts(id)).not.toContain('now we are among ourselves');
        // Nobody has a word twice, or one that was not written.
        for (const one of net.people) {
          const seen = one.texts(id).filter((text) => text !== 'now we are among ourselves');
          expect(new Set(seen).size).toBe(seen.length);
          for (const text of seen) expect(said.has(text)).toBe(true);
        }
      } finally {
        net.end();
      }
    }),
    { numRuns: 80 },
  );
}, 120_000);
