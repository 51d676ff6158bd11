// What an owner lets somebody else read, while any of them may be killed: said by the owner, told over the links, restored by the reader
// from keepers.
import { createHash } from 'node:crypto';
import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { CallOutput } from '#shared/contract';
import type { ContactId } from '#shared/contact';
import { blockCount } from '#shared/content';
import type { PieceHeader, VaultItemId } from '#shared/vault';
import type { VaultGrant } from '#shared/vault-share';
import type { CrashingPerson } from '#tests/support/crash/crashing-person';

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

type Work = CallOutput<'readVaultWork'>;

export class CrashingShare {
  readonly reader: CrashingPerson;
  readonly #owner: CrashingPerson;
  readonly #keepers: readonly CrashingPerson[];
  #contact: ContactId | null = null;
  /** What they may read by what the owner said last, and by what was said before or while a process died. */
  readonly #said = new Map<VaultItemId, 'shared' | 'ended' | 'unknown'>();

  constructor(owner: CrashingPerson, keepers: readonly CrashingPerson[], reader: CrashingPerson) {
    this.#owner = owner;
    this.#keepers = keepers;
    this.reader = reader;
  }

  get count(): number {
    return [...this.#said.values()].filter((said) => said !== 'unknown').length;
  }

  async begin(): Promise<void> {
    this.#contact = await this.#owner.knows(this.reader);
    await this.reader.knows(this.#owner);
    for (const keeper of this.#keepers) {
      await this.reader.knows(keeper);
      await keeper.knows(this.reader);
    }
  }

  async share(itemId: VaultItemId): Promise<void> {
    if (!this.#contact) throw new Error('not begun');
    this.#said.set(itemId, 'unknown');
    await this.#owner.call('shareVaultItem', { itemId, versionId: null, contactId: this.#contact });
    this.#said.set(itemId, 'shared');
  }

  /** Some of what they may read, chosen by `pick`; content when there is nothing. */
  async restore(pick: <T>(from: readonly T[]) => T): Promise<void> {
    const { shared } = await this.reader.call('readVault', undefined);
    if (shared.length > 0) await this.reader.call('restoreVault', { versionId: pick(shared).versionId });
  }

  async end(itemId: VaultItemId): Promise<void> {
    const { shares } = await this.#owner.call('readVault', undefined);
    const share = shares.find((one) => one.itemId === itemId && one.state !== 'ending');
    if (!share) return;
    this.#said.set(itemId, 'unknown');
    await this.#owner.call('endVaultShare', { shareId: share.shareId });
    this.#said.set(itemId, 'ended');
  }

  /** It is deleted, and so is what was shared of it. */
  gone(itemId: VaultItemId): void {
    if (this.#said.has(itemId)) this.#said.set(itemId, 'ended');
  }

  /** Once between owner and reader, and between reader and keepers, as their links would. */
  async work(): Promise<void> {
    if (!this.reader.isThere) return;
    const there = this.#keepers.filter(({ isThere }) => isThere);
    const online = [this.#owner, ...there].map(({ self }) => self);
    if (this.#owner.isThere) {
      const { shares } = await this.#owner.call('readVaultWork', { keeper: this.reader.self, online: [] });
      for (const share of shares) await this.reader.call('noteVaultShare', { owner: this.#owner.self, ...share });
    }
    for (const giver of [this.#owner, ...there]) {
      if (!giver.isThere) continue;
      const work = await this.reader.call('readVaultWork', { keeper: giver.self, online });
      for (const want of work.wants) await this.#bring(giver, want);
      for (const ack of work.shareAcks)
        await this.#owner.call('noteVaultShareHeld', { reader: this.reader.self, ...ack });
    }
  }

  /** Both know what was said, and nothing is on its way. */
  async isSettled(): Promise<boolean> {
    const { shares } = await this.#owner.call('readVault', undefined);
    const { runs } = await this.reader.call('readVault', undefined);
    return shares.every(({ state }) => state === 'held') && runs.every(({ endedAt }) => endedAt !== null);
  }

  /** Fails when something that was shared is not there to read, and when something that was ended is. */
  async check(): Promise<void> {
    const { shares } = await this.#owner.call('readVault', undefined);
    const { shared } = await this.reader.call('readVault', undefined);
    for (const [itemId, said] of this.#said) {
      const share = shares.find((one) => one.itemId === itemId);
      const isThere = shared.some(({ shareId }) => shareId === share?.shareId);
      if (said === 'shared' && !isThere) throw new Error('something was shared, and cannot be read');
      if (said === 'ended' && share) throw new Error('something is not shared any more, and still is');
    }
    if (shared.length !== shares.length) throw new Error('something can be read that is not shared');
  }

  /** Answers how many things came back to the reader; fails when one of them is another than it was. */
  async checkRestored(hashOf: (name: string) => string | undefined): Promise<number> {
    const downloads = join(this.reader.folder, 'downloads');
    let restored = 0;
    for (const { runId, name, state, failure } of (await this.reader.call('readVault', undefined)).runs) {
      if (state !== 'done' && failure !== 'vault-unknown') throw new Error(`${name} was not restored: ${state}`);
      const found = await readdir(downloads).catch(() => []);
      const ofName = found.filter((one) => one.startsWith(name.slice(0, name.indexOf('.'))));
      const hashes = await Promise.all(ofName.map(async (one) => sha256(await readFile(join(downloads, one)))));
      if (state === 'done' && !hashes.includes(hashOf(name) ?? '')) throw new Error(`${name} came back as another`);
      await this.reader.call('forgetVaultRun', { runId });
      if (state === 'done') restored += 1;
    }
    await rm(downloads, { recursive: true, force: true });
    return restored;
  }

  async #bring(giver: CrashingPerson, { header, by }: Work['wants'][number]): Promise<void> {
    const { pieceId } = header;
    for (let block = 0; block < blockCount(header.bytes); block += 1) {
      const [bytes] = (await this.#read(giver, header, by, block)) ?? [];
      if (!bytes) {
        await this.reader.call('noteVaultLacking', { keeper: giver.self, pieceId });
        return;
      }
      const blocks = [{ index: block, bytes }];
      await this.reader.call('writeWantedPiece', { keeper: giver.self, pieceId, blocks });
    }
  }

  async #read(giver: CrashingPerson, { pieceId }: PieceHeader, by: Work['wants'][number]['by'], block: number) {
    const wish = { pieceId, blocks: [block] };
    if (by === 'offered') return await giver.call('readOwnPiece', wish).catch(noneWhereGone);
    if (by === 'mine') throw new Error('the reader has nothing of their own with anybody');
    const grant: VaultGrant = by;
    return await giver.call('readGrantedPiece', { reader: this.reader.self, grant, ...wish });
  }
}

/** Of a list of what can be read that another took the place of meanwhile. */
export function noneWhereGone(error: unknown): [] {
  if (error instanceof Error && error.message.startsWith('file-gone')) return [];
  throw error;
}
