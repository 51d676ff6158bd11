// Offers that outlive those who made them: answered after a restart, or after the giver went.
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { encodeHeader } from '#shared/content';
import type { DropId } from '#shared/drop';
import type { DropBody, DropKind } from '#core/drop/drop-link';
import { encodeEnvelope } from '#core/wire/codec';
import { limits } from '#core/wire/limits';
import { DropNet, type DropPerson } from '#tests/support/drop-net';
import { MemoryConnection } from '#tests/support/memory-connection';
import type { MemoryGiven } from '#tests/support/memory-content';

const MiB = 1024 * 1024;
let net: DropNet;
let ada: DropPerson;
let ben: DropPerson;
let cleo: DropPerson;

beforeEach(async () => {
  net = new DropNet(21);
  const [first, second, third] = net.meet(3);
  if (!first || !second || !third) throw new Error('three people');
  [ada, ben, cleo] = [first, second, third];
  await net.link(ada, ben, cleo);
});

afterEach(() => {
  net.end();
});

async function offered(files: readonly MemoryGiven[], ...to: readonly DropPerson[]): Promise<DropId> {
  const dropId = await ada.send(files, ...to);
  await net.run(1_000);
  return dropId;
}

async function restarted(person: DropPerson, ...others: readonly DropPerson[]): Promise<void> {
  person.crash();
  await net.run(20_000);
  person.restart();
  await net.link(person, ...others);
  await net.run(1_000);
}

/** Says something over the link that no Roundtable would say. */
function inject<K extends DropKind>(from: DropPerson, to: DropPerson, kind: K, body: DropBody<K>): void {
  const { connection } = from.session(to);
  const envelope = encodeEnvelope(kind, body);
  if (!(connection instanceof MemoryConnection) || !envelope) throw new Error('cannot be said');
  connection.sendControl(envelope);
}

describe('an offer that was declined', () => {
  test('is not asked about again after a restart of who declined it', async () => {
    const dropId = await offered([net.file('a', MiB)], ben, cleo);
    ben.drops.decline(dropId);
    await net.run(1_000);
    await restarted(ben, ada, cleo);
    expect(ben.told).toEqual(['asked']);
    expect(ben.find(dropId)).toMatchObject({ stage: { phase: 'declined' }, fileCount: 1, bytes: MiB });
    expect(ada.find(dropId)?.receivers.find(({ peerId }) => peerId === ben.self)?.stage.phase).toBe('declined');
  });

  test('is not asked about again after its giver started anew, who is told no once more', async () => {
    const dropId = await offered([net.file('a', MiB)], ben, cleo);
    ben.drops.decline(dropId);
    await net.run(1_000);
    await restarted(ada, ben, cleo);
    expect(ben.told).toEqual(['asked']);
    expect(ada.find(dropId)?.receivers.find(({ peerId }) => peerId === ben.self)?.stage.phase).toBe('declined');
  });

  test('is said to be declined to others of it, and not that its giver stopped it', async () => {
    const file = net.file('a', MiB);
    const dropId = await offered([file], ben, cleo);
    ben.drops.decline(dropId);
    cleo.drops.accept(dropId);
    expect(await net.until(() => cleo.phase(dropId) === 'finished')).toBe(true);
    expect(cleo.find(dropId)?.receivers.find(({ peerId }) => peerId === ben.self)?.stage.phase).toBe('declined');
  });

  test('takes no room, and goes from the list when it is cleared', async () => {
    const dropId = await offered([net.file('a', MiB)], ben);
    ben.drops.decline(dropId);
    await net.run(1_000);
    expect(ben.content.writes).toBe(0);
    ben.drops.clear(dropId);
    await net.run(1_000);
    expect(ben.phase(dropId)).toBe('none');
    expect(ben.content.drops.size).toBe(0);
  });

  test('stays declined until the app ends even where it cannot be kept', async () => {
    const dropId = await offered([net.file('a', MiB)], ben, cleo);
    ben.content.writeFails = 'disk-full';
    ben.drops.decline(dropId);
    await net.run(1_000);
    await restarted(ada, ben, cleo);
    expect(ben.phase(dropId)).toBe('declined');
    expect(ben.told).toEqual(['asked']);
  });
});

