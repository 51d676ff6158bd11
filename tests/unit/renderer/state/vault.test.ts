import { beforeEach, describe, expect, it } from 'vitest';
import { vaultChunkBytes } from '#shared/contract/vault-calls';
import { Failure } from '#shared/failure';
import type { VaultView } from '#shared/vault-view';
import type { CallName } from '#shared/contract';
import { m } from '#messages/messages';
import { askToKeep } from '#state/ask-to-keep';
import type { TableState } from '#state/table.svelte';
import { portionsOf, thingsIn } from '#state/vault-puts.svelte';
import { conversationId, fakeConversation } from '#tests/support/fake-chat';
import { FakeClock, settle } from '#tests/support/fake-clock';
import { fakeItem, fakeRun, fakeVault, readableFile, vaultVersionId } from '#tests/support/fake-vault';
import { FakeWorld } from '#tests/support/gallery/fake-world';
import { ada, bo } from '#tests/support/gallery/people';
import { openTable } from '#tests/support/open-table';

let world: FakeWorld;
let clock: FakeClock;
let table: TableState;
let view: VaultView;
let written: number[];

// Sound: the faked intake does not look at it.
const transfer = {} as DataTransfer;
const bytesOf = (...values: number[]): Uint8Array<ArrayBuffer> => new Uint8Array(values);
const asked = (call: CallName): unknown[] => world.asked.filter((one) => one.call === call).map(({ input }) => input);
const calls = (): CallName[] => world.asked.map(({ call }) => call);
const toasts = (): string[] => table.toasts.list.map(({ title }) => title);
const fails = (code: Failure['code']) => async (): Promise<never> => {
  throw new Failure(code);
};

beforeEach(async () => {
  world = new FakeWorld();
  clock = new FakeClock();
  world.clock = clock;
  view = fakeVault();
  written = [];
  world.answers.readVault = async () => view;
  world.answers.beginPut = async () => ({ versionId: vaultVersionId(1) });
  world.answers.writePut = async ({ bytes }) => {
    for (const byte of bytes) written.push(byte);
    return undefined;
  };
  ({ table } = await openTable(world));
  await settle();
  world.asked.length = 0;
});

describe('the vault', () => {
  it('is read at the start, and again once for however many changes there are meanwhile', async () => {
    expect(table.vault.view).toEqual(view);
    const change = (): void => world.hostEvents.emit('vaultChanged', undefined);
    view = fakeVault({ items: [fakeItem(1, 'Letters')] });
    for (let times = 0; times < 5; times += 1) change();
    await settle();
    expect(asked('readVault')).toEqual([]);
    await clock.advance(300);
    expect(asked('readVault')).toHaveLength(1);
    expect(table.vault.view?.items.map(({ name }) => name)).toEqual(['Letters']);
    await clock.advance(5_000);
    expect(asked('readVault')).toHaveLength(1);
    change();
    await settle();
    expect(asked('readVault')).toHaveLength(2);
  });

  it('that is asked for while it is being read is read once more', async () => {
    let answer: (view: VaultView) => void = () => undefined;
    world.answers.readVault = async () => await new Promise<VaultView>((resolve) => (answer = resolve));
    for (let times = 0; times < 5; times += 1) void table.vault.load();
    await settle();
    expect(asked('readVault')).toHaveLength(1);
    answer(view);
    await settle();
    answer(fakeVault({ items: [fakeItem(1, 'Letters')] }));
    await settle();
    expect(asked('readVault')).toHaveLength(2);
    expect(table.vault.view?.items.map(({ name }) => name)).toEqual(['Letters']);
  });

  it('that cannot be read says why, keeps what it showed, and can be read again', async () => {
    world.answers.readVault = fails('database-busy');
    await table.vault.load();
    expect(table.vault.failure).toBe('database-busy');
    expect(table.vault.view).toEqual(view);
    world.answers.readVault = async () => view;
    await table.vault.load();
    expect(table.vault.failure).toBeNull();
  });
});

