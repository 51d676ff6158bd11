import { beforeEach, describe, expect, it } from 'vitest';
import type { ChatMessage } from '#shared/chat';
import type { ConversationState } from '#state/conversation.svelte';
import type { TableState } from '#state/table.svelte';
import { conversationId, entryId, fakeConversation, fakeMessage } from '#tests/support/fake-chat';
import { FakeClock, settle } from '#tests/support/fake-clock';
import { FakeWorld } from '#tests/support/gallery/fake-world';
import { ada, bo, hex, me, nowMs } from '#tests/support/gallery/people';
import { openTable } from '#tests/support/open-table';

let world: FakeWorld;
let clock: FakeClock;
let table: TableState;

const withAda = fakeConversation({
  conversationId: conversationId(1),
  contactId: ada.contactId,
  peerId: ada.peerId,
  name: ada.name,
});
const minute = 60_000;
const theirs = (seed: number, text: string, more: Partial<ChatMessage> = {}): ChatMessage =>
  fakeMessage(seed, ada.peerId, text, { sentAtMs: nowMs + seed * minute, ...more });
const mine = (seed: number, text: string, more: Partial<ChatMessage> = {}): ChatMessage =>
  fakeMessage(seed, me.peerId, text, {
    isMine: true,
    sentAtMs: nowMs + seed * minute,
    delivery: { state: 'sent', deliveredTo: [], readBy: [], keptBy: [] },
    ...more,
  });
const many = (count: number): readonly ChatMessage[] =>
  Array.from({ length: count }, (_, index) => theirs(index, `message ${index}`));

async function start(): Promise<void> {
  clock = new FakeClock();
  world.clock = clock;
  ({ table } = await openTable(world));
  world.told.length = 0;
}

beforeEach(async () => {
  world = new FakeWorld();
  await start();
});

async function open(messages: readonly ChatMessage[], conversation = withAda): Promise<ConversationState> {
  world.chat.show(conversation, messages);
  const state = table.chat.open(conversation);
  await settle();
  return state;
}

const texts = (state: ConversationState): string[] =>
  state.items.flatMap((item) => (item.kind === 'message' ? [item.message.text ?? '…'] : []));
const kinds = (state: ConversationState): string[] => state.items.map(({ kind }) => kind);
const askedOf = (call: string): unknown[] => world.asked.filter((one) => one.call === call).map(({ input }) => input);

describe('an open conversation', () => {
  it('begins at its end and reads on at the ends it has more at', async () => {
    const state = await open(many(150));
    expect(texts(state).at(-1)).toBe('message 149');
    expect(state.hasEarlier).toBe(true);
    await state.loadMore('earlier');
    await state.loadMore('earlier');
    expect(texts(state)).toEqual(many(150).map(({ content }) => (content.kind === 'text' ? content.text : '')));
    expect(state.hasEarlier).toBe(false);
  });

  it('keeps a bounded part of a long one while somebody reads on', async () => {
    const state = await open(many(1_000));
    for (let page = 0; page < 10; page += 1) await state.loadMore('earlier');
    expect(texts(state)).toHaveLength(300);
    expect(state.hasLater).toBe(true);
    await state.toLatest();
    expect(texts(state).at(-1)).toBe('message 999');
  });

  it('draws a line above the first message that is new', async () => {
    const state = await open([theirs(1, 'old'), theirs(2, 'new', { isUnread: true })], { ...withAda, unread: 1 });
    const at = kinds(state).indexOf('new');
    expect(kinds(state).slice(at - 1)).toEqual(['message', 'new', 'message']);
    expect(state.firstNew).toBe(entryId(2));
  });

  it('shows what comes and what changes in place', async () => {
    const state = await open([theirs(1, 'one'), theirs(2, 'two')]);
    world.chat.put(withAda.conversationId, theirs(3, 'three'));
    world.chat.put(withAda.conversationId, theirs(1, 'uno', { isEdited: true }));
    await settle();
    expect(texts(state)).toEqual(['uno', 'two', 'three']);
  });

  it('reads nothing again for a message that is only changed', async () => {
    const state = await open([theirs(1, 'one')]);
    const { reads } = world.chat;
    world.chat.put(withAda.conversationId, theirs(1, 'uno'));
    await settle();
    expect([texts(state), world.chat.reads]).toEqual([['uno'], reads]);
  });

  it('reads the page again when there were too many changes to name', async () => {
    const state = await open([theirs(1, 'one')]);
    world.chat.show(withAda, many(5));
    world.chat.events.emit('changed', { conversationId: withAda.conversationId, messages: null });
    await settle();
    expect(texts(state)).toHaveLength(5);
  });

  it('jumps to a message far away, and marks it for a while', async () => {
    const state = await open(many(500));
    expect(await state.jumpTo(entryId(7))).toBe(true);
    expect([state.highlighted, state.hasLater]).toEqual([entryId(7), true]);
    await clock.advance(3_000);
    expect(state.highlighted).toBeNull();
  });

  it('tells once that all was read, and nothing while it is scrolled far from its end', async () => {
    const state = await open([theirs(1, 'new', { isUnread: true })], { ...withAda, unread: 1 });
    state.markRead();
    state.markRead();
    expect(world.told).toEqual(['read 1']);
    const long = await open(many(500), { ...withAda, unread: 400 });
    await long.jumpTo(entryId(3));
    world.told.length = 0;
    long.markRead();
    expect(world.told).toEqual([]);
  });

  it('shows a call of my history where it happened, and one that is written down only once', async () => {
    const callId = hex(42) as never; // sound: 32 hex digits
    const content = { kind: 'missed-call', callId, video: false, reason: 'no-answer' } as const;
    const state = await open([theirs(1, 'one'), theirs(2, '', { content }), theirs(3, 'two')]);
    await settle();
    const shown = state.items.filter((item) => item.kind === 'call' && item.record.callId === callId);
    expect(shown).toHaveLength(1);
    const at = kinds(state).lastIndexOf('call');
    expect(kinds(state).slice(at - 1, at + 2)).toEqual(['message', 'call', 'message']);
  });
});

