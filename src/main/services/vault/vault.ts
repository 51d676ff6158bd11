// The vault of this person, and what this machine keeps for others: opened together, and joined.
import { join } from 'node:path';
import type { CallInput, CallOutput } from '#shared/contract';
import { Failure } from '#shared/failure';
import type { PeerId } from '#shared/identity';
import type { Settings } from '#shared/settings';
import type { VaultItemId, VaultVersionId } from '#shared/vault';
import type { VaultView } from '#shared/vault-view';
import { toHex } from '#main/services/byte-layout';
import type { Clock } from '#main/services/clock';
import type { Contacts } from '#main/services/contacts';
import type { Database } from '#main/services/database';
import type { IdentityStore } from '#main/services/identity-store';
import type { LogFile } from '#main/services/log-file';
import { vaultLimits as limits } from '#main/services/vault/vault-limits';
import { Copies } from '#main/services/vault/copies';
import { CopyRows } from '#main/services/vault/copy-rows';
import { WatchedFolders } from '#main/services/vault/folders/watched-folders';
import { Heads } from '#main/services/vault/heads';
import { IndexRows } from '#main/services/vault/index-rows';
import { ItemRows } from '#main/services/vault/item-rows';
import { itemViews } from '#main/services/vault/item-views';
import { Keepers } from '#main/services/vault/keepers';
import { Keeping } from '#main/services/vault/keeping';
import { MendGiving } from '#main/services/vault/mending/mend-giving';
import { Mending } from '#main/services/vault/mending/mending';
import { PieceGroups } from '#main/services/vault/piece-groups';
import { PieceStore } from '#main/services/vault/piece-store';
import { schemeFor } from '#main/services/vault/placement';
import { Putting } from '#main/services/vault/putting';
import { Repairs } from '#main/services/vault/repairs';
import { Restoring } from '#main/services/vault/restoring';
import { SegmentThreads } from '#main/services/vault/segment-threads';
import { GrantedReads } from '#main/services/vault/sharing/granted-reads';
import { SharedWithMe } from '#main/services/vault/sharing/shared-with-me';
import { Sharing } from '#main/services/vault/sharing/sharing';
import { Work } from '#main/services/vault/work';

export interface VaultOptions {
  readonly database: Database;
  readonly identity: Pick<IdentityStore, 'keys'>;
  readonly contacts: Contacts;
  /** Of the vault alone, inside the profile. */
  readonly folder: string;
  readonly downloadsFolder: string;
  /** Nothing of the program's own is backed up. */
  readonly profileFolder: string;
  readonly clock: Clock;
  readonly random: (length: number) => Uint8Array<ArrayBuffer>;
  readonly log: Pick<LogFile, 'write'>;
  readonly readSettings: () => Settings['vault'];
  /** The view is another now, or there is work with a keeper. */
  readonly onChange: () => void;
}

interface Stores {
  /** Pieces of mine that wait for a keeper. */
  readonly own: PieceStore;
  /** Pieces of the latest index. */
  readonly index: PieceStore;
}

export class Vault {
  readonly keeping: Keeping;
  readonly copies: Copies;
  readonly heads: Heads;
  readonly putting: Putting;
  readonly restoring: Restoring;
  /** Those that back themselves up. */
  readonly folders: WatchedFolders;
  /** My things that others may read. */
  readonly sharing: Sharing;
  /** Theirs that I may. */
  readonly shared: SharedWithMe;
  readonly grantedReads: GrantedReads;
  /** Lets keepers make lost pieces of mine again. */
  readonly giving: MendGiving;
  /** Makes those of others again. */
  readonly mending: Mending;
  readonly work: Work;
  readonly #options: VaultOptions;
  readonly #stores: Stores;
  readonly #rows: CopyRows;
  readonly #items: ItemRows;
  readonly #keepers: Keepers;
  readonly #groups: PieceGroups;
  readonly #segments: SegmentThreads;
  /** Links of this run of the program. */
  readonly #seenAt = new Map<PeerId, number>();
  #tendedAt = -Infinity;

  private constructor(options: VaultOptions, stores: Stores) {
    const { database, identity, contacts, folder, clock, log } = options;
    this.#options = options;
    this.#stores = stores;
    const onChange = (): void => this.#changed();
    this.keeping = new Keeping({ ...options, folder: join(folder, 'kept') });
    this.#rows = new CopyRows(database);
    this.#items = new ItemRows(database);
    this.#keepers = new Keepers({ database, contacts, clock, copies: this.#rows });
    this.#groups = new PieceGroups(clock);
    this.#segments = new SegmentThreads({ log });
    this.copies = this.#openCopies(onChange);
    this.heads = this.#openHeads();
    this.putting = this.#openPutting();
    this.shared = this.#openShared();
    this.restoring = this.#openRestoring();
    this.sharing = this.#openSharing();
    this.grantedReads = new GrantedReads({ identity, clock, keeping: this.keeping });
    this.folders = this.#openFolders();
    this.giving = this.#openGiving();
    this.mending = this.#openMending();
    const { copies, heads, sharing, shared, giving, mending } = this;
    this.work = new Work({
      identity,
      keepers: this.#keepers,
      copies,
      rows: this.#rows,
      heads,
      groups: this.#groups,
      sharing,
      shared,
      giving,
      mending,
      clock,
    });
  }