describe('what is put in', () => {
  it('is one thing for each file and each folder that was dropped', () => {
    const files = ['a.txt', 'Photos/1.jpg', 'b.txt', 'Photos/more/2.jpg'].map((path) => readableFile(path, bytesOf()));
    expect(thingsIn(files).map(({ name, kind, files: inside }) => [name, kind, inside.length])).toEqual([
      ['a.txt', 'file', 1],
      ['Photos', 'folder', 2],
      ['b.txt', 'file', 1],
    ]);
  });

  it('comes as all bytes in a row, small files together and large ones in portions', async () => {
    const files = [[1, 2, 3], [], [4], [5, 6, 7, 8, 9, 10]].map((values, index) =>
      readableFile(`Folder/${index}`, bytesOf(...values)),
    );
    const portions: number[][] = [];
    for await (const portion of portionsOf(files, 4)) portions.push([...portion]);
    expect(portions).toEqual([
      [1, 2, 3, 4],
      [5, 6, 7, 8],
      [9, 10],
    ]);
  });

  it('is read, told to main in order, and ended', async () => {
    const large = new Uint8Array(vaultChunkBytes + 2).fill(7);
    world.readable = [readableFile('Photos/1.jpg', large), readableFile('Photos/2.jpg', bytesOf(8))];
    await table.vault.putDropped(transfer);
    await settle();
    await settle();
    expect(calls()).toEqual(['beginPut', 'writePut', 'writePut', 'finishPut']);
    expect(asked('beginPut')).toEqual([
      {
        name: 'Photos',
        kind: 'folder',
        files: [
          { path: ['Photos', '1.jpg'], size: large.length, mtimeMs: 5 },
          { path: ['Photos', '2.jpg'], size: 1, mtimeMs: 5 },
        ],
      },
    ]);
    expect(written.length).toBe(large.length + 1);
    expect(written.slice(-2)).toEqual([7, 8]);
    expect(table.vault.puts.list).toEqual([]);
    expect(table.vault.puts.ratio).toBeNull();
  });

  it('of no byte at all is put in as well', async () => {
    world.readable = [readableFile('empty.txt', bytesOf())];
    await table.vault.putDropped(transfer);
    await settle();
    expect(calls()).toEqual(['beginPut', 'finishPut']);
  });

  it('goes one after another, and what waits can be taken out without a word to main', async () => {
    let go: () => void = () => undefined;
    world.answers.writePut = async () => await new Promise<undefined>((resolve) => (go = () => resolve(undefined)));
    world.readable = ['a', 'b', 'c'].map((name) => readableFile(name, bytesOf(1, 2)));
    await table.vault.putDropped(transfer);
    await settle();
    const { puts } = table.vault;
    expect(puts.list.map(({ name, stage }) => [name, stage])).toEqual([
      ['a', 'reading'],
      ['b', 'waiting'],
      ['c', 'waiting'],
    ]);
    puts.cancel(puts.list[1]?.id ?? 0);
    expect(puts.list.map(({ name }) => name)).toEqual(['a', 'c']);
    go();
    await settle();
    expect(asked('beginPut')).toHaveLength(2);
    expect(asked('abortPut')).toEqual([]);
    expect(asked('finishPut')).toHaveLength(1);
  });

  it('that is stopped while it is read leaves nothing, and says nothing', async () => {
    let go: () => void = () => undefined;
    world.answers.writePut = async () => await new Promise<undefined>((resolve) => (go = () => resolve(undefined)));
    world.readable = [readableFile('a', bytesOf(1))];
    await table.vault.putDropped(transfer);
    await settle();
    await table.vault.stopReading(vaultVersionId(1));
    go();
    await settle();
    expect(asked('abortPut')).toEqual([{ versionId: vaultVersionId(1) }]);
    expect(asked('finishPut')).toEqual([]);
    expect(table.vault.puts.list).toEqual([]);
    expect(toasts()).toEqual([]);
  });

  it('that fails is given up, says which and why, and the next one goes on', async () => {
    const changed = { ...readableFile('a', bytesOf(1)), read: fails('file-changed') };
    world.readable = [changed, readableFile('b', bytesOf(2))];
    await table.vault.putDropped(transfer);
    await settle();
    await settle();
    expect(asked('abortPut')).toHaveLength(1);
    expect(asked('finishPut')).toHaveLength(1);
    expect(written).toEqual([2]);
    expect(table.toasts.list).toMatchObject([{ title: m.vault.put.failed('a'), text: m.vault.put.changed }]);
  });

  it('that main refuses at the last byte is given up as well', async () => {
    world.answers.writePut = fails('disk-full');
    world.readable = [readableFile('a', bytesOf(1))];
    await table.vault.putDropped(transfer);
    await settle();
    await settle();
    expect(calls()).toEqual(['beginPut', 'writePut', 'abortPut']);
    expect(toasts()).toEqual([m.vault.put.failed('a')]);
  });

  it('is given up at once when the page goes', async () => {
    world.answers.writePut = async () => await new Promise(() => undefined);
    world.readable = [readableFile('a', bytesOf(1)), readableFile('b', bytesOf(1))];
    await table.vault.putDropped(transfer);
    await settle();
    table.vault.puts.giveUp();
    expect(asked('abortPut')).toEqual([{ versionId: vaultVersionId(1) }]);
  });

  it('whose bytes stopped coming, as its page is gone, can be stopped too', async () => {
    await table.vault.stopReading(vaultVersionId(44));
    expect(asked('abortPut')).toEqual([{ versionId: vaultVersionId(44) }]);
  });

  it('as more files than the vault takes is refused in words of the vault', async () => {
    const { readable } = world;
    Object.defineProperty(world, 'readable', { get: () => Promise.reject(new Failure('files-too-many')) });
    await table.vault.putDropped(transfer);
    Object.defineProperty(world, 'readable', { value: readable });
    expect(table.toasts.list).toMatchObject([{ title: m.failure['files-too-many'].title, text: m.vault.put.tooMany }]);
  });

  it('as nothing says so', async () => {
    await table.vault.putDropped(transfer);
    expect(toasts()).toEqual([m.dropped.nothing]);
  });
});