describe('what I write', () => {
  it('goes out trimmed, with the message it answers, and leaves the field empty', async () => {
    const state = await open([theirs(1, 'tea?')]);
    const item = state.items.find(({ kind }) => kind === 'message');
    if (item?.kind === 'message') state.draft.reply(item.message);
    state.draft.text = '  yes  ';
    expect(await state.sendDraft()).toBe(true);
    expect(world.told.at(-1)).toBe(
      `write ${withAda.conversationId} ${JSON.stringify({ kind: 'text', text: 'yes', replyTo: entryId(1) })}`,
    );
    expect([state.draft.text, state.draft.about]).toEqual(['', null]);
  });

  it('comes back into the field when it could not be written', async () => {
    const state = await open([]);
    world.chat.failsWith = 'group-removed';
    state.draft.text = 'hello';
    expect(await state.sendDraft()).toBe(false);
    expect(state.draft.text).toBe('hello');
    expect(table.toasts.list).toHaveLength(1);
  });

  it('is not sent empty, nor longer than a message may be', async () => {
    const state = await open([]);
    state.draft.text = ' \n ';
    expect(await state.sendDraft()).toBe(false);
    state.draft.text = 'x'.repeat(4_001);
    expect([await state.sendDraft(), state.draft.left]).toEqual([false, -1]);
    expect(world.told).toEqual([]);
  });

  it('changes the last message of mine, and gives back what was begun before', async () => {
    const state = await open([mine(1, 'teh'), theirs(2, 'what?')]);
    state.draft.text = 'begun';
    state.editLatest();
    expect(state.draft.text).toBe('teh');
    state.draft.text = 'the';
    await state.sendDraft();
    expect(world.told.at(-1)).toContain(JSON.stringify({ kind: 'edit', target: entryId(1), text: 'the' }));
    expect(state.draft.text).toBe('begun');
  });

  it('takes a reaction back that is mine, and adds one that is not', async () => {
    const state = await open([theirs(1, 'done', { reactions: [{ reaction: '🎉', by: [ada.peerId, me.peerId] }] })]);
    const item = state.items.find(({ kind }) => kind === 'message');
    if (item?.kind !== 'message') throw new Error('no message');
    await state.react(item.message, '🎉');
    await state.react(item.message, '👍');
    expect(world.told.map((what) => what.includes('"isOn":true'))).toEqual([false, true]);
  });

  it('is kept over a restart as long as it was not sent', async () => {
    const state = await open([]);
    state.draft.text = 'half a tho';
    await start();
    expect((await open([])).draft.text).toBe('half a tho');
  });

  it.each(['no json', '{"x":1}', '[]'])('survives kept drafts that say %s', async (kept) => {
    world.memory.set('roundtable.drafts', kept);
    await start();
    expect((await open([])).draft.text).toBe('');
  });

  it('says for whom it waits', async () => {
    const waiting = mine(1, 'hello', { delivery: { state: 'waiting', deliveredTo: [], readBy: [], keptBy: [] } });
    const state = await open([waiting]);
    expect(state.waiting).toContain(ada.name);
    world.presence.set(new Map([[ada.peerId, 'online']]));
    expect(state.waiting).toBeNull();
  });
});

