// Members of one group who come and go at random while everybody writes: links break, programs end and start again, what travels through the
// mailbox is lost, doubled or garbled. A list of what was said is the model: in the end everybody has each of it once, in one order.
import type { ConversationId } from '#shared/chat';
import { ChatNet, type ChatPerson } from '#tests/support/chat-net';

const names = ['Ann', 'Bea', 'Cid', 'Dov', 'Eve', 'Fay'] as const;

export interface ComingAndGoing {
  readonly seed: number;
  /** 2 to 6. */
  readonly people: number;
  readonly messages: number;
}

export interface Talked {
  readonly messages: number;
  readonly restarts: number;
  readonly brokenLinks: number;
}

/** Fails with the first difference between what somebody has and what was said. */
export async function talkWhileComingAndGoing({ seed, people: count, messages }: ComingAndGoing): Promise<Talked> {
  const net = new ChatNet(seed);
  try {
    const people = await net.friends(...names.slice(0, count));
    const [maker, ...others] = people;
    if (!maker) throw new Error('nobody was made');
    net.post.onWay = (blob) => {
      const roll = net.dice.next();
      if (roll < 0.02) return [];
      if (roll < 0.04) return [blob, blob];
      return roll < 0.06 ? [blob.map((byte, at) => (at === 40 ? byte ^ 1 : byte))] : [blob];
    };
    const members = others.map(({ self }) => ({ peerId: self, isChosen: false }));
    const { conversationId: id } = await maker.chat.makeGroup({ name: 'All', mayAdd: 'chosen', members });
    const said: string[] = [];
    const happened = { restarts: 0, brokenLinks: 0 };
    while (said.length < messages) {
      const [who, other] = [net.dice.pick(people), net.dice.pick(people)];
      const roll = net.dice.next();
      if (!who || !other) continue;
      if (roll < 0.7) await say(who, id, said);
      else if (roll < 0.85 && who !== other) reach(who, other);
      else if (roll < 0.88) {
        who.restart();
        happened.restarts += 1;
      } else if (roll < 0.92) {
        who.peers.session(other.self)?.close('link-lost');
        happened.brokenLinks += 1;
      } else await net.run(net.dice.next() * 400);
    }
    await comeTogether(net, people);
    for (const one of people) compare(one, id, said, maker.allTexts(id));
    return { messages: said.length, ...happened };
  } finally {
    net.end();
  }
}

async function say(who: ChatPerson, id: ConversationId, said: string[]): Promise<void> {
  const text = `${who.name} ${said.length}`;
  // Somebody who has not heard of the group yet cannot write in it.
  await who.say(id, text).then(
    () => said.push(text),
    () => undefined,
  );
}

function reach(one: ChatPerson, other: ChatPerson): void {
  void one.peers.reach(other.self, one.scope.signal).catch(() => undefined);
}

async function comeTogether(net: ChatNet, people: readonly ChatPerson[]): Promise<void> {
  net.post.onWay = (blob) => [blob];
  for (let round = 0; round < 3; round += 1) {
    for (const one of people) for (const other of people) if (one.self < other.self) reach(one, other);
    await net.run(35_000);
  }
}

function compare(one: ChatPerson, id: ConversationId, said: readonly string[], order: readonly string[]): void {
  const texts = one.allTexts(id);
  const [mine, all] = [[...texts].sort(), [...said].sort()];
  const at = all.findIndex((text, index) => mine[index] !== text);
  if (at >= 0 || mine.length !== all.length)
    throw new Error(
      `${one.name} has ${mine.length} of ${all.length} messages; the first that differs: ${all[at] ?? mine[all.length] ?? ''}`,
    );
  if (texts.some((text, index) => order[index] !== text)) throw new Error(`${one.name} has another order`);
  const own = (name: string): number[] =>
    texts.flatMap((text) => (text.startsWith(`${name} `) ? [Number(text.split(' ')[1])] : []));
  for (const name of names)
    if (own(name).some((serial, index, serials) => serial < (serials[index - 1] ?? 0)))
      throw new Error(`${one.name} has words of ${name} in another order than they were said`);
}