describe('things and restores', () => {
  it('are asked of main, and a refusal is said', async () => {
    const item = fakeItem(3, 'Letters');
    await table.vault.restore(vaultVersionId(300));
    await table.vault.drill();
    const run = fakeRun(1);
    await table.vault.cancelRun(run);
    await table.vault.forgetRun(run);
    await table.vault.showRun(run);
    expect(await table.vault.removeItem(item)).toBe(true);
    expect(await table.vault.removeVersion(vaultVersionId(301))).toBe(true);
    expect(calls()).toEqual([
      'restoreVault',
      'drillVault',
      'cancelVaultRun',
      'forgetVaultRun',
      'showVaultRun',
      'removeVaultItem',
      'removeVaultVersion',
    ]);
    expect(toasts()).toEqual([m.vault.remove.done('Letters')]);
    world.answers.drillVault = fails('vault-empty');
    world.answers.removeVaultItem = fails('vault-unknown');
    await table.vault.drill();
    expect(await table.vault.removeItem(item)).toBe(false);
    expect(toasts().slice(1)).toEqual([m.failure['vault-empty'].title, m.failure['vault-unknown'].title]);
  });

  it('tell how long a restore still takes once there is something to go by', async () => {
    const run = fakeRun(1, { bytes: 100_000 });
    view = fakeVault({ runs: [run] });
    await table.vault.load();
    expect(table.vault.timeLeft(run)).toBeNull();
    clock.sleep(2_000);
    const further = { ...run, doneBytes: 20_000 };
    view = fakeVault({ runs: [further] });
    await table.vault.load();
    expect(table.vault.timeLeft(further)).toBe(8_000);
    view = fakeVault({ runs: [{ ...further, state: 'done' }] });
    await table.vault.load();
    expect(table.vault.timeLeft(further)).toBeNull();
  });
});

