// Entries handed on in any order, twice, in part or not at all, without the order that links give: what is kept never has a hole,
// and asking until there is nothing more makes all equal.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ConversationId } from '#shared/chat';
import { ChatNet, type ChatPerson } from '#tests/support/chat-net';

type Step =
  | { readonly do: 'say' | 'rename'; readonly who: number }
  | { readonly do: 'hand'; readonly from: number; readonly to: number; readonly seed: number };

const who = fc.nat(2);
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('say' as const), who }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('rename' as const), who }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('hand' as const), from: who, to: who, seed: fc.nat() }) },
);

function lacking(from: ChatPerson, to: ChatPerson, id: ConversationId): Uint8Array<ArrayBuffer>[] {
  const vector = to.chats.exchange.vector(from.self, id);
  return from.chats.exchange.hand(to.self, id, vector).bundles.flatMap(({ entries }) => entries);
}

function take(from: ChatPerson, to: ChatPerson, id: ConversationId, entries: Uint8Array<ArrayBuffer>[]): number {
  if (entries.length === 0) return 0;
  try {
    return to.chats.exchange.take({ peerId: from.self, conversationId: id, entries }).taken;
  } catch {
    return 0; // the beginning of the group was not among them
  }
}

/** Some of them, some twice, in any order. */
function mixed(entries: Uint8Array<ArrayBuffer>[], net: ChatNet): Uint8Array<ArrayBuffer>[] {
  return entries
    .flatMap((entry) => Array.from({ length: Math.floor(net.dice.next() * 3) }, () => entry))
    .map((entry) => ({ entry, at: net.dice.next() }))
    .sort((one, other) => one.at - other.at)
    .map(({ entry }) => entry);
}

test('members who were handed entries in any order end with the same, without a hole on the way', async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat(), fc.array(step, { minLength: 5, maxLength: 40 }), async (seed, steps) => {
      const net = new ChatNet(seed);
      const people = await net.friends('Ann', 'Bea', 'Cid');
      const [maker, ...others] = people;
      if (!maker) return;
      const members = others.map(({ self }) => ({ peerId: self, isChosen: true }));
      const { conversationId: id } = maker.chats.makeGroup({ name: 'All', mayAdd: 'all', members });
      const said = new Map<ChatPerson, string[]>(people.map((one) => [one, []]));
      for (const one of steps) {
        const [from, to] = one.do === 'hand' ? [people[one.from], people[one.to]] : [people[one.who], undefined];
        if (!from) continue;
        if (one.do === 'hand' && to && from !== to) take(from, to, id, mixed(lacking(from, to, id), net));
        if (one.do === 'hand' || !from.chats.list().some(({ conversationId }) => conversationId === id)) continue;
        if (one.do === 'rename') {
          from.chats.act(id, { kind: 'rename', name: `All ${said.size}` });
          continue;
        }
        const text = `${from.name} ${said.get(from)?.length ?? 0}`;
        from.chats.write(id, { kind: 'text', text, replyTo: null });
        said.get(from)?.push(text);
      }
      for (const one of people) {
        for (const author of people) {
          const seen = one.allTexts(id).filter((text) => text.startsWith(`${author.name} `));
          expect(seen).toEqual(said.get(author)?.slice(0, seen.length));
        }
      }
      for (let round = 0; round < 4; round += 1)
        for (const from of people) for (const to of people) if (from !== to) take(from, to, id, lacking(from, to, id));
      for (const one of people) {
        expect(one.allTexts(id)).toEqual(maker.allTexts(id));
        expect(one.allTexts(id)).toHaveLength([...said.values()].flat().length);
        expect(one.chats.read(id).name).toBe(maker.chats.read(id).name);
      }
      net.end();
    }),
    { numRuns: 120 },
  );
}, 60_000);
