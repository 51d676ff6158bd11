import { beforeEach, describe, expect, it } from 'vitest';
import type { CallSnapshot } from '#core/call/snapshot';
import type { TableState } from '#state/table.svelte';
import type { AppState } from '#state/app.svelte';
import { conversationId, entryId, fakeConversation, fakeMessage } from '#tests/support/fake-chat';
import { FakeClock, settle } from '#tests/support/fake-clock';
import { spokenVoice } from '#tests/support/fake-voice';
import { FakeWorld } from '#tests/support/gallery/fake-world';
import { ada, hex } from '#tests/support/gallery/people';
import { openTable } from '#tests/support/open-table';

const withAda = fakeConversation({ conversationId: conversationId(1), contactId: ada.contactId, peerId: ada.peerId });
const other = fakeConversation({ conversationId: conversationId(2), kind: 'group', name: 'Family' });
const base = {
  callId: hex(901) as Extract<CallSnapshot, { phase: 'incoming' }>['callId'],
  peerId: ada.peerId,
  video: true,
};
const incoming: CallSnapshot = { ...base, phase: 'incoming', sinceMs: 0 };
const read = async (): Promise<Uint8Array<ArrayBuffer>> => await Promise.resolve(new Uint8Array(1));

let world: FakeWorld;
let clock: FakeClock;
let app: AppState;
let table: TableState;

beforeEach(async () => {
  world = new FakeWorld();
  clock = new FakeClock();
  world.clock = clock;
  ({ app, table } = await openTable(world));
  world.chat.show(withAda, []);
  world.chat.show(other, []);
  world.told.length = 0;
});

describe('a message that is spoken', () => {
  it('waits in the draft of its conversation until it is sent', async () => {
    const { voiceNote } = table.chat;
    const { draft } = table.chat.open(withAda);
    await voiceNote.start(withAda.conversationId);
    expect([voiceNote.isSpoken(withAda.conversationId), voiceNote.isSpoken(other.conversationId)]).toEqual([
      true,
      false,
    ]);
    await clock.advance(3_000);
    expect(voiceNote.elapsedMs).toBe(3_000);
    await voiceNote.finish();
    expect(voiceNote.isSpoken(withAda.conversationId)).toBe(false);
    expect(draft.voice).toEqual(world.voiceRecorder.spoken);
    expect(await voiceNote.send(withAda.conversationId)).toBe(true);
    expect(draft.voice).toBeNull();
    expect(world.told).toEqual([`write voice ${withAda.conversationId} 4000 to nobody`]);
  });

  it('is in its draft again after the page was loaded anew, until it is sent', async () => {
    await table.chat.voiceNote.start(withAda.conversationId);
    await table.chat.voiceNote.finish();
    ({ table } = await openTable(world));
    const again = table.chat.drafts.of(withAda.conversationId);
    await settle();
    expect(again.voice).toEqual(world.voiceRecorder.spoken);
    expect(table.chat.drafts.of(other.conversationId).voice).toBeNull();
    await table.chat.voiceNote.send(withAda.conversationId);
    ({ table } = await openTable(world));
    const later = table.chat.drafts.of(withAda.conversationId);
    await settle();
    expect(later.voice).toBeNull();
  });

  it('is not replaced by what was kept, when it is spoken before that was read', async () => {
    await world.spokenDrafts.keep(withAda.conversationId, spokenVoice(9_000));
    const draft = table.chat.drafts.of(withAda.conversationId);
    draft.voice = spokenVoice(1_000);
    await settle();
    expect(draft.voice).toEqual(spokenVoice(1_000));
  });

  it('is kept no longer than its conversation', async () => {
    table.chat.drafts.of(withAda.conversationId).voice = spokenVoice(1_000);
    table.chat.drafts.forget(withAda.conversationId);
    const again = table.chat.drafts.of(withAda.conversationId);
    await settle();
    expect(again.voice).toBeNull();
  });

  it('is sent at once while it is recorded', async () => {
    await table.chat.voiceNote.start(withAda.conversationId);
    expect(await table.chat.voiceNote.send(withAda.conversationId)).toBe(true);
    expect(world.voiceRecorder.phase.snapshot).toBe('off');
    expect(world.told).toHaveLength(1);
  });

  it('answers the message that was taken up for it', async () => {
    const { draft } = table.chat.open(withAda);
    draft.voice = spokenVoice(1_000);
    draft.reply({
      id: entryId(5),
      from: ada.peerId,
      name: 'Ada',
      isMine: false,
      atMs: 0,
      isClockWrong: false,
      text: 'Well?',
      voice: null,
      files: null,
      absence: null,
      reply: null,
      reactions: [],
      isEdited: false,
      isForked: false,
      delivery: null,
      keptBy: [],
    });
    await table.chat.voiceNote.send(withAda.conversationId);
    expect(world.told).toEqual([`write voice ${withAda.conversationId} 1000 ${entryId(5)}`]);
    expect(draft.about).toBeNull();
  });

  it('stays when it could not be kept, and the person is told', async () => {
    const { draft } = table.chat.open(withAda);
    draft.voice = spokenVoice(1_000);
    world.chat.failsWith = 'database-busy';
    expect(await table.chat.voiceNote.send(withAda.conversationId)).toBe(false);
    expect(draft.voice).not.toBeNull();
    expect(app.toasts.list).toHaveLength(1);
  });

  it('goes nowhere when it is discarded', async () => {
    const { draft } = table.chat.open(withAda);
    await table.chat.voiceNote.start(withAda.conversationId);
    table.chat.voiceNote.discard();
    await settle();
    expect([draft.voice, table.chat.voiceNote.isSpoken(withAda.conversationId)]).toEqual([null, false]);
    expect(await table.chat.voiceNote.send(withAda.conversationId)).toBe(false);
  });

  it('ends by itself when no more fits, and waits', async () => {
    const { draft } = table.chat.open(withAda);
    await table.chat.voiceNote.start(withAda.conversationId);
    world.voiceRecorder.events.emit('ended', undefined);
    await settle();
    expect(draft.voice).toEqual(world.voiceRecorder.spoken);
  });

  it('begun in one conversation does not end up in another', async () => {
    const first = table.chat.open(withAda).draft;
    await table.chat.voiceNote.start(withAda.conversationId);
    await table.chat.voiceNote.start(other.conversationId);
    expect(first.voice).toEqual(world.voiceRecorder.spoken);
    expect(table.chat.open(other).draft.voice).toBeNull();
    expect(table.chat.voiceNote.isSpoken(other.conversationId)).toBe(true);
  });

  it('ends when somebody rings, and waits; what is heard pauses', async () => {
    const { draft } = table.chat.open(withAda);
    await table.chat.playback.toggle('a', read);
    await table.chat.voiceNote.start(withAda.conversationId);
    world.call.set(incoming);
    await settle();
    expect(draft.voice).toEqual(world.voiceRecorder.spoken);
    expect(table.chat.playback.isPlaying('a')).toBe(false);
    await table.chat.voiceNote.start(withAda.conversationId);
    expect(table.chat.voiceNote.isSpoken(withAda.conversationId)).toBe(false);
  });

  it('needs a microphone, and says why there is none', async () => {
    world.voiceRecorder.failsWith = 'microphone-denied';
    await table.chat.voiceNote.start(withAda.conversationId);
    expect(table.chat.voiceNote.isSpoken(withAda.conversationId)).toBe(false);
    expect(app.toasts.list).toHaveLength(1);
  });
});