  /** Fails `disk-full` when its folders cannot be made. */
  static async open(options: VaultOptions): Promise<Vault> {
    const { folder } = options;
    const own = await PieceStore.open(join(folder, 'own'));
    const index = await PieceStore.open(join(folder, 'index'));
    return new Vault(options, { own, index });
  }

  async view(): Promise<VaultView> {
    const { database, contacts } = this.#options;
    const doubts = this.heads.rows.doubts().map(({ peerId, kind }) => {
      const contact = contacts.byPeer(peerId);
      return { peerId, name: contact?.alias ?? contact?.name ?? '', kind };
    });
    return {
      items: itemViews({ database, copies: this.#rows, counting: () => this.#keepers.counting() }),
      keepers: this.#keepers.view(),
      pledges: this.keeping.pledges(),
      runs: this.restoring.runs(),
      pledgeableBytes: await this.keeping.pledgeableBytes(),
      index: { state: this.heads.state, doubts },
      shares: this.sharing.view(),
      shared: this.shared.view(),
    };
  }

  get isWillingToMend(): boolean {
    return this.#options.readSettings().mends;
  }

  /** At the start: goes on with what the end of the program interrupted, and lets go of what it left half done. */
  async resume(): Promise<void> {
    await this.putting.settle();
    this.folders.start();
    await this.restoring.resume();
    await this.keeping.sweep();
  }

  close(): void {
    this.folders.close();
    this.restoring.close();
    this.#segments.close();
  }

  /** This identity came back from its words: keepers may know of its vault. */
  seek(): void {
    this.heads.rows.seek(this.#options.clock.now());
    this.#options.onChange();
  }

  /** Fails `vault-unknown`. */
  async removeItem(itemId: VaultItemId): Promise<void> {
    const versions = this.#items.versionsOf(itemId);
    if (versions.length === 0) throw new Failure('vault-unknown');
    this.folders.forgetItem(itemId);
    for (const versionId of versions) await this.removeVersion(versionId);
  }

  /** Its item goes with its last version. Fails `vault-unknown`. */
  async removeVersion(versionId: VaultVersionId): Promise<void> {
    if (!this.#items.version(versionId)) throw new Failure('vault-unknown');
    await this.putting.abort({ versionId });
    this.restoring.versionRemoved(versionId);
    await this.#stores.own.remove(this.#items.remove(versionId));
    this.#changed();
  }

  // ---- with keepers ---------------------------------------------------------------------------------------------------

  notePledge(keeper: PeerId, bytes: number | null): void {
    if (!this.#keepers.notePledge(keeper, bytes)) return;
    this.copies.plan();
    this.#changed();
  }

  /** Of the address nothing is kept but a hash that nobody else can make. */
  notePlace({ keeper, network, utcMinutes }: CallInput<'noteVaultPlace'>): void {
    const { identity } = this.#options;
    const hash =
      network === null ? null : toHex(identity.keys.deriveSecret('roundtable/vault-network/1', network).subarray(0, 8));
    if (this.#keepers.notePlace(keeper, hash, utcMinutes)) this.#options.onChange();
  }

  async nextWork(input: CallInput<'readVaultWork'>): Promise<CallOutput<'readVaultWork'>> {
    await this.putting.settle(); // nobody makes pieces before what a crash left is gone
    this.#seenAt.set(input.keeper, this.#options.clock.now());
    await this.#tend(input.online);
    await this.sharing.refresh();
    return this.work.next(input);
  }

  async readOwn({ pieceId, blocks }: CallInput<'readOwnPiece'>): Promise<CallOutput<'readOwnPiece'>> {
    const manifest = this.sharing.readBlocks({ pieceId, blocks });
    if (manifest) return manifest;
    const ofIndex = this.heads.header(pieceId);
    const header = ofIndex ?? this.#rows.header(pieceId);
    const store = ofIndex ? this.#stores.index : this.#stores.own;
    const found = header && (await store.readBlocks(header, blocks));
    if (!found) throw new Failure('file-gone', 'a piece that is not here');
    return found;
  }

  async noteAnswer(input: CallInput<'noteVaultAnswer'>): Promise<void> {
    if (this.heads.header(input.pieceId)) this.heads.noteAnswer(input);
    else await this.copies.noteAnswer(input);
  }

  noteLacking(input: CallInput<'noteVaultLacking'>): void {
    this.#groups.lacking(input.keeper, input.pieceId);
    if (this.#rows.header(input.pieceId)) this.copies.noteLacking(input);
    else this.mending.audits.lacking(input);
  }

  noteAudit(input: CallInput<'noteVaultAudit'>): void {
    if (!this.mending.audits.note(input)) this.copies.noteAudit(input);
  }

  writeWanted({ keeper, pieceId, blocks }: CallInput<'writeWantedPiece'>): CallOutput<'writeWantedPiece'> {
    const isOver = !this.#groups.isWanted(pieceId);
    return { isWrong: !this.#groups.write(keeper, pieceId, blocks), isOver };
  }

  #openPutting(): Putting {
    return new Putting({
      ...this.#options,
      store: this.#stores.own,
      segments: this.#segments,
      scheme: () => schemeFor(this.#keepers.counting().length),
      onSegment: (versionId, position) => {
        this.copies.planOne({ versionId, position });
        this.#changed();
      },
    });
  }

  #openCopies(onChange: () => void): Copies {
    const { database, clock, random, log } = this.#options;
    const { own } = this.#stores;
    const repairs = new Repairs({
      rows: this.#rows,
      groups: this.#groups,
      own,
      segments: this.#segments,
      copiesOf: ({ versionId, position }) => this.copies.of(versionId, position),
      log,
      onChange,
    });
    return new Copies({
      database,
      rows: this.#rows,
      keepers: this.#keepers,
      own,
      clock,
      chance: () => chanceBy(random),
      rebuild: (place, pieceIds) => repairs.rebuild(place, pieceIds),
      onChange,
    });
  }

  #openHeads(): Heads {
    const { database, identity, contacts, clock, random, log, onChange } = this.#options;
    const keepers = this.#keepers.rows;
    return new Heads({
      database,
      identity,
      index: new IndexRows({ database, contacts, keepers, clock }),
      keepers,
      copies: this.#rows,
      groups: this.#groups,
      store: this.#stores.index,
      clock,
      random,
      log,
      onChange,
    });
  }

  #openRestoring(): Restoring {
    const { contacts } = this.#options;
    return new Restoring({
      ...this.#options,
      store: this.#stores.own,
      groups: this.#groups,
      segments: this.#segments,
      shared: this.shared,
      copiesOf: (versionId, position) => this.copies.of(versionId, position),
      nameOf: (peerId) => contacts.byPeer(peerId)?.alias ?? contacts.byPeer(peerId)?.name ?? '',
    });
  }

  #openShared(): SharedWithMe {
    const { onChange } = this.#options;
    return new SharedWithMe({
      ...this.#options,
      keeping: this.keeping,
      groups: this.#groups,
      isUsed: (versionId) => this.restoring.uses(versionId),
      onGone: (versionId) => this.restoring.versionRemoved(versionId),
      onChange,
    });
  }

  #openSharing(): Sharing {
    const { database, contacts, clock, onChange } = this.#options;
    return new Sharing({
      ...this.#options,
      index: new IndexRows({ database, contacts, keepers: this.#keepers.rows, clock }),
      keepers: () => this.#keepers.counting(),
      isRestorable: (versionId) => (this.#rows.counts.version(versionId, this.#keepers.counting()).spare ?? -1) >= 0,
      onChange,
    });
  }

  #openGiving(): MendGiving {
    const { readSettings } = this.#options;
    return new MendGiving({
      ...this.#options,
      keepers: this.#keepers,
      rows: this.#rows,
      isAllowed: () => readSettings().isMended,
      onChange: () => this.#changed(),
    });
  }

  #openMending(): Mending {
    const { contacts, random, readSettings } = this.#options;
    return new Mending({
      ...this.#options,
      keeping: this.keeping,
      groups: this.#groups,
      chance: () => chanceBy(random),
      seenAt: (peerId) => {
        const contact = contacts.byPeer(peerId);
        const at = Math.max(contact?.lastSeenAt ?? 0, this.#seenAt.get(peerId) ?? 0);
        return contact?.state === 'accepted' && at > 0 ? at : null;
      },
      daysSince: (ms) => this.#keepers.daysSince(ms),
      isWilling: () => readSettings().mends,
    });
  }

  #openFolders(): WatchedFolders {
    return new WatchedFolders({
      ...this.#options,
      putting: this.putting,
      isLeft: (versionId) => {
        const { bytes, keptBytes } = this.#rows.counts.version(versionId, this.#keepers.counting());
        return bytes !== null && keptBytes !== null && keptBytes >= bytes;
      },
      isUsed: (versionId) => this.restoring.uses(versionId) || this.sharing.pins(versionId),
      removeVersion: async (versionId) => await this.removeVersion(versionId),
      onChange: () => this.#options.onChange(),
    });
  }

  #changed(): void {
    this.heads.touch();
    this.sharing.touch();
    this.#options.onChange();
  }

  /** What is due by the clock. */
  async #tend(online: readonly PeerId[]): Promise<void> {
    await this.heads.refresh();
    const nowMs = this.#options.clock.now();
    if (nowMs - this.#tendedAt < limits.vaultTendMs) return;
    this.#tendedAt = nowMs;
    if (this.copies.plan()) this.#changed();
    await this.keeping.sweep();
    await this.mending.tend(new Set(online));
  }
}

/** From 0 up to and without 1. */
const chanceBy = (random: VaultOptions['random']): number => new DataView(random(4).buffer).getUint32(0) / 2 ** 32;
