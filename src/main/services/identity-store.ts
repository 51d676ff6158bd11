// The person's identity: made once, kept protected, and never replaced by anything but an explicit wish.
import { join } from 'node:path';
import { entropyToMnemonic, mnemonicToEntropy } from '@scure/bip39';
import { wordlist } from '@scure/bip39/wordlists/english.js';
import { Failure } from '#shared/failure';
import type { Identity, IdentityState } from '#shared/identity';
import { moveAside, readSmallFile, writeFileAtomic } from '#main/services/atomic-file';
import type { Clock } from '#main/services/clock';
import { formatIdentityFile, parseIdentityFile, type StoredIdentity } from '#main/services/identity-file';
import { IdentityKeys } from '#main/services/identity-keys';
import type { KeyProtector } from '#main/services/key-protector';
import { serviceLimits } from '#main/services/service-limits';

interface IdentityStoreOptions {
  readonly folder: string;
  readonly protector: KeyProtector;
  readonly clock: Clock;
  readonly random: (length: number) => Uint8Array;
  /** For the log: why an identity cannot be read. */
  readonly onTrouble: (detail: string) => void;
}

type Held =
  | { state: 'ready'; stored: StoredIdentity; keys: IdentityKeys }
  | { state: 'missing' }
  | { state: 'damaged'; code: 'identity-damaged' | 'identity-locked' };

export class IdentityStore {
  readonly #options: IdentityStoreOptions;
  readonly #path: string;
  #held: Held = { state: 'missing' };
  /** Changes run one after the other: two at once must not both find "missing". */
  #queue: Promise<unknown> = Promise.resolve();

  constructor(options: IdentityStoreOptions) {
    this.#options = options;
    this.#path = join(options.folder, 'identity.json');
  }

