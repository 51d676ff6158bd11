// When changes of conversations are taken over, and as what.
import { beforeEach, describe, expect, it } from 'vitest';
import type { ChatChange, ConversationId, EntryId } from '#shared/chat';
import { Scope } from '#core/base/scope';
import { DueChanges, type MergedChange } from '#core/chat/due-changes';
import { limits } from '#core/wire/limits';
import { paces } from '#core/wire/paces';
import { FakeClock } from '#tests/support/fake-clock';

// Sound: ids are strings under their brands.
const family = 'family' as ConversationId;
const entry = (at: number): EntryId => `entry ${at}` as EntryId;
const change = (messages: readonly EntryId[] | null, conversationId = family): ChatChange => ({
  conversationId,
  messages: messages && [...messages],
  received: messages ? [...messages] : [],
  takenBack: [],
});

let clock: FakeClock;
let scope: Scope;
let due: DueChanges;
let taken: MergedChange[][];

beforeEach(() => {
  clock = new FakeClock();
  scope = new Scope();
  taken = [];
  due = new DueChanges({ clock, scope, due: () => taken.push(due.takeOut()) });
});

describe('changes', () => {
  it('are due at once, and those that follow shortly after once for all', async () => {
    for (let at = 0; at < 5; at += 1) due.add([change([entry(at)])]);
    expect(taken.map((one) => one.map(({ messages }) => messages))).toEqual([[[entry(0)]]]);
    await clock.advance(paces.chatChangesMs);
    expect(taken.slice(1)).toEqual([[change([1, 2, 3, 4].map(entry))]]);
    await clock.advance(paces.chatChangesMs);
    due.add([change([entry(5)])]);
    expect(taken).toHaveLength(3);
  });

  it('are one for each conversation, in which nothing is named twice', async () => {
    const other = 'other' as ConversationId; // sound: as above
    due.add([change([entry(1)]), change([entry(2)], other), change([entry(1), entry(3)])]);
    const [first] = taken;
    expect(first?.map(({ conversationId, messages }) => [conversationId, messages])).toEqual([
      [family, [entry(1), entry(3)]],
      [other, [entry(2)]],
    ]);
    await clock.advance(paces.chatChangesMs);
    expect(taken).toHaveLength(1);
  });

  it('of more messages than are worth naming are many, whose arrival is still told', () => {
    const ids = Array.from({ length: limits.chatChangesNamed + 1 }, (_, at) => entry(at));
    due.add([change(ids.slice(0, -1)), change(ids.slice(-1))]);
    expect(taken[0]).toMatchObject([{ messages: 'many', received: ids }]);
  });

  it('that main does not name stay so, whatever else changes with them', () => {
    due.add([change([entry(1)]), change(null), change([entry(2)])]);
    expect(taken[0]).toMatchObject([{ messages: null, received: [entry(1), entry(2)] }]);
  });

  it('are not due any more once it is over', async () => {
    due.add([change([entry(1)])]);
    due.add([change([entry(2)])]);
    scope.end();
    await clock.advance(paces.chatChangesMs);
    expect(taken).toHaveLength(1);
  });
});
