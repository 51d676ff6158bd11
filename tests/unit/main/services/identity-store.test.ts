import { chmod, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { entropyToMnemonic, mnemonicToEntropy } from '@scure/bip39';
import { wordlist } from '@scure/bip39/wordlists/english.js';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fileProtector, passphraseProtector } from '#main/services/file-protector';
import { parseIdentityFile } from '#main/services/identity-file';
import type { KeyProtector } from '#main/services/key-protector';
import { failureCode } from './failure-code';
import { openProfile, person, temporaryFolder } from './people';

const fileOf = (folder: string): string => join(folder, 'identity.json');

async function keptProfile(): Promise<{ folder: string; peerId: string }> {
  const folder = await temporaryFolder();
  const { services, peerId } = await person('Alice', { folder });
  services.close();
  return { folder, peerId };
}

/** Whatever happens to the file, no other identity may come out of it. */
async function expectNoNewIdentity(folder: string): Promise<void> {
  const before = await readFile(fileOf(folder));
  const { identity, close } = await openProfile({ folder });
  expect(identity.state.state).toBe('damaged');
  expect(await failureCode(identity.create('Alice'))).toMatch(/^identity-(damaged|locked)$/);
  expect(await failureCode(identity.restore(Array<string>(24).fill('art'), 'Alice'))).toBe('recovery-words-wrong');
  expect((await readFile(fileOf(folder))).equals(before)).toBe(true);
  close();
}