  /** Reads the file; never rejects for what is in it. Called again, it retries a protector that was unavailable. */
  async load(): Promise<void> {
    await this.#oneByOne(async () => {
      if (this.#held.state !== 'ready') this.#held = await this.#read();
    });
  }

  get state(): IdentityState {
    const held = this.#held;
    if (held.state === 'ready') return { state: 'ready', identity: held.stored.identity };
    if (held.state === 'missing') return { state: 'missing' };
    return { state: 'damaged', code: held.code, keptAt: this.#path };
  }

  /** Fails `identity-missing`, `identity-damaged` or `identity-locked`. */
  get keys(): IdentityKeys {
    return this.#ready().keys;
  }

  get identity(): Identity {
    return this.#ready().stored.identity;
  }

  async create(name: string): Promise<Identity> {
    return await this.#oneByOne(async () => {
      this.#assertMissing();
      return await this.#keep(this.#options.random(32), name);
    });
  }

  /** Places of those that are none of the words there are (BIP-39, English). */
  unknownWords(words: readonly string[]): number[] {
    return words.flatMap((word, at) => (known.has(normal(word)) ? [] : [at]));
  }

  /**
   * Also in place of a damaged file, which is moved aside and not deleted. Fails `recovery-words-wrong` when the words or
   * their checksum are not right; nothing was touched then.
   */
  async restore(words: readonly string[], name: string): Promise<Identity> {
    return await this.#oneByOne(async () => {
      const seed = seedOf(words);
      if (this.#held.state === 'damaged' && this.#held.code === 'identity-damaged') await this.#moveAside();
      this.#assertMissing();
      return await this.#keep(seed, name);
    });
  }

  async rename(name: string): Promise<Identity> {
    return await this.#oneByOne(async () => {
      const { stored, keys } = this.#ready();
      const renamed = { ...stored, identity: { ...stored.identity, name } };
      await writeFileAtomic(this.#path, formatIdentityFile(renamed));
      this.#held = { state: 'ready', stored: renamed, keys };
      return renamed.identity;
    });
  }

  async recoveryWords(): Promise<string[]> {
    const { stored, keys } = this.#ready();
    const seed = await this.#options.protector.unprotect(stored.sealed).catch((error: unknown) => {
      throw new Failure('identity-locked', '', { cause: error });
    });
    const words = entropyToMnemonic(seed, wordlist).split(' ');
    const check = await IdentityKeys.fromSeed(seed);
    if (check.peerId !== keys.peerId) throw new Failure('identity-damaged');
    return words;
  }

  /** Only for an identity that cannot be read. */
  async setAside(): Promise<{ keptAt: string }> {
    return await this.#oneByOne(async () => {
      if (this.#held.state !== 'damaged') throw new Failure('input-invalid', 'the identity is not damaged');
      return { keptAt: await this.#moveAside() };
    });
  }

  async #moveAside(): Promise<string> {
    const keptAt = await moveAside(this.#path, this.#options.clock.now());
    this.#held = { state: 'missing' };
    return keptAt;
  }

  async #read(): Promise<Held> {
    const bytes = await readSmallFile(this.#path, serviceLimits.identityFileBytes).catch((error: unknown) =>
      Failure.from(error),
    );
    if (bytes === null) return { state: 'missing' };
    if (bytes instanceof Failure) return this.#trouble('identity-damaged', bytes.message);
    const stored = parseIdentityFile(bytes);
    if (!stored) return this.#trouble('identity-damaged', 'unreadable');
    const { protector } = this.#options;
    if (stored.protector !== protector.name)
      return this.#trouble('identity-locked', `kept by ${stored.protector}, not ${protector.name}`);
    try {
      return await this.#unlock(stored, await protector.unprotect(stored.sealed));
    } catch {
      return this.#trouble('identity-locked', `${protector.name} did not open it`);
    }
  }

  async #unlock(stored: StoredIdentity, seed: Uint8Array): Promise<Held> {
    if (seed.length !== 32) return this.#trouble('identity-damaged', 'secret of a wrong size');
    const keys = await IdentityKeys.fromSeed(seed);
    if (keys.peerId !== stored.identity.peerId) return this.#trouble('identity-damaged', 'secret of another key');
    return { state: 'ready', stored, keys };
  }

  #trouble(code: 'identity-damaged' | 'identity-locked', detail: string): Held {
    this.#options.onTrouble(`${code}: ${detail}`);
    return { state: 'damaged', code };
  }

  async #keep(seed: Uint8Array, name: string): Promise<Identity> {
    const { protector, clock } = this.#options;
    const keys = await IdentityKeys.fromSeed(seed);
    const identity: Identity = { peerId: keys.peerId, name, createdAt: clock.now() };
    const stored = { identity, protector: protector.name, sealed: await this.#protect(seed) };
    await writeFileAtomic(this.#path, formatIdentityFile(stored));
    this.#held = { state: 'ready', stored, keys };
    return identity;
  }

  /** Reads back what was protected before the only copy is trusted to it. */
  async #protect(seed: Uint8Array): Promise<Uint8Array> {
    const { protector } = this.#options;
    try {
      const sealed = await protector.protect(seed);
      if (Buffer.compare(await protector.unprotect(sealed), seed) !== 0) throw new Error('read back differently');
      return sealed;
    } catch (error) {
      throw new Failure('identity-locked', `${protector.name} cannot keep it`, { cause: error });
    }
  }

  #ready(): Extract<Held, { state: 'ready' }> {
    if (this.#held.state === 'ready') return this.#held;
    throw new Failure(this.#held.state === 'missing' ? 'identity-missing' : this.#held.code);
  }

  #assertMissing(): void {
    if (this.#held.state === 'ready') throw new Failure('input-invalid', 'there is an identity already');
    if (this.#held.state === 'damaged') throw new Failure(this.#held.code);
  }

  async #oneByOne<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#queue.then(work, work);
    this.#queue = done.catch(() => undefined);
    return await done;
  }
}

const known = new Set(wordlist);
const normal = (word: string): string => word.trim().toLowerCase();

function seedOf(words: readonly string[]): Uint8Array {
  try {
    return mnemonicToEntropy(words.map(normal).join(' '), wordlist);
  } catch (error) {
    throw new Failure('recovery-words-wrong', '', { cause: error });
  }
}