describe('hearing what was spoken', () => {
  it('reads it once, pauses, and goes on where it was', async () => {
    const { playback } = table.chat;
    await playback.toggle('a', read);
    expect(playback.isPlaying('a')).toBe(true);
    world.voicePlayer.events.emit('moved', { key: 'a', atMs: 1_500 });
    await playback.toggle('a', read);
    expect([playback.isPlaying('a'), playback.positionMs('a')]).toEqual([false, 1_500]);
    await playback.toggle('a', read);
    expect(playback.isPlaying('a')).toBe(true);
    expect(world.voicePlayer.asked).toEqual(['play a from 0 at 1']);
  });

  it('begins where it was put before it played', async () => {
    table.chat.playback.seek('a', 4_000);
    await table.chat.playback.toggle('a', read);
    expect(world.voicePlayer.asked).toEqual(['play a from 4000 at 1']);
  });

  it('is as fast as this person likes, also next time', async () => {
    const { playback } = table.chat;
    const rates = [0, 1, 2].map(() => {
      playback.turnRate();
      return playback.rate;
    });
    expect(rates).toEqual([1.5, 2, 1]);
    playback.turnRate();
    ({ table } = await openTable(world));
    expect(table.chat.playback.rate).toBe(1.5);
  });

  it('stops when its author takes it back', async () => {
    const { messageId, ...rest } = fakeMessage(7, ada.peerId, '');
    await table.chat.playback.toggle(messageId, read);
    world.chat.put(withAda.conversationId, { ...rest, messageId, content: { kind: 'withdrawn' } });
    expect(table.chat.playback.isPlaying(messageId)).toBe(false);
    expect(world.voicePlayer.playing.snapshot).toBeNull();
  });

  it('says so when it cannot be played', async () => {
    world.voicePlayer.failsWith = 'voice-unplayable';
    await table.chat.playback.toggle('a', read);
    expect(table.chat.playback.isPlaying('a')).toBe(false);
    expect(app.toasts.list.at(-1)?.title).toBe('This voice message cannot be played');
  });

  it('is at its beginning again when it has ended', async () => {
    await table.chat.playback.toggle('a', read);
    world.voicePlayer.events.emit('moved', { key: 'a', atMs: 9_000 });
    world.voicePlayer.stop();
    world.voicePlayer.events.emit('ended', 'a');
    expect([table.chat.playback.isPlaying('a'), table.chat.playback.positionMs('a')]).toEqual([false, 0]);
  });
});