describe('an identity', () => {
  test('is missing until it is made, and the same after a restart', async () => {
    const folder = await temporaryFolder();
    const first = await openProfile({ folder });
    expect(first.identity.state).toEqual({ state: 'missing' });
    const made = await first.identity.create('Alice');
    first.close();
    const second = await openProfile({ folder });
    expect(second.identity.state).toEqual({ state: 'ready', identity: made });
  });

  test('is kept in a file and folder that only this user may read', async () => {
    const { folder } = await keptProfile();
    expect((await stat(fileOf(folder))).mode & 0o777).toBe(0o600);
    expect((await stat(folder)).mode & 0o777).toBe(0o700);
    await chmod(folder, 0o755);
    await openProfile({ folder });
    expect((await stat(folder)).mode & 0o777).toBe(0o700);
  });

  test('is made once, also when asked twice at the same moment', async () => {
    const { identity } = await openProfile();
    const both = await Promise.allSettled([identity.create('Alice'), identity.create('Alice')]);
    expect(both.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
  });

  test('keeps its key when its name changes', async () => {
    const folder = await temporaryFolder();
    const { services, peerId } = await person('Alice', { folder });
    expect(await services.identity.rename('Ada')).toMatchObject({ peerId, name: 'Ada' });
    services.close();
    expect((await openProfile({ folder })).identity.state).toMatchObject({ identity: { peerId, name: 'Ada' } });
  });
});

describe('the recovery words', () => {
  test('bring back the same id on an empty profile', async () => {
    const { services, peerId } = await person('Alice');
    const words = await services.identity.recoveryWords();
    expect(words).toHaveLength(24);
    const restored = await (
      await openProfile()
    ).identity.restore(
      words.map((word) => ` ${word.toUpperCase()} `),
      'Alice',
    );
    expect(restored.peerId).toBe(peerId);
  });

  test('are told apart one by one: those that are none of the words there are', async () => {
    const { services } = await person('Alice');
    expect(services.identity.unknownWords([])).toEqual([]);
    expect(services.identity.unknownWords(['art', ' Zoo ', 'harbur', 'able', ''])).toEqual([2, 4]);
  });

  test('with one word wrong, two swapped or one unknown are refused', async () => {
    const { services } = await person('Alice');
    const words = await services.identity.recoveryWords();
    const { identity } = await openProfile();
    const swapped = [words[1] ?? '', words[0] ?? '', ...words.slice(2)];
    for (const wrong of [swapped, ['roundtable', ...words.slice(1)], words.slice(1)]) {
      expect(await failureCode(identity.restore(wrong, 'Alice'))).toBe('recovery-words-wrong');
    }
    expect(identity.state).toEqual({ state: 'missing' });
  });
});

describe('a damaged identity file', () => {
  test('is never read as another identity and never replaced, whichever byte is changed or missing', async () => {
    const { folder } = await keptProfile();
    const whole = await readFile(fileOf(folder));
    fc.assert(
      fc.property(fc.nat({ max: whole.length - 1 }), fc.integer({ min: 1, max: 255 }), (at, by) => {
        const changed = Buffer.from(whole);
        changed[at] = (changed[at] ?? 0) ^ by;
        const read = parseIdentityFile(changed);
        expect(read === null || JSON.stringify(read) === JSON.stringify(parseIdentityFile(whole))).toBe(true);
        // All but the line break at the end counts.
        if (at < whole.length - 1) expect(parseIdentityFile(whole.subarray(0, at))).toBeNull();
      }),
      { numRuns: 1_000 },
    );
    for (const content of ['', '{}', 'null', whole.toString().replace('Alice', 'Malice'), whole.subarray(0, 100)]) {
      await writeFile(fileOf(folder), content);
      await expectNoNewIdentity(folder);
    }
  });

  test('of an absurd size is not even read', async () => {
    const { folder } = await keptProfile();
    await writeFile(fileOf(folder), Buffer.alloc(1_000_000));
    await expectNoNewIdentity(folder);
  });

  test('is set aside by wish only, kept whole, and then a new identity can be made', async () => {
    const { folder, peerId } = await keptProfile();
    const { identity, close } = await openProfile({ folder });
    expect(await failureCode(identity.setAside())).toBe('input-invalid');
    close();
    await writeFile(fileOf(folder), 'not an identity');
    const damaged = await openProfile({ folder });
    expect(damaged.identity.state).toEqual({ state: 'damaged', code: 'identity-damaged', keptAt: fileOf(folder) });
    const { keptAt } = await damaged.identity.setAside();
    expect(await readFile(keptAt, 'utf8')).toBe('not an identity');
    expect(keptAt).toMatch(/identity\.damaged-[\dTZ-]+\.json$/);
    expect((await damaged.identity.create('Alice')).peerId).not.toBe(peerId);
  });

  test('makes way for the recovery words, and is kept whole beside them', async () => {
    const { folder, peerId } = await keptProfile();
    const before = await openProfile({ folder });
    const words = await before.identity.recoveryWords();
    before.close();
    await writeFile(fileOf(folder), 'not an identity');
    const { identity } = await openProfile({ folder });
    expect(await identity.restore(words, 'Alice')).toMatchObject({ peerId, name: 'Alice' });
    expect(identity.state).toMatchObject({ state: 'ready', identity: { peerId } });
    const kept = (await readdir(folder)).find((file) => file.startsWith('identity.damaged-'));
    expect(await readFile(join(folder, kept ?? ''), 'utf8')).toBe('not an identity');
  });
});

describe('the protector of the key', () => {
  const broken = (name: string): KeyProtector => ({
    name,
    protect: async () => await Promise.reject(new Error('no key ring')),
    unprotect: async () => await Promise.reject(new Error('no key ring')),
  });

  test('that changed locks the identity and leaves it alone', async () => {
    const { folder } = await keptProfile();
    const before = await readFile(fileOf(folder));
    const { identity } = await openProfile({ folder, protector: { ...fileProtector, name: 'other' } });
    expect(identity.state).toMatchObject({ state: 'damaged', code: 'identity-locked' });
    expect(await failureCode(identity.create('Alice'))).toBe('identity-locked');
    const words = entropyToMnemonic(new Uint8Array(32), wordlist).split(' ');
    expect(await failureCode(identity.restore(words, 'Alice'))).toBe('identity-locked');
    expect(await readFile(fileOf(folder))).toEqual(before);
  });

  test('that throws locks the identity until it works again', async () => {
    const { folder, peerId } = await keptProfile();
    let isWorking = false;
    const moody: KeyProtector = {
      name: 'file',
      protect: fileProtector.protect,
      unprotect: async (sealed) => await (isWorking ? fileProtector : broken('file')).unprotect(sealed),
    };
    const { identity } = await openProfile({ folder, protector: moody });
    expect(identity.state).toMatchObject({ state: 'damaged', code: 'identity-locked' });
    isWorking = true;
    await identity.load();
    expect(identity.state).toMatchObject({ state: 'ready', identity: { peerId } });
  });

  test('that answers with other bytes damages nothing and yields no identity', async () => {
    const { folder } = await keptProfile();
    for (const length of [0, 31, 32, 64]) {
      const lying: KeyProtector = {
        ...fileProtector,
        unprotect: async () => await Promise.resolve(new Uint8Array(length)),
      };
      const { identity, close } = await openProfile({ folder, protector: lying });
      expect(identity.state).toMatchObject({ state: 'damaged', code: 'identity-damaged' });
      close();
    }
  });

  test('that cannot read back what it protects is not trusted with a new identity', async () => {
    for (const protector of [
      broken('file'),
      { ...fileProtector, unprotect: async () => await Promise.resolve(new Uint8Array(32)) },
    ]) {
      const folder = await temporaryFolder();
      const { identity } = await openProfile({ folder, protector });
      expect(await failureCode(identity.create('Alice'))).toBe('identity-locked');
      expect(identity.state).toEqual({ state: 'missing' });
      expect(await readdir(folder)).not.toContain('identity.json');
    }
  });

  test(
    'by passphrase opens with the passphrase only and leaves no plain key on disk',
    { timeout: 120_000 },
    async () => {
      const folder = await temporaryFolder();
      const { services, peerId } = await person('Alice', { folder, protector: passphraseProtector('correct horse') });
      const stored = parseIdentityFile(await readFile(fileOf(folder)));
      const words = await services.identity.recoveryWords();
      services.close();
      const seed = mnemonicToEntropy(words.join(' '), wordlist);
      expect(stored?.protector).toBe('passphrase');
      expect(Buffer.from(stored?.sealed ?? []).includes(Buffer.from(seed))).toBe(false);
      const wrong = await openProfile({ folder, protector: passphraseProtector('incorrect horse') });
      expect(wrong.identity.state).toMatchObject({ code: 'identity-locked' });
      wrong.close();
      const right = await openProfile({ folder, protector: passphraseProtector('correct horse') });
      expect(right.identity.state).toMatchObject({ state: 'ready', identity: { peerId } });
    },
  );
});
