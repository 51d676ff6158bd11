// Hands and chat: the small rules of talking beside speaking.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nextOrder, placesOf } from '#core/conference/hands';
import { RoomChat } from '#core/conference/room-chat';
import { batched } from '#core/conference/roster-sync';
import { limits } from '#core/wire/limits';
import { FakeClock } from '#tests/support/fake-clock';
import { peerId } from '#tests/support/two-peers';

const people = ['b', 'c', 'd', 'e'].map(peerId);

describe('raised hands', () => {
  it('stand in the same order whoever looks', () => {
    const order = fc.option(fc.integer({ min: 0, max: 5 }));
    fc.assert(
      fc.property(fc.tuple(order, order, order, order), fc.integer(), (orders, turn) => {
        const hands = people.map((id, at) => ({ peerId: id, order: orders[at] ?? null }));
        const turned = [...hands.slice(Math.abs(turn) % 4), ...hands.slice(0, Math.abs(turn) % 4)];
        expect(placesOf(turned)).toEqual(placesOf(hands));
        const places = [...placesOf(hands).values()].sort();
        expect(places).toEqual(hands.filter((hand) => hand.order !== null).map((_, at) => at + 1));
      }),
    );
  });

  it('that go up later stand behind', () => {
    const hands = people.map((id, at) => ({ peerId: id, order: at === 0 ? 7 : null }));
    expect(nextOrder(hands)).toBe(8);
    expect(nextOrder([{ peerId: people[0] ?? peerId('b'), order: 0xffff_ffff }])).toBe(0xffff_ffff);
  });
});

describe('lines', () => {
  const line = { from: peerId('b'), name: 'B' };

  it('come once, without control characters, and the oldest go', () => {
    const clock = new FakeClock();
    const chat = new RoomChat(clock);
    expect(chat.take({ ...line, id: '1', text: ' Hel\u0000lo\n\u001b[31m ' })).toBe('taken');
    expect(chat.take({ ...line, id: '1', text: 'again' })).toBe('known');
    expect(chat.lines.map(({ text }) => text)).toEqual(['Hello\n[31m']);
    const others = Array.from({ length: 120 }, (_, at) => peerId('abcdefghijklmnopqrstuvwxyz'[at % 26] ?? 'a'));
    for (let at = 0; at < 5_000; at += 1) {
      chat.take({ name: 'X', from: others[at % 120] ?? line.from, id: `n${at}`, text: 'x' });
    }
    expect(chat.lines.length).toBeLessThanOrEqual(limits.roomLines);
  });

  it('are refused when they are empty, too long or too many at once', async () => {
    const chat = new RoomChat(new FakeClock());
    expect(chat.take({ ...line, id: '0', text: ' \u0007 ' })).toBe('refused');
    expect(chat.take({ ...line, id: '1', text: 'x'.repeat(limits.roomLineLength + 1) })).toBe('refused');
    const taken = Array.from({ length: 50 }, (_, at) => chat.take({ ...line, id: `n${at}`, text: 'x' }));
    expect(taken.filter((how) => how === 'taken').length).toBeLessThan(limits.roomLinesBurst);
    expect(chat.take({ from: peerId('c'), name: 'C', id: '1', text: 'x' })).toBe('taken');
  });
});

describe('entries on the way', () => {
  it('fit into control messages, in order, none lost', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 1_024 }), { maxLength: 100 }), (sizes) => {
        const entries = sizes.map((size, at) => new Uint8Array(size).fill(at));
        const batches = batched(entries);
        expect(batches.flat()).toEqual(entries);
        for (const batch of batches) {
          expect(batch.length).toBeGreaterThan(0);
          expect(batch.length).toBeLessThanOrEqual(24);
          expect(batch.reduce((sum, { length }) => sum + length, 0)).toBeLessThanOrEqual(limits.rosterMessageBytes);
        }
      }),
    );
  });
});
