// An owner, three keepers and somebody who may read some of it, each a process of its own; one of them is killed at a random moment of each
// round, while things are put in, left with keepers, shared, deleted and restored. Whatever anybody said to have must be there afterwards,
// and nothing that was deleted.
import { createHash, randomBytes } from 'node:crypto';
import { readFile, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { CallOutput } from '#shared/contract';
import { blockCount } from '#shared/content';
import { readOrder } from '#main/services/vault/vault-order';
import type { PieceHeader, PieceId, VaultItem, VaultItemId, VaultRunId, VaultVersionId } from '#shared/vault';
import { readHead } from '#main/services/vault/vault-head';
import { CrashingPerson } from '#tests/support/crash/crashing-person';
import { Killed } from '#tests/support/crash/crashing-program';
import { CrashingShare, noneWhereGone } from '#tests/support/crash/crashing-share';
import { Dice } from '#tests/support/room-net';

const gib = 2 ** 30;
const chunkBytes = 256 * 1024;
/** Longer than anybody waits for an answer before they ask again. */
const patienceMs = 61_000;
/** Of one round, in the clock of the machine. */
const roundMostMs = 60_000;

const hashOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

export interface CrashResult {
  readonly rounds: number;
  readonly kills: { readonly owner: number; readonly keepers: number; readonly reader: number };
  /** Versions and pieces that somebody said to have; things deleted, shared and not shared any more; restores that were compared. */
  readonly versions: number;
  readonly pieces: number;
  readonly deletions: number;
  readonly shares: number;
  readonly restores: number;
}

interface Acknowledged {
  readonly name: string;
  readonly hash: string;
}

export class VaultCrashes {
  readonly #dice: Dice;
  readonly #owner: CrashingPerson;
  readonly #keepers: readonly CrashingPerson[];
  readonly #versions = new Map<VaultVersionId, Acknowledged>();
  readonly #kept = new Map<CrashingPerson, Map<PieceId, PieceHeader>>();
  readonly #deleted = new Set<string>();
  /** Of all that was ever put in. */
  readonly #hashes = new Map<string, string>();
  readonly #share: CrashingShare;
  readonly #kills = { owner: 0, keepers: 0, reader: 0 };
  #deletions = 0;
  #restores = 0;

  constructor(folder: string, seed: number) {
    this.#dice = new Dice(seed);
    this.#owner = new CrashingPerson(join(folder, 'owner'));
    this.#keepers = ['a', 'b', 'c'].map((name) => new CrashingPerson(join(folder, name)));
    for (const keeper of this.#keepers) this.#kept.set(keeper, new Map());
    this.#share = new CrashingShare(this.#owner, this.#keepers, new CrashingPerson(join(folder, 'reader')));
  }

  get #all(): CrashingPerson[] {
    return [this.#owner, ...this.#keepers, this.#share.reader];
  }

  /** Fails with the first thing that was lost. */
  async run(rounds: number, onRound: (round: number) => void = () => undefined): Promise<CrashResult> {
    try {
      for (const person of this.#all) await person.start();
      for (const keeper of this.#keepers) {
        await this.#owner.knows(keeper);
        await keeper.call('setVaultPledge', { contactId: await keeper.knows(this.#owner), bytes: 20 * gib });
      }
      await this.#share.begin();
      for (let round = 1; round <= rounds; round += 1) {
        await this.#round(round);
        onRound(round);
      }
      const pieces = [...this.#kept.values()].reduce((sum, { size }) => sum + size, 0);
      return {
        rounds,
        kills: this.#kills,
        versions: this.#versions.size,
        pieces,
        deletions: this.#deletions,
        shares: this.#share.count,
        restores: this.#restores,
      };
    } finally {
      for (const person of this.#all) person.kill();
    }
  }

  async #round(round: number): Promise<void> {
    const victim = this.#dice.next() < 0.5 ? this.#owner : this.#pick([...this.#keepers, this.#share.reader]);
    let isKilled = false;
    const killing = sleep(this.#dice.next() * 120).then(() => {
      isKilled = true;
      victim.kill();
      this.#kills[victim === this.#owner ? 'owner' : victim === this.#share.reader ? 'reader' : 'keepers'] += 1;
    });
    await this.#orKilled(async () => {
      await this.#put(`thing ${round}.bin`);
      await this.#owner.call('restoreVault', { versionId: this.#pick([...this.#versions.keys()]) });
      await this.#share.restore((from) => this.#pick(from));
      await this.#shareOrDelete();
      while (!isKilled) await this.#work();
    });
    await killing;
    await victim.start();
    for (const person of this.#all) await person.pass(patienceMs);
    await this.#checkNothingLost();
    await this.#settle();
    await this.#checkRestore();
  }

  /** What the dead process did not answer was not acknowledged. */
  async #orKilled(work: () => Promise<unknown>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (!(error instanceof Killed)) throw error;
    }
  }

  async #put(name: string): Promise<void> {
    const bytes = new Uint8Array(randomBytes(50_000 + Math.floor(this.#dice.next() * 900_000)));
    this.#hashes.set(name, hashOf(bytes));
    const { versionId } = await this.#owner.call('beginPut', {
      name,
      kind: 'file',
      files: [{ path: [name], size: bytes.length, mtimeMs: 1_700_000_000_000 }],
    });
    for (let at = 0; at < bytes.length; at += chunkBytes)
      await this.#owner.call('writePut', { versionId, bytes: bytes.slice(at, at + chunkBytes) });
    await this.#owner.call('finishPut', { versionId });
    this.#versions.set(versionId, { name, hash: hashOf(bytes) });
  }

  /** Any of it may be shared, not shared any more, or deleted, unless it is being restored. */
  async #shareOrDelete(): Promise<void> {
    const { items, runs, shares } = await this.#owner.call('readVault', undefined);
    const item = this.#pick(items);
    const act = this.#dice.next();
    if (act < 0.3) await this.#share.share(item.itemId);
    else if (act < 0.5 && shares[0]) await this.#share.end(shares[0].itemId);
    else if (items.length > 1 && !runs.some(({ name, endedAt }) => name === item.name && endedAt === null))
      await this.#delete(item.itemId, item.name);
  }

  /** Until it is acknowledged all of it may be there or nothing. */
  async #delete(itemId: VaultItemId, name: string): Promise<void> {
    for (const [versionId, { name: known }] of this.#versions) if (known === name) this.#versions.delete(versionId);
    await this.#owner.call('removeVaultItem', { itemId });
    this.#deleted.add(name);
    this.#share.gone(itemId);
    this.#deletions += 1;
  }

  /** Once with each keeper, as their links would. */
  async #work(): Promise<void> {
    await this.#share.work();
    const online = this.#keepers.filter(({ isThere }) => isThere).map(({ self }) => self);
    const ends = await Promise.allSettled(
      this.#keepers.map(async (keeper) => {
        const { bytes } = await keeper.call('readVaultPledgeFor', { owner: this.#owner.self });
        await this.#owner.call('noteVaultPledge', { keeper: keeper.self, bytes });
        const work = await this.#owner.call('readVaultWork', { keeper: keeper.self, online });
        await this.#do(keeper, work);
      }),
    );
    // Sound: nothing here throws anything but errors.
    const reasons = ends.flatMap((end) => (end.status === 'rejected' ? [end.reason as Error] : []));
    const reason = reasons.find((one) => !(one instanceof Killed)) ?? reasons[0];
    if (reason) throw reason;
    await sleep(1);
  }

  async #do(keeper: CrashingPerson, work: CallOutput<'readVaultWork'>): Promise<void> {
    const owner = this.#owner.self;
    const { offers, wants, audits, order, head, asksHead } = work;
    for (const header of offers) await this.#leave(keeper, header);
    for (const { header } of wants) await this.#fetch(keeper, header);
    for (const { header, block } of audits) {
      const [bytes] = (await keeper.call('readVaultPiece', { owner, pieceId: header.pieceId, blocks: [block] })) ?? [];
      if (!bytes) throw new Error('a piece that was said to be kept is not there');
      await this.#owner.call('noteVaultAudit', { keeper: keeper.self, pieceId: header.pieceId, block, bytes });
    }
    if (order) {
      for (const pieceId of readOrder(order)?.pieceIds ?? []) this.#kept.get(keeper)?.delete(pieceId);
      const { laterMs } = await keeper.call('takeVaultOrder', { owner, order });
      await this.#owner.call('noteVaultOrderDone', { keeper: keeper.self, order, laterMs });
    }
    if (head && (await keeper.call('takeVaultHead', { owner, head })).isFair)
      await this.#owner.call('noteVaultHeadKept', { keeper: keeper.self, head });
    if (!asksHead) return;
    const held = await keeper.call('readVaultHead', { owner });
    await this.#owner.call('noteVaultHeadHeld', { keeper: keeper.self, head: held });
  }

  async #leave(keeper: CrashingPerson, header: PieceHeader): Promise<void> {
    const owner = this.#owner.self;
    const { pieceId } = header;
    const { answer, missing } = await keeper.call('offerVaultPiece', { owner, header });
    let kept = answer === 'kept';
    for (const block of answer === 'send' ? missing : []) {
      const [bytes] = await this.#owner.call('readOwnPiece', { pieceId, blocks: [block] }).catch(noneWhereGone);
      if (!bytes) return; // of an index that was replaced meanwhile; of a thing, it would never be safe
      const blocks = [{ index: block, bytes }];
      kept = (await keeper.call('writeVaultPiece', { owner, pieceId, blocks })).isWhole;
    }
    if (!kept) return;
    this.#kept.get(keeper)?.set(pieceId, header);
    await this.#owner.call('noteVaultAnswer', { keeper: keeper.self, pieceId, answer: 'kept' });
  }

  async #fetch(keeper: CrashingPerson, header: PieceHeader): Promise<void> {
    const { pieceId } = header;
    for (let block = 0; block < blockCount(header.bytes); block += 1) {
      const [bytes] =
        (await keeper.call('readVaultPiece', { owner: this.#owner.self, pieceId, blocks: [block] })) ?? [];
      if (!bytes) throw new Error('a piece that was said to be kept is not there');
      await this.#owner.call('writeWantedPiece', { keeper: keeper.self, pieceId, blocks: [{ index: block, bytes }] });
    }
  }

  /** Of a version whose end was never told all may be there or nothing; of one that was told, all. */
  async #checkNothingLost(): Promise<void> {
    const items = await this.#items();
    const known = items.flatMap(({ versions }) => versions.map(({ versionId }) => versionId));
    const deleted = items.find(({ name }) => this.#deleted.has(name));
    if (deleted) throw new Error(`${deleted.name} was deleted, and is there`);
    for (const [versionId, { name }] of this.#versions)
      if (!known.includes(versionId)) throw new Error(`${name} was put in, and is not there`);
    const owner = this.#owner.self;
    for (const [keeper, headers] of this.#kept)
      for (const header of headers.values()) {
        const blocks = Array.from({ length: blockCount(header.bytes) }, (_, block) => block);
        const found = await keeper.call('readVaultPiece', { owner, pieceId: header.pieceId, blocks });
        const isSame = found?.every((bytes, block) => {
          const hash = createHash('sha256').update(bytes).digest();
          return hash.equals(header.hashes.subarray(block * hash.length, (block + 1) * hash.length));
        });
        if (isSame !== true) throw new Error('a keeper said to have a piece, and does not');
      }
  }

  /** Everybody goes on until keepers have all of it and the restore is over. */
  async #settle(): Promise<void> {
    const until = Date.now() + roundMostMs;
    for (;;) {
      await this.#work();
      const { items, runs } = await this.#owner.call('readVault', undefined);
      const healths = items.flatMap(({ versions }) => versions.map(({ health }) => health));
      const isKept = healths.every(({ state, bytes, keptBytes }) => state === 'safe' && bytes === keptBytes);
      const isOver = isKept && runs.every(({ endedAt }) => endedAt !== null);
      if (isOver && (await this.#share.isSettled()) && (await this.#isTidy())) break;
      if (Date.now() > until)
        throw new Error(`it does not come to its end: ${JSON.stringify(healths)} ${JSON.stringify(runs)}`);
    }
    await this.#share.check();
    const waiting = await readdir(join(this.#owner.folder, 'vault', 'own'), { recursive: true, withFileTypes: true });
    if (waiting.some((entry) => entry.isFile()))
      throw new Error('pieces that nobody waits for lie on the owner’s disk');
  }

  /** Keepers have what the vault and its latest state name, and nothing of what was deleted. */
  async #isTidy(): Promise<boolean> {
    const owner = this.#owner.self;
    const { keepers } = await this.#owner.call('readVault', undefined);
    for (const keeper of this.#keepers) {
      const head = await keeper.call('readVaultHead', { owner });
      const ofIndex = (head && readHead(head)?.pieces.length) ?? 0;
      const ofThings = keepers.find(({ peerId }) => peerId === keeper.self)?.pieces ?? 0;
      const found = await readdir(join(keeper.folder, 'vault', 'kept', owner)).catch(() => []);
      if (found.length !== ofThings + ofIndex) return false;
    }
    return true;
  }

  async #checkRestore(): Promise<void> {
    for (const { runId, name, state } of (await this.#owner.call('readVault', undefined)).runs) {
      if (state !== 'done') throw new Error(`${name} was not restored: ${state}`);
      await this.#compare(runId, name);
    }
    await rm(join(this.#owner.folder, 'downloads'), { recursive: true, force: true });
    this.#restores += await this.#share.checkRestored((name) => this.#hashes.get(name));
  }

  async #compare(runId: VaultRunId, name: string): Promise<void> {
    const folder = join(this.#owner.folder, 'downloads');
    const found = (await readdir(folder)).filter((one) => one.startsWith(name.slice(0, name.indexOf('.'))));
    const hashes = await Promise.all(found.map(async (one) => hashOf(await readFile(join(folder, one)))));
    const wanted = [...this.#versions.values()].find((one) => one.name === name)?.hash;
    if (!wanted || !hashes.includes(wanted)) throw new Error(`${name} did not come back as it was`);
    await this.#owner.call('forgetVaultRun', { runId });
    this.#restores += 1;
  }

  async #items(): Promise<VaultItem[]> {
    return (await this.#owner.call('readVault', undefined)).items;
  }

  #pick<T>(from: readonly T[]): T {
    const one = from[Math.floor(this.#dice.next() * from.length)];
    if (one === undefined) throw new Error('nothing to pick from');
    return one;
  }
}
