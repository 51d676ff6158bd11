// Lets contacts read single things of this person's vault: makes what they need for it, tells them, and ends it.
import { createHash } from 'node:crypto';
import { setImmediate as breathe } from 'node:timers/promises';
import * as v from 'valibot';
import type { CallInput, CallOutput } from '#shared/contract';
import { blockBytes, blockCount } from '#shared/content';
import { Failure } from '#shared/failure';
import type { PeerId } from '#shared/identity';
import { pieceMaxBytes, type PieceId, type VaultVersionId } from '#shared/vault';
import { VaultShareId, type VaultShare } from '#shared/vault-share';
import { toHex } from '#main/services/byte-layout';
import type { Clock } from '#main/services/clock';
import type { Contacts } from '#main/services/contacts';
import type { Database } from '#main/services/database';
import type { IdentityStore } from '#main/services/identity-store';
import { vaultLimits as limits } from '#main/services/vault/vault-limits';
import type { IndexRows } from '#main/services/vault/index-rows';
import { ItemRows } from '#main/services/vault/item-rows';
import { pieceHeaderOf } from '#main/services/vault/piece';
import { signGrant } from '#main/services/vault/sharing/read-grant';
import { packManifest, type ShareManifest } from '#main/services/vault/sharing/share-manifest';
import { ShareRows, type ShareRow } from '#main/services/vault/sharing/share-rows';
import { base64, type IndexVersion } from '#main/services/vault/vault-index';

export interface SharingOptions {
  readonly database: Database;
  readonly identity: Pick<IdentityStore, 'keys'>;
  readonly contacts: Pick<Contacts, 'assertReachable' | 'byPeer' | 'get'>;
  readonly index: Pick<IndexRows, 'version'>;
  /** Those whose copies count. */
  readonly keepers: () => readonly PeerId[];
  /** All of it can be had from keepers. */
  readonly isRestorable: (versionId: VaultVersionId) => boolean;
  readonly clock: Clock;
  readonly random: (length: number) => Uint8Array;
  readonly onChange: () => void;
}

type Told = CallOutput<'readVaultWork'>['shares'][number];

export class Sharing {
  readonly #options: SharingOptions;
  readonly #rows: ShareRows;
  readonly #items: ItemRows;
  /** Until when nobody tells them of it again. */
  readonly #told = new Map<VaultShareId, { pieceId: PieceId | null; until: number }>();
  #isStale = true;
  #refreshing: Promise<void> | null = null;

  constructor(options: SharingOptions) {
    this.#options = options;
    this.#rows = new ShareRows(options.database);
    this.#items = new ItemRows(options.database);
  }