describe('the list of conversations', () => {
  it('counts what is unread on the badge, but not where it is muted', async () => {
    world.chat.show({ ...withAda, unread: 2 }, [theirs(1, 'hi')]);
    world.chat.show(
      { ...withAda, conversationId: conversationId(2), contactId: bo.contactId, unread: 5, isMuted: true },
      [],
    );
    await settle();
    expect(table.chat.unread).toBe(2);
    expect(askedOf('setBadge').at(-1)).toMatchObject({ unread: 2 });
  });

  it('shows under the name who is writing, else what was said last', () => {
    world.chat.show(withAda, [theirs(1, 'see you')]);
    const known = (): string | null => table.chat.preview(table.chat.of(ada.contactId) ?? withAda);
    expect(known()).toBe('see you');
    world.chat.patch(withAda.conversationId, { typing: [ada.peerId] });
    expect(known()).toBe('Writing');
    world.chat.show({ ...withAda, waiting: 1 }, [mine(1, 'hello')]);
    expect(known()).toContain('Waiting');
  });

  it('records a call that rang while I was away as missed, once', async () => {
    const before = table.people.missedCalls;
    const content = { kind: 'missed-call', callId: hex(43), video: true, reason: 'no-answer' } as const;
    world.chat.show(withAda, []);
    for (let time = 0; time < 2; time += 1) {
      world.chat.put(withAda.conversationId, theirs(1, '', { content, isUnread: true }));
      await settle();
    }
    expect(table.people.missedCalls).toBe(before + 1);
    expect(askedOf('recordCall')).toHaveLength(1);
  });

  it('goes to a message in the conversation of its person, or of its group', async () => {
    world.chat.show(withAda, many(3));
    await table.goToChat(withAda.conversationId, entryId(1));
    expect(table.navigation.pane).toEqual({ kind: 'person', contactId: ada.contactId });
    const state = table.chat.open(withAda);
    await settle();
    expect(state.highlighted).toBe(entryId(1));
    const group = fakeConversation({ conversationId: conversationId(5), kind: 'group', name: 'Family' });
    world.chat.show(group, []);
    await table.goToChat(group.conversationId, null);
    expect(table.navigation.pane).toEqual({ kind: 'group', conversationId: group.conversationId });
  });
});

describe('the search', () => {
  it('asks once somebody pauses, and never for a single letter', async () => {
    for (const typed of ['t', 'ta', 'tab', 'table ']) table.chat.search.ask(typed);
    await clock.advance(1_000);
    table.chat.search.ask('t');
    await clock.advance(1_000);
    expect(world.told).toEqual(['search table']);
    expect(table.chat.search.answered).toBeNull();
  });
});

describe('a new message', () => {
  const receive = (message: ChatMessage, conversation = withAda, count = 1): void =>
    world.chat.events.emit('received', { conversation, message, count });
  const notices = (): unknown[] => askedOf('announceMessage');

  it('sounds, is shown outside the window and is said to screen readers', async () => {
    receive(theirs(1, 'tea is ready'));
    await clock.advance(500);
    expect(notices()).toEqual([{ conversationId: withAda.conversationId, title: ada.name, text: 'tea is ready' }]);
    expect(table.announcer.said.map(({ text }) => text)).toEqual([`${ada.name}: tea is ready`]);
  });

  it('counts as all that it stands for', async () => {
    receive(theirs(1, 'x'), withAda, 40);
    receive(theirs(2, 'y'), withAda, 2);
    await clock.advance(500);
    expect(notices()).toEqual([{ conversationId: withAda.conversationId, title: ada.name, text: '42 new messages' }]);
  });

  it('comes as one notice with those that came with it', async () => {
    for (let seed = 0; seed < 100; seed += 1) receive(theirs(seed, 'x'));
    await clock.advance(500);
    expect(notices()).toEqual([{ conversationId: withAda.conversationId, title: ada.name, text: '100 new messages' }]);
  });

  it('is not shown outside when its conversation is looked at, nor when notices are switched off', async () => {
    const state = await open([]);
    state.isWatched = true;
    receive(theirs(1, 'here'));
    await clock.advance(500);
    state.isWatched = false;
    await table.settings.save({ notifications: false });
    receive(theirs(2, 'there'));
    await clock.advance(500);
    expect(notices()).toEqual([]);
  });

  it('leads to its conversation when its notice is pressed', async () => {
    world.chat.show(withAda, []);
    world.hostEvents.emit('messageNoticePressed', { conversationId: withAda.conversationId });
    await settle();
    expect(table.navigation.pane).toEqual({ kind: 'person', contactId: ada.contactId });
  });
});
