import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { open } from 'node:fs/promises';
import { mkdir, readdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { createPublicKey, verify } from 'node:crypto';
import { join } from 'node:path';
import * as fc from 'fast-check';
import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { createHandlers } from '#main/handlers';
import { isSafeFileName } from '#shared/file-names';
import { areOggPages } from '#main/services/ogg-pages';
import { readConsent, signConsent } from '#main/services/recording-consent';
import type { OpenFile, OpenRecordingFile } from '#main/services/recording-file';
import { recordingFolderName, safeStem } from '#main/services/recording-names';
import { Recordings } from '#main/services/recordings';
import { PagePolicy } from '#main/shell/page-sockets';
import { WindowClaim } from '#main/shell/window-claim';
import { openWebWindow } from '#main/web/web-window';
import { RecordingId, RoomId } from '#shared/room';
import { failureCode } from './failure-code';
import { noShell } from './no-shell';
import { person, temporaryFolder, testClock, type Person } from './people';

const roomId = v.parse(RoomId, 'a'.repeat(32));

/** A page of Ogg with this text in it; its checksum is nobody's question here. */
function page(text: string): Uint8Array<ArrayBuffer> {
  const body = Buffer.from(text);
  return new Uint8Array(Buffer.concat([Buffer.from('OggS'), Buffer.alloc(22), Buffer.of(1, body.length), body]));
}

const textOf = (file: Buffer): string => file.toString('latin1').replaceAll(/OggS[^]{24}/g, '|');

/** A disk that fails when told to. */
class MoodyDisk {
  /** The code of every write, and how many bytes it takes before. */
  mood: { code: string; after: number } | null = null;
  writes = 0;

  readonly open: OpenRecordingFile = async (...parts) => {
    const file = await open(...parts);
    const write: OpenFile['write'] = async (bytes, offset, length, position) => {
      this.writes += 1;
      if (!this.mood) return await file.write(bytes, offset, Math.min(length, 40), position);
      const { code, after } = this.mood;
      if (after > 0 && length > after) {
        const written = await file.write(bytes, offset, after, position);
        this.mood = { code, after: 0 };
        return written;
      }
      throw Object.assign(new Error(code), { code });
    };
    return {
      write,
      truncate: (length) => (this.mood ? Promise.reject(new Error('not now')) : file.truncate(length)),
      datasync: () => file.datasync(),
      stat: () => file.stat(),
      close: () => file.close(),
    };
  };
}

interface Set {
  readonly ada: Person;
  readonly recordings: Recordings;
  readonly disk: MoodyDisk;
  readonly downloads: string;
}

async function recorder(): Promise<Set> {
  const ada = await person('Ada');
  const downloads = join(await temporaryFolder(), 'downloads');
  const disk = new MoodyDisk();
  const { identity } = ada.services;
  const random = (length: number): Uint8Array => crypto.getRandomValues(new Uint8Array(length));
  const clock = testClock(new Date(2026, 5, 1, 14, 5).getTime());
  const recordings = new Recordings({ downloadsFolder: downloads, identity, clock, random, openFile: disk.open });
  return { ada, recordings, disk, downloads };
}

async function agreed(set: Set, name = 'Round table', tracks = ['Round table']): Promise<RecordingId> {
  const { recordingId } = await set.recordings.start({ roomId, name, tracks });
  const consent = set.recordings.signConsent({ roomId, recordingId, recorder: set.ada.peerId });
  expect(set.recordings.keepConsent({ recordingId, from: set.ada.peerId, name: 'Ada', consent }).isGenuine).toBe(true);
  return recordingId;
}

describe('a recording', () => {
  test('grows page by page in a folder of its own, with who agreed beside it', async () => {
    const set = await recorder();
    const recordingId = await agreed(set, 'Tea: at 5/6?', ['Tea: at 5/6?']);
    await set.recordings.append({ recordingId, track: 0, bytes: page('one') });
    await set.recordings.append({ recordingId, track: 0, bytes: Buffer.concat([page('two'), page('three')]) });
    const { folder, files } = await set.recordings.finish({ recordingId });
    expect(folder).toBe(join(set.downloads, 'Roundtable recordings', '2026-06-01 14-05 Tea- at 5-6'));
    expect(files).toEqual(['Tea- at 5-6.ogg']);
    expect(textOf(await readFile(join(folder, 'Tea- at 5-6.ogg')))).toBe('|one|two|three');
    expect(await readdir(folder)).toEqual(['Tea- at 5-6.ogg', 'consents.json']);
    expect(set.recordings.folderOf(recordingId)).toBe(folder);
    expect(await failureCode(set.recordings.append({ recordingId, track: 0, bytes: page('four') }))).toBe(
      'input-invalid',
    );
  });

  test('has a file per speaker, also for two of one name and for who comes later', async () => {
    const set = await recorder();
    const recordingId = await agreed(set, 'Talk', ['Ada', 'ada', 'Ada']);
    const { track } = set.recordings.addTrack({ recordingId, name: '../Bob' });
    for (const each of [0, 1, 2, track])
      await set.recordings.append({ recordingId, track: each, bytes: page(`${each}`) });
    const { files, folder } = await set.recordings.finish({ recordingId });
    expect(files).toEqual(['Ada.ogg', 'ada.ogg', 'Ada (2).ogg', 'Bob.ogg']);
    expect(await Promise.all(files.map(async (file) => textOf(await readFile(join(folder, file)))))).toEqual([
      '|0',
      '|1',
      '|2',
      '|3',
    ]);
  });

  test('takes thirteen tracks and no more, and only whole pages', async () => {
    const set = await recorder();
    const recordingId = await agreed(set, 'Talk', Array<string>(13).fill('Ada'));
    expect(await failureCode(() => set.recordings.addTrack({ recordingId, name: 'Bob' }))).toBe('input-invalid');
    for (const bytes of [page('whole').subarray(1), page('whole').subarray(0, -1), new Uint8Array(0)]) {
      const append = set.recordings.append({ recordingId, track: 0, bytes: new Uint8Array(bytes) });
      expect(await failureCode(append)).toBe('input-invalid');
    }
    expect(await failureCode(set.recordings.append({ recordingId, track: 13, bytes: page('x') }))).toBe(
      'input-invalid',
    );
  });

  test('takes no sound while nobody has agreed, and leaves nothing behind then', async () => {
    const set = await recorder();
    const { recordingId } = await set.recordings.start({ roomId, name: 'Talk', tracks: ['Talk'] });
    const append = set.recordings.append({ recordingId, track: 0, bytes: page('one') });
    expect(await failureCode(append)).toBe('recording-refused');
    expect((await set.recordings.finish({ recordingId })).files).toEqual([]);
    expect(await readdir(join(set.downloads, 'Roundtable recordings'))).toEqual([]);
  });

  test('of the same minute and name gets a folder of its own', async () => {
    const set = await recorder();
    const folders = [];
    for (const recordingId of [await agreed(set), await agreed(set)]) {
      await set.recordings.append({ recordingId, track: 0, bytes: page('one') });
      folders.push((await set.recordings.finish({ recordingId })).folder);
    }
    expect(folders[1]).toBe(`${folders[0]} (2)`);
  });

  test('that a fifth one pushes out keeps what it has', async () => {
    const set = await recorder();
    const first = await agreed(set);
    await set.recordings.append({ recordingId: first, track: 0, bytes: page('one') });
    for (let count = 0; count < 4; count += 1) await agreed(set, `Room ${count}`);
    expect(await failureCode(set.recordings.finish({ recordingId: first }))).toBe('input-invalid');
    expect(await readdir(set.recordings.folderOf(first))).toEqual(['Round table.ogg', 'consents.json']);
  });
});

describe('a disk in trouble', () => {
  test.each([
    ['ENOSPC', 'disk-full'],
    ['EDQUOT', 'disk-full'],
    ['EROFS', 'recording-folder'],
    ['EACCES', 'recording-folder'],
    ['EIO', 'recording-folder'],
  ])('(%s) is told as %s, leaves whole pages, and the same page goes in later', async (code, expected) => {
    const set = await recorder();
    const recordingId = await agreed(set);
    await set.recordings.append({ recordingId, track: 0, bytes: page('one') });
    set.disk.mood = { code, after: 12 };
    const two = page('two and a long text, so that it takes more than one write');
    expect(await failureCode(set.recordings.append({ recordingId, track: 0, bytes: two }))).toBe(expected);
    set.disk.mood = null;
    await set.recordings.append({ recordingId, track: 0, bytes: page('2') });
    await set.recordings.append({ recordingId, track: 0, bytes: page('3') });
    const { folder, files } = await set.recordings.finish({ recordingId });
    expect(textOf(await readFile(join(folder, files[0] ?? '')))).toBe('|one|2|3');
  });

  test('that goes away and comes back is gone on with', async () => {
    const set = await recorder();
    const recordingId = await agreed(set);
    await set.recordings.append({ recordingId, track: 0, bytes: page('one') });
    const folder = set.recordings.folderOf(recordingId);
    await rename(folder, `${folder} away`);
    const append = (): Promise<void> => set.recordings.append({ recordingId, track: 0, bytes: page('two') });
    expect(await failureCode(append())).toBe('recording-folder');
    await rename(`${folder} away`, folder);
    await append();
    expect(textOf(await readFile(join(folder, 'Round table.ogg')))).toBe('|one|two');
  });

  test('whose folder cannot be made fails at the start', async () => {
    const set = await recorder();
    await writeFile(set.downloads, 'a file where the folder should be');
    const start = set.recordings.start({ roomId, name: 'Talk', tracks: ['Talk'] });
    expect(await failureCode(start)).toBe('recording-folder');
  });

  test('puts nothing through a link in place of a file', async () => {
    const set = await recorder();
    const recordingId = await agreed(set);
    await set.recordings.append({ recordingId, track: 0, bytes: page('one') });
    const folder = set.recordings.folderOf(recordingId);
    const elsewhere = join(set.downloads, 'precious');
    await writeFile(elsewhere, 'precious, and longer than what was recorded');
    await rm(join(folder, 'Round table.ogg'));
    await symlink(elsewhere, join(folder, 'Round table.ogg'));
    const append = set.recordings.append({ recordingId, track: 0, bytes: page('two') });
    expect(await failureCode(append)).toBe('recording-folder');
    expect(await readFile(elsewhere, 'utf8')).toBe('precious, and longer than what was recorded');
  });
});

test('is shown where there is a file manager, and said not to be where there is none', async () => {
  const ada = await person('Ada');
  const shown: string[] = [];
  let first: RecordingId | null = null;
  for (const hasDisplay of [true, false]) {
    const openOutside = (target: string): boolean => hasDisplay && shown.push(target) > 0;
    const policy = new PagePolicy(() => []);
    const { services } = ada;
    const window = openWebWindow({ services, claim: new WindowClaim(), policy, emit: () => undefined, openOutside });
    const started = await window.call('startRecording', { roomId, name: 'Talk', tracks: ['Talk'] });
    const { recordingId } = (started as { value: { recordingId: RecordingId } }).value; // sound: the contract says so
    expect(await window.call('showRecording', { recordingId })).toMatchObject(
      hasDisplay ? { ok: true } : { ok: false, code: 'recording-unshown' },
    );
    expect(shown).toEqual([services.recordings.folderOf(first ?? recordingId)]);
    first ??= recordingId;
  }
});

test('what was answered is whole on disk after kill -9', async () => {
  const set = await recorder();
  const program = `
    import { open } from 'node:fs/promises';
    import { RecordingFile } from ${JSON.stringify(join(process.cwd(), 'src/main/services/recording-file.ts'))};
    const file = new RecordingFile(process.argv[1], 'crash', open);
    const body = Buffer.alloc(200, 'x');
    const page = new Uint8Array(Buffer.concat([Buffer.from('OggS'), Buffer.alloc(22), Buffer.of(1, 200), body]));
    for (let count = 1; ; count += 1) { await file.append(page); process.stdout.write(count + '\\n'); }
  `;
  await mkdir(set.downloads, { recursive: true });
  const child = spawn(process.execPath, ['--import', hooks, '--input-type=module', '-e', program, set.downloads]);
  let told = '';
  let trouble = '';
  child.stdout.on('data', (data: Buffer) => (told += data.toString()));
  child.stderr.on('data', (data: Buffer) => (trouble += data.toString()));
  await expect.poll(() => told.split('\n').length, { timeout: 15_000 }).toBeGreaterThan(20);
  child.kill('SIGKILL');
  await once(child, 'exit');
  const whole = told.slice(0, told.lastIndexOf('\n')).split('\n').length;
  const file = await readFile(join(set.downloads, 'crash.ogg'));
  expect(trouble).toBe('');
  expect(file.length).toBeGreaterThanOrEqual(whole * 228);
  expect(areOggPages(file.subarray(0, whole * 228))).toBe(true);
});

/** Lets plain Node find the project's modules by their aliases. */
const hooks = `data:text/javascript,${encodeURIComponent(`
  import { registerHooks } from 'node:module';
  import { pathToFileURL } from 'node:url';
  registerHooks({
    resolve(specifier, context, next) {
      const match = /^#(main|shared)\\/(.*)$/.exec(specifier);
      return match ? next(pathToFileURL(process.cwd() + '/src/' + match[1] + '/' + match[2] + '.ts').href, context) : next(specifier, context);
    },
  });
`)}`;

describe('a consent', () => {
  test('can be checked by anybody with what stands in consents.json', async () => {
    const set = await recorder();
    const bob = await person('Bob');
    const recordingId = await agreed(set);
    const handlers = createHandlers(bob.services, noShell);
    const consent = await handlers.signConsent({ roomId, recordingId, recorder: set.ada.peerId });
    expect(set.recordings.keepConsent({ recordingId, from: bob.peerId, name: 'Bob', consent }).isGenuine).toBe(true);
    await set.recordings.append({ recordingId, track: 0, bytes: page('one') });
    const text = await readFile(join(set.recordings.folderOf(recordingId), 'consents.json'), 'utf8');
    const document = JSON.parse(text) as { consents: Record<'name' | 'key' | 'statement' | 'signature', string>[] };
    expect(document.consents.map(({ name }) => name)).toEqual(['Ada', 'Bob']);
    for (const { key, statement, signature } of document.consents) {
      const verifier = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: key }, format: 'jwk' });
      const label = Buffer.from('roundtable/recording-consent/1\0', 'ascii');
      const signed = Buffer.concat([label, Buffer.from(statement, 'base64url')]);
      expect(verify(null, signed, verifier, Buffer.from(signature, 'base64url'))).toBe(true);
    }
  });

  test('of another person, to another, of another room or recording, or changed anywhere, is none', async () => {
    const ada = await person('Ada');
    const bob = await person('Bob');
    const recordingId = v.parse(RecordingId, 'b'.repeat(32));
    const facts = { roomId, recordingId, recorder: ada.peerId };
    const { keys } = bob.services.identity;
    const genuine = signConsent(keys, facts, 1_780_000_000_000);
    expect(readConsent(genuine, facts, bob.peerId)).toMatchObject({ signer: bob.peerId, at: 1_780_000_000_000 });
    expect(readConsent(genuine, facts, ada.peerId)).toBe(null);
    expect(readConsent(genuine, { ...facts, recorder: bob.peerId }, bob.peerId)).toBe(null);
    const another = 'c'.repeat(32);
    expect(readConsent(genuine, { ...facts, roomId: v.parse(RoomId, another) }, bob.peerId)).toBe(null);
    expect(readConsent(genuine, { ...facts, recordingId: v.parse(RecordingId, another) }, bob.peerId)).toBe(null);
    fc.assert(
      fc.property(fc.nat(genuine.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
        const forged = genuine.map((byte, index) => (index === at ? byte ^ change : byte));
        expect(readConsent(forged, facts, bob.peerId)).toBe(null);
      }),
    );
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 512 }), (bytes) => {
        expect(readConsent(bytes, facts, bob.peerId)).toBe(null);
        expect(readConsent(new Uint8Array([...genuine, ...bytes]), facts, bob.peerId) === null).toBe(bytes.length > 0);
      }),
    );
  });
});

describe('the name of a file or folder', () => {
  test('is safe on every system, whatever a room or a person is called', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 80 }), (name) => {
        const stem = safeStem(name, 'Room');
        expect(isSafeFileName(stem) && isSafeFileName(`${stem}.ogg`)).toBe(true);
        expect(isSafeFileName(recordingFolderName(name, Date.UTC(2026, 0, 1)))).toBe(true);
      }),
    );
    expect(['CON', '..', '', ' ', '.bashrc', 'a/b', 'Ünïcode 🎉'].map((name) => safeStem(name, 'Room'))).toEqual([
      'Room',
      'Room',
      'Room',
      'Room',
      'bashrc',
      'a-b',
      'Ünïcode 🎉',
    ]);
  });
});