describe('an offer that is accepted when its giver is gone', () => {
  test.each([
    ['one file', ['film']],
    ['a folder', ['trip/a', 'trip/b/c', 'trip/d']],
  ])('brings %s from others who have it', async (_what, names) => {
    const files = names.map((name, at) => net.file(name, 3 * MiB + at));
    const dropId = await offered(files, ben, cleo);
    ben.drops.accept(dropId);
    expect(await net.until(() => ben.phase(dropId) === 'finished')).toBe(true);
    ada.crash();
    await net.run(20_000);
    cleo.drops.accept(dropId);
    expect(await net.until(() => cleo.phase(dropId) === 'finished')).toBe(true);
    expect(files.every((file) => cleo.has(file))).toBe(true);
  });

  test('brings a file whose hashes do not travel with its header', async () => {
    const file = net.file('large', 36 * MiB);
    const dropId = await offered([file], ben, cleo);
    ben.drops.accept(dropId);
    expect(await net.until(() => ben.phase(dropId) === 'finished')).toBe(true);
    ada.crash();
    await net.run(20_000);
    cleo.drops.accept(dropId);
    expect(await net.until(() => cleo.phase(dropId) === 'finished')).toBe(true);
    expect(cleo.has(file)).toBe(true);
  });

  test('goes on after a restart, when it was begun', async () => {
    const file = net.file('film', 20 * MiB);
    const dropId = await offered([file], ben, cleo);
    ben.drops.accept(dropId);
    expect(await net.until(() => ben.phase(dropId) === 'finished')).toBe(true);
    ada.crash();
    await net.run(20_000);
    cleo.drops.accept(dropId);
    await net.until(() => cleo.content.writes > 3);
    await restarted(cleo, ben);
    expect(await net.until(() => cleo.phase(dropId) === 'finished')).toBe(true);
    expect(cleo.has(file)).toBe(true);
    expect(cleo.content.writes).toBe(80);
  });

  test('says that it waits for the giver where they never told what it is made of', async () => {
    const dropId = 'a'.repeat(32) as DropId; // sound: 32 hex digits
    const people = [ben.self, cleo.self];
    const entries = [{ path: ['film'], size: MiB }];
    inject(ada, cleo, 'drop.offer', { dropId, roomId: null, people, files: 1, from: 0, entries });
    await net.run(500);
    ada.crash();
    await net.run(20_000);
    cleo.drops.accept(dropId);
    await net.run(2_000);
    expect(cleo.find(dropId)?.stage).toEqual({ phase: 'waiting', isUntold: true });
  });
});

describe('what files are made of, told before the answer', () => {
  const entries = [{ path: ['film'], size: MiB }];
  const dropId = 'a'.repeat(32) as DropId; // sound: 32 hex digits

  test('counts of whoever made the offer only', async () => {
    const file = net.file('film', MiB);
    const id = await offered([file], ben, cleo);
    const header = encodeHeader(MiB, new Uint8Array(32).fill(7));
    inject(ben, cleo, 'drop.contents', { dropId: id, contents: [{ file: 0, header, hashes: null }] });
    await net.run(500);
    cleo.drops.accept(id);
    expect(await net.until(() => cleo.phase(id) === 'finished')).toBe(true);
    expect(cleo.has(file)).toBe(true);
  });

  test('fails the drop where it is of another size than was offered', async () => {
    const people = [ben.self, cleo.self];
    inject(ada, cleo, 'drop.offer', { dropId, roomId: null, people, files: 1, from: 0, entries });
    const header = encodeHeader(2 * MiB, new Uint8Array(32));
    inject(ada, cleo, 'drop.contents', { dropId, contents: [{ file: 0, header, hashes: null }] });
    await net.run(500);
    ada.crash(); // or Ada's own Roundtable would say that it knows no such drop
    cleo.drops.accept(dropId);
    await net.run(1_000);
    expect(cleo.find(dropId)?.stage).toEqual({ phase: 'failed', code: 'file-refused' });
    expect(cleo.content.writes).toBe(0);
  });

  test('is kept up to a bound, whatever is told', async () => {
    const many = Array.from({ length: 200 }, (_, at) => ({ path: [`file ${at}`], size: 1 }));
    const people = [ben.self, cleo.self];
    inject(ada, cleo, 'drop.offer', { dropId, roomId: null, people, files: many.length, from: 0, entries: many });
    const header = encodeHeader(1, new Uint8Array(32));
    const hashes = new Uint8Array(limits.dropHashesBytes);
    for (const file of many.keys()) {
      inject(ada, cleo, 'drop.contents', { dropId, contents: [{ file, header, hashes }] });
      if (file % 20 === 0) await net.run(1_000);
    }
    ada.crash();
    cleo.drops.accept(dropId);
    await net.run(1_000);
    const begun = cleo.content.drops.get(dropId)?.files.filter(({ file }) => file !== null).length ?? 0;
    expect(begun).toBeGreaterThan(limits.dropAheadBytes / 2 / limits.dropHashesBytes);
    expect(begun).toBeLessThanOrEqual(limits.dropAheadBytes / limits.dropHashesBytes);
  });
});