describe('a restore that ends', () => {
  const going = fakeRun(1, { doneBytes: 5 });
  const from = [{ peerId: ada.peerId, name: 'A', bytes: 5 }];
  const ended = fakeRun(1, { state: 'done', doneBytes: 5, endedAt: 4_000, from });

  beforeEach(async () => {
    view = fakeVault({ runs: [going] });
    await table.vault.load();
  });

  it('says so where the vault is not looked at, once, and leads there', async () => {
    view = fakeVault({ runs: [ended] });
    await table.vault.load();
    await table.vault.load();
    expect(table.toasts.list).toMatchObject([
      { title: m.vault.run.done('Photographs'), text: 'From Ada Lindqvist, 5 B in 4 s' },
    ]);
    table.toasts.list[0]?.action?.run();
    expect(table.navigation.pane).toEqual({ kind: 'vault' });
  });

  it('says why when it failed, and nothing when it was stopped or is looked at', async () => {
    view = fakeVault({ runs: [{ ...going, state: 'failed', failure: 'disk-full' }] });
    await table.vault.load();
    expect(toasts()).toEqual([m.vault.run.failed('Photographs')]);
    view = fakeVault({ runs: [going] });
    await table.vault.load();
    view = fakeVault({ runs: [{ ...going, state: 'cancelled' }] });
    await table.vault.load();
    view = fakeVault({ runs: [going] });
    await table.vault.load();
    table.navigation.show({ kind: 'vault' });
    view = fakeVault({ runs: [ended] });
    await table.vault.load();
    expect(toasts()).toHaveLength(1);
  });
});

describe('space for others', () => {
  const pledge = { owner: ada.peerId, contactId: ada.contactId, bytes: 5, usedBytes: 3, pieces: 1, endsAt: null };

  it('is offered and ended with notice, with a way back', async () => {
    expect(await table.vault.setPledge(ada.contactId, 5)).toBe(true);
    await table.vault.endPledge(pledge, 'Ada');
    table.toasts.list[0]?.action?.run();
    await settle();
    expect(asked('setVaultPledge')).toEqual([
      { contactId: ada.contactId, bytes: 5 },
      { contactId: ada.contactId, bytes: null },
      { contactId: ada.contactId, bytes: 5 },
    ]);
  });

  it('of somebody who is no contact any more can only be dropped', async () => {
    await table.vault.endPledge({ ...pledge, contactId: null }, 'Somebody');
    expect(await table.vault.dropPledge(ada.peerId)).toBe(true);
    expect(asked('setVaultPledge')).toEqual([]);
    expect(asked('dropVaultPledge')).toEqual([{ owner: ada.peerId }]);
  });

  it('that is not free is refused in words', async () => {
    world.answers.setVaultPledge = fails('disk-full');
    expect(await table.vault.setPledge(ada.contactId, 5)).toBe(false);
    expect(toasts()).toEqual([m.failure['disk-full'].title]);
  });
});

it('whoever is asked to keep has the question in the field, and nothing that was written there is lost', async () => {
  const withBo = fakeConversation({ conversationId: conversationId(7), contactId: bo.contactId, peerId: bo.peerId });
  world.chat.store.set([withBo]);
  const opened = table.chat.open(withBo);
  await askToKeep(table, bo.contactId);
  expect(opened.draft.text).toBe(m.vault.keepers.askWords);
  expect(table.navigation.pane).toEqual({ kind: 'person', contactId: bo.contactId });
  opened.draft.text = 'Hello';
  await askToKeep(table, bo.contactId);
  await askToKeep(table, ada.contactId);
  expect(opened.draft.text).toBe('Hello');
});