  /**
   * Fails `vault-unknown`, `vault-share-large`, `vault-shares-too-many`, and as contacts do for whom nothing can be sent. Shared with
   * them already, it is of that version from now on.
   */
  share({ itemId, versionId, contactId }: CallInput<'shareVaultItem'>): void {
    const { contacts } = this.#options;
    const { peerId: reader } = contacts.assertReachable(contacts.get(contactId).peerId);
    const { versions } = this.#items.wholeOf(itemId);
    const newest = versionId ?? versions[0];
    if (!newest || !versions.includes(newest)) throw new Failure('vault-unknown', 'nothing that is whole in the vault');
    this.#assertFits(newest);
    const known = this.#rows.of(itemId, reader);
    if (known?.isDeclined) this.#end(known); // they are asked once more
    if (known && !known.isDeclined) this.#rows.change(known.shareId, versionId);
    else if (this.#rows.list().length >= limits.vaultReadersMost) throw new Failure('vault-shares-too-many');
    else {
      const shareId = v.parse(VaultShareId, toHex(this.#options.random(16)));
      this.#rows.add({ shareId, itemId, reader, versionId }, this.#options.clock.now());
    }
    this.touch();
    this.#options.onChange();
  }

  /** What comes later is not for them; grants that they have end by themselves. Fails `vault-unknown`. */
  end({ shareId }: CallInput<'endVaultShare'>): void {
    const row = this.#rows.find(shareId);
    if (!row) throw new Failure('vault-unknown', 'nothing that is shared');
    this.#end(row);
    this.#options.onChange();
  }

  view(): VaultShare[] {
    const { contacts } = this.#options;
    return this.#rows.list().map(({ shareId, itemId, reader, versionId, isEnded, header, heldId, isDeclined }) => {
      const contact = contacts.byPeer(reader);
      const isHeld = heldId !== null && heldId === header?.pieceId;
      const state = isEnded ? 'ending' : isDeclined ? 'declined' : isHeld ? 'held' : 'waiting';
      return { shareId, itemId, reader, name: contact?.alias ?? contact?.name ?? '', versionId, state };
    });
  }

  /** It is shared as it is: it does not go by itself. */
  pins(versionId: VaultVersionId): boolean {
    return this.#rows.list().some((row) => !row.isEnded && row.versionId === versionId);
  }

  /** Something is another in the vault. */
  touch(): void {
    this.#isStale = true;
  }

  /** Makes anew what readers need where something is new, and where their grants end soon. */
  async refresh(): Promise<void> {
    this.#refreshing ??= this.#refresh().finally(() => {
      this.#refreshing = null;
    });
    await this.#refreshing;
  }

  // ---- with one reader ------------------------------------------------------------------------------------------------

  /** What they are to be told. */
  due(reader: PeerId, most: number): Told[] {
    const nowMs = this.#options.clock.now();
    const due = this.#rows.list().filter((row) => {
      const pieceId = row.header?.pieceId ?? null;
      const told = this.#told.get(row.shareId);
      const isTold = told?.pieceId === pieceId && told.until > nowMs;
      const isNews = row.isEnded || (pieceId !== null && pieceId !== row.heldId && !row.isDeclined);
      return row.reader === reader && isNews && !isTold;
    });
    return due.slice(0, most).map(({ shareId, header }) => {
      this.#told.set(shareId, { pieceId: header?.pieceId ?? null, until: nowMs + limits.vaultOfferMs });
      return { shareId, header };
    });
  }

  noteHeld({ reader, shareId, pieceId }: CallInput<'noteVaultShareHeld'>): void {
    const row = this.#rows.find(shareId);
    if (row?.reader !== reader) return;
    if (row.isEnded && pieceId === null) this.#rows.remove(shareId);
    else if (!row.isEnded && (pieceId === null || pieceId === row.header?.pieceId))
      this.#rows.noteHeld(shareId, pieceId);
    this.#options.onChange();
  }

  /** Of a manifest that was told of. */
  readBlocks({ pieceId, blocks }: CallInput<'readOwnPiece'>): Uint8Array<ArrayBuffer>[] | null {
    const manifest = this.#rows.manifest(pieceId);
    if (!manifest || blocks.some((block) => block >= blockCount(manifest.length))) return null;
    return blocks.map((block) => new Uint8Array(manifest.subarray(block * blockBytes, (block + 1) * blockBytes)));
  }

  // ---- what readers need ----------------------------------------------------------------------------------------------

  async #refresh(): Promise<void> {
    const { contacts } = this.#options;
    const isStale = this.#isStale;
    this.#isStale = false;
    for (const row of this.#rows.list().filter(({ isEnded }) => !isEnded)) {
      const { versions } = this.#items.wholeOf(row.itemId);
      const isGone =
        row.versionId === null ? !this.#items.versionsOf(row.itemId)[0] : !versions.includes(row.versionId);
      if (isGone || contacts.byPeer(row.reader)?.state !== 'accepted') this.#end(row);
      else if (isStale || this.#isRenewalDue(row)) await this.#remake(row, row.versionId ? [row.versionId] : versions);
    }
  }

  async #remake(row: ShareRow, versions: readonly VaultVersionId[]): Promise<void> {
    const { isRestorable, index, keepers, clock } = this.#options;
    const versionId = versions.find((one) => isRestorable(one));
    const now = keepers().slice(0, limits.vaultShareKeepers);
    const version = versionId && index.version(versionId, now);
    if (!version) {
      this.touch(); // it is looked at again: keepers do not have it yet
      return;
    }
    const basis = basisOf(version, now);
    if (basis === row.basis && !this.#isRenewalDue(row)) return;
    if (clock.now() < row.madeAt + restMs(row)) {
      this.touch();
      return;
    }
    const manifest = await this.#make(row, version, now);
    if (!manifest) return;
    this.#rows.setManifest(row.shareId, { header: pieceHeaderOf(manifest), manifest, basis, nowMs: clock.now() });
    this.#options.onChange();
  }

  async #make(
    { itemId, reader }: ShareRow,
    version: IndexVersion,
    keepers: readonly PeerId[],
  ): Promise<Uint8Array<ArrayBuffer> | null> {
    const { identity, clock } = this.#options;
    const { name, kind } = this.#items.wholeOf(itemId);
    const until = clock.now() + limits.vaultGrantMs;
    const grants: string[] = [];
    for (const [pieceId, , , , places] of version.segments.flatMap(({ pieces }) => pieces)) {
      for (const keeper of places.flatMap((place) => keepers[place] ?? []))
        grants.push(base64(signGrant(identity.keys, { reader, keeper, pieceId, until })));
      if (grants.length % limits.vaultGrantsAtOnce === 0) await breathe();
    }
    const manifest: ShareManifest = { layout: 1, name, kind, until, keepers: [...keepers], version, grants };
    return packManifest(manifest);
  }

  #isRenewalDue({ header, madeAt }: ShareRow): boolean {
    return header !== null && this.#options.clock.now() >= madeAt + limits.vaultGrantRenewMs;
  }

  /** Who never heard of it need not be told. */
  #end({ shareId, header, heldId }: ShareRow): void {
    if (heldId === null && header === null) this.#rows.remove(shareId);
    else this.#rows.end(shareId);
    this.#told.delete(shareId);
  }

  #assertFits(versionId: VaultVersionId): void {
    const {
      vaultManifestPieceBytes: ofPiece,
      vaultManifestGrantBytes: ofGrant,
      vaultManifestFileBytes: ofFile,
    } = limits;
    const cut = this.#items.segments(versionId).reduce((sum, { needed, total }) => {
      return sum + (needed === 1 ? 1 : total) * ofPiece + total * ofGrant;
    }, 0);
    if (cut + this.#items.files(versionId).length * ofFile > pieceMaxBytes) throw new Failure('vault-share-large');
  }
}

/** The larger it is, the longer it stands. */
const restMs = ({ header }: ShareRow): number =>
  Math.max(limits.vaultShareEveryMs, ((header?.bytes ?? 0) / 1024 ** 2) * limits.vaultShareEveryMsPerMiB);

/** Which version, and who keeps what of it. */
function basisOf({ versionId, segments }: IndexVersion, keepers: readonly PeerId[]): string {
  const places = segments.map(({ pieces }) => pieces.map(([pieceId, , , , holders]) => [pieceId, ...holders]));
  return createHash('sha256')
    .update(JSON.stringify([versionId, keepers, places]))
    .digest('hex');
}
