import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { SafeStorage } from 'electron';
import { IdentityStore } from '#main/services/identity-store';
import { readProtectorName } from '#main/shell/protector-choice';
import { chooseDesktopProtector } from '#main/electron/desktop-protector';
import { openKeyRing } from '#main/electron/key-ring';
import { safeStorage as stub } from '#tests/support/electron-stub';

let folder: string;
const askForFile = vi.fn(() => Promise.resolve(false));
const storage = stub as unknown as SafeStorage; // sound: the stub has what is called

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'roundtable-keyring-'));
  stub.backend = 'gnome_libsecret';
  stub.isAsyncEncryptionAvailable.mockImplementation(() => Promise.resolve(true));
  askForFile.mockClear();
  askForFile.mockImplementation(() => Promise.resolve(false));
});
afterEach(async () => {
  vi.restoreAllMocks();
  await rm(folder, { recursive: true, force: true });
});

const choose = async (passphrase: string | null = null) =>
  await chooseDesktopProtector({
    storedName: await readProtectorName(folder),
    passphrase,
    keyRing: await openKeyRing(storage, 'linux'),
    askForFile,
  });

/** The identity store as the desktop shell opens it; null when the person chose not to go on. */
async function open(passphrase: string | null = null): Promise<IdentityStore | null> {
  const protector = await choose(passphrase);
  if (!protector) return null;
  const store = new IdentityStore({
    folder,
    protector,
    clock: { now: () => 1_700_000_000_000 },
    random: (length) => crypto.getRandomValues(new Uint8Array(length)),
    onTrouble: () => undefined,
  });
  await store.load();
  return store;
}

async function createWithKeyRing(): Promise<string> {
  const store = await open();
  return (await store?.create('Ada'))?.peerId ?? '';
}

async function expectLockedAndUntouched(before: string): Promise<void> {
  const store = await open();
  expect(store?.state).toMatchObject({ state: 'damaged', code: 'identity-locked' });
  await expect(store?.create('Mallory')).rejects.toMatchObject({ code: 'identity-locked' });
  expect(await readFile(join(folder, 'identity.json'), 'utf8')).toBe(before);
  expect((await readdir(folder)).filter((name) => name.startsWith('identity'))).toEqual(['identity.json']);
}

describe('an identity kept by the key ring', () => {
  it('opens again, and its file does not hold the secret', async () => {
    const peerId = await createWithKeyRing();
    expect((await open())?.state).toMatchObject({ state: 'ready', identity: { peerId } });
    expect(await readProtectorName(folder)).toBe('safe-storage:gnome_libsecret');
    const words = await (await open())?.recoveryWords();
    expect(words).toHaveLength(24);
    const secret = stub.encryptStringAsync.mock.calls.at(-1)?.[0] ?? 'none';
    expect(await readFile(join(folder, 'identity.json'), 'utf8')).not.toContain(secret);
  });

  it.each([
    ['the key ring is gone (basic_text)', () => (stub.backend = 'basic_text')],
    ['another key ring runs', () => (stub.backend = 'kwallet6')],
    ['the key ring is not available', () => stub.isAsyncEncryptionAvailable.mockResolvedValue(false)],
    ['asking for the key ring throws', () => stub.isAsyncEncryptionAvailable.mockRejectedValue(new Error('dbus'))],
    ['decrypting throws', () => stub.decryptStringAsync.mockRejectedValueOnce(new Error('no'))],
  ])('is locked and stays as it is when %s', async (_state, change) => {
    await createWithKeyRing();
    const before = await readFile(join(folder, 'identity.json'), 'utf8');
    change();
    await expectLockedAndUntouched(before);
    expect(askForFile).not.toHaveBeenCalled();
  });

  it('opens again once the key ring is back', async () => {
    const peerId = await createWithKeyRing();
    stub.isAsyncEncryptionAvailable.mockResolvedValueOnce(false);
    expect((await open())?.state.state).toBe('damaged');
    expect((await open())?.state).toMatchObject({ state: 'ready', identity: { peerId } });
  });

  it('opens with a key that was rotated', async () => {
    const peerId = await createWithKeyRing();
    const original = stub.decryptStringAsync.getMockImplementation();
    stub.decryptStringAsync.mockImplementationOnce(async (sealed) => {
      const opened = await original?.(sealed);
      return { result: opened?.result ?? '', shouldReEncrypt: true };
    });
    expect((await open())?.state).toMatchObject({ state: 'ready', identity: { peerId } });
  });
});

describe('a new identity', () => {
  it('is not made while the key ring is not available', async () => {
    stub.isAsyncEncryptionAvailable.mockResolvedValue(false);
    await expect((await open())?.create('Ada')).rejects.toMatchObject({ code: 'identity-locked' });
    stub.isAsyncEncryptionAvailable.mockResolvedValue(true);
    stub.encryptStringAsync.mockRejectedValueOnce(new Error('no'));
    await expect((await open())?.create('Ada')).rejects.toMatchObject({ code: 'identity-locked' });
    expect(await readdir(folder)).toEqual([]);
  });

  it.each(['basic_text', 'unknown'])(
    'needs the person to agree to a plain file when the back end is %s',
    async (backend) => {
      stub.backend = backend;
      expect(await open()).toBeNull();
      expect(await readdir(folder)).toEqual([]);
      askForFile.mockResolvedValueOnce(true);
      await (await open())?.create('Ada');
      expect(await readProtectorName(folder)).toBe('file');
      expect(askForFile).toHaveBeenCalledTimes(2);
      expect((await open())?.state.state).toBe('ready');
      expect(askForFile).toHaveBeenCalledTimes(2);
    },
  );

  it('is kept by a passphrase when one is given, and stays locked without it', async () => {
    stub.backend = 'basic_text';
    const peerId = (await (await open('correct horse'))?.create('Ada'))?.peerId;
    expect(await readProtectorName(folder)).toBe('passphrase');
    expect((await open('correct horse'))?.state).toMatchObject({ state: 'ready', identity: { peerId } });
    expect((await open('wrong'))?.state).toMatchObject({ state: 'damaged', code: 'identity-locked' });
    expect((await open())?.state).toMatchObject({ state: 'damaged', code: 'identity-locked' });
  }, 30_000);
});

describe('the name of the key ring', () => {
  it('follows the platform', async () => {
    const nameOn = async (platform: NodeJS.Platform) => {
      const ring = await openKeyRing(storage, platform);
      return ring.state === 'safe' ? ring.protector.name : ring.state;
    };
    expect(await nameOn('darwin')).toBe('safe-storage:keychain');
    expect(await nameOn('win32')).toBe('safe-storage:dpapi');
    expect(await nameOn('linux')).toBe('safe-storage:gnome_libsecret');
  });
});
