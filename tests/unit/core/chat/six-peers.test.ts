// Six members who come and go at random while everybody writes.
import { expect, test } from 'vitest';
import { ChatNet } from '#tests/support/chat-net';

test('six members who come and go have all of four hundred messages once, in one order', async () => {
  const net = new ChatNet(6);
  const people = await net.friends('Ann', 'Bea', 'Cid', 'Dov', 'Eve', 'Fay');
  const [maker, ...others] = people;
  if (!maker) throw new Error('six were made');
  const members = others.map(({ self }) => ({ peerId: self, isChosen: false }));
  const { conversationId: id } = await maker.chat.makeGroup({ name: 'Six', mayAdd: 'chosen', members });
  const said: string[] = [];
  while (said.length < 400) {
    const [who, other] = [net.dice.pick(people), net.dice.pick(people)];
    const roll = net.dice.next();
    if (!who || !other) continue;
    if (roll < 0.7) {
      const text = `${who.name} ${said.length}`;
      const isSaid = await who.say(id, text).then(
        () => true,
        () => false, // has not heard of the group yet
      );
      if (isSaid) said.push(text);
    } else if (roll < 0.85 && who !== other) void who.peers.reach(other.self, who.scope.signal).catch(() => undefined);
    else if (roll < 0.88) who.restart();
    else if (roll < 0.92) who.peers.session(other.self)?.close('link-lost');
    else await net.run(net.dice.next() * 400);
  }
  for (let round = 0; round < 3; round += 1) {
    for (const one of people)
      for (const other of people)
        if (one.self < other.self) void one.peers.reach(other.self, one.scope.signal).catch(() => undefined);
    await net.run(35_000);
  }
  for (const one of people) {
    expect([...one.allTexts(id)].sort()).toEqual([...said].sort());
    expect(one.allTexts(id)).toEqual(maker.allTexts(id));
  }
  net.end();
}, 60_000);
