// Things of others that this person may read: taken from their owners, shown, and told to restores as if they were own versions.
import { createHash } from 'node:crypto';
import * as v from 'valibot';
import type { CallInput, CallOutput } from '#shared/contract';
import { blockCount } from '#shared/content';
import { Failure } from '#shared/failure';
import type { PeerId } from '#shared/identity';
import { VaultVersionId, type PieceHeader, type PieceId } from '#shared/vault';
import type { SharedVersion, VaultGrant, VaultShareId } from '#shared/vault-share';
import { joinBytes } from '#main/services/byte-layout';
import type { Clock } from '#main/services/clock';
import type { Contacts } from '#main/services/contacts';
import type { Database } from '#main/services/database';
import type { IdentityStore } from '#main/services/identity-store';
import { vaultLimits as limits } from '#main/services/vault/vault-limits';
import type { FileRow, PieceRow, SegmentRow, VersionRow } from '#main/services/vault/item-rows';
import type { Keeping } from '#main/services/vault/keeping';
import { isSoundHeader } from '#main/services/vault/piece';
import type { PieceGroups } from '#main/services/vault/piece-groups';
import { grantsOf, piecesOf, readManifest, type ShareManifest } from '#main/services/vault/sharing/share-manifest';
import { SharedRows, type SharedSummary } from '#main/services/vault/sharing/shared-rows';
import { fromBase64 } from '#main/services/vault/vault-index';
import type { WantedPiece } from '#main/services/vault/wanted-pieces';

export interface SharedWithMeOptions {
  readonly database: Database;
  readonly identity: Pick<IdentityStore, 'keys'>;
  readonly contacts: Pick<Contacts, 'byPeer'>;
  readonly keeping: Pick<Keeping, 'keeps' | 'read'>;
  readonly groups: PieceGroups;
  readonly clock: Clock;
  /** Something of it is being restored. */
  readonly isUsed: (versionId: VaultVersionId) => boolean;
  /** It is not to be had any more. */
  readonly onGone: (versionId: VaultVersionId) => void;
  readonly onChange: () => void;
}

type Ack = CallOutput<'readVaultWork'>['shareAcks'][number];
type Right = CallOutput<'readVaultWork'>['wants'][number]['by'];

interface Opened {
  readonly owner: PeerId;
  readonly manifest: ShareManifest;
  readonly pieces: ReturnType<typeof piecesOf>;
  readonly grants: ReadonlyMap<PieceId, ReadonlyMap<PeerId, VaultGrant>>;
}

interface Coming {
  readonly pieceId: PieceId;
  readonly until: number;
  readonly cancel: () => void;
}

export class SharedWithMe {
  readonly #options: SharedWithMeOptions;
  readonly #rows: SharedRows;
  /** Manifests that a restore goes by. */
  readonly #opened = new Map<VaultVersionId, Opened>();
  /** One of each owner at a time. */
  readonly #coming = new Map<PeerId, Coming>();
  readonly #acks = new Map<PeerId, Map<VaultShareId, PieceId | null>>();

  constructor(options: SharedWithMeOptions) {
    this.#options = options;
    this.#rows = new SharedRows(options.database);
  }

  /** Of those who are contacts still. */
  view(): SharedVersion[] {
    return this.#rows.list().flatMap((summary) => {
      const contact = this.#options.contacts.byPeer(summary.owner);
      if (contact?.state !== 'accepted') return [];
      const known = summary.keepers.filter((keeper) => this.#canReach(keeper));
      return {
        ...summary,
        ownerName: contact.alias ?? contact.name,
        keepers: summary.keepers.length,
        keepersKnown: known.length,
      };
    });
  }

  /** It is not shown any more, and its owner told so. Fails `vault-unknown`. */
  decline({ owner, shareId }: CallInput<'declineVaultShare'>): void {
    const row = this.#rows.find(owner, shareId);
    if (!row) throw new Failure('vault-unknown', 'nothing that is shared');
    this.#forget(row.versionId);
    this.#rows.decline(owner, shareId);
    this.#ack(owner, shareId, null);
    this.#options.onChange();
  }

  // ---- with its owner -------------------------------------------------------------------------------------------------

  /** `owner` is who proved to be on the link. What is being restored stays as it is: they say it again. */
  note({ owner, shareId, header }: CallInput<'noteVaultShare'>): void {
    const { contacts, isUsed } = this.#options;
    const row = this.#rows.find(owner, shareId);
    if (contacts.byPeer(owner)?.state !== 'accepted') return;
    if (header === null) {
      this.#forget(row?.versionId ?? null);
      this.#rows.remove(owner, shareId);
      this.#ack(owner, shareId, null);
      if (row) this.#options.onChange();
    } else if (!row && this.#rows.countOf(owner) >= limits.vaultSharedOfOwner) this.#ack(owner, shareId, null);
    else if (row?.pieceId === null) this.#ack(owner, shareId, null);
    else if (row?.pieceId === header.pieceId) this.#ack(owner, shareId, header.pieceId);
    else if (!(row?.versionId && isUsed(row.versionId))) this.#fetch(owner, shareId, header);
  }

  /** What they are to be told; told once. */
  acks(owner: PeerId): Ack[] {
    const acks = [...(this.#acks.get(owner) ?? [])].map(([shareId, pieceId]) => ({ shareId, pieceId }));
    this.#acks.delete(owner);
    return acks.slice(0, limits.vaultSharedOfOwner);
  }

  /** By which right a keeper is asked for a piece. */
  rightTo(pieceId: PieceId, keeper: PeerId): Right {
    if (this.#coming.get(keeper)?.pieceId === pieceId) return 'offered';
    for (const { grants } of this.#opened.values()) {
      const grant = grants.get(pieceId)?.get(keeper);
      if (grant) return grant;
    }
    return 'mine';
  }

  // ---- for restores ---------------------------------------------------------------------------------------------------

  version(versionId: VaultVersionId): VersionRow | null {
    const opened = this.#open(versionId);
    if (!opened) return null;
    const { name, kind, version } = opened.manifest;
    return {
      version_id: versionId,
      sealed_id: version.versionId,
      name,
      kind,
      state: 'put',
      bytes: version.bytes,
      key: fromBase64(version.key),
    };
  }

  /** Its grants are over: nobody hands out anything of it. */
  isOver(versionId: VaultVersionId): boolean {
    return (this.#open(versionId)?.manifest.until ?? Infinity) <= this.#options.clock.now();
  }

  files(versionId: VaultVersionId): FileRow[] {
    const files = this.#open(versionId)?.manifest.version.files ?? [];
    return files.map(([path, bytes, mtime_ms, sha256]) => {
      return { path, bytes, mtime_ms, sha256: sha256 === null ? null : fromBase64(sha256) };
    });
  }

  segments(versionId: VaultVersionId): SegmentRow[] {
    const segments = this.#open(versionId)?.manifest.version.segments ?? [];
    return segments.map(({ salt, sha256, bytes, needed, total }, position) => {
      return { position, salt: fromBase64(salt), bytes, sha256: fromBase64(sha256), needed, total };
    });
  }

  pieces(versionId: VaultVersionId, position: number): PieceRow[] {
    const opened = this.#open(versionId);
    return (opened?.pieces[position] ?? []).map(({ header, share }) => {
      const isHere = opened !== null && this.#options.keeping.keeps(opened.owner, header.pieceId);
      return { header, share, isHere };
    });
  }

  copiesOf(versionId: VaultVersionId, position: number): readonly WantedPiece[] {
    return this.#open(versionId)?.pieces[position] ?? [];
  }

  /** Of somebody whose pieces this machine keeps itself; null where it does not. */
  async readHere(header: PieceHeader): Promise<Uint8Array<ArrayBuffer> | null> {
    const { pieceId } = header;
    const opened = [...this.#opened.values()].find(({ grants }) => grants.has(pieceId));
    const blocks = Array.from({ length: blockCount(header.bytes) }, (_, block) => block);
    const found = opened && (await this.#options.keeping.read({ owner: opened.owner, pieceId, blocks }));
    return found ? joinBytes(found) : null;
  }

  #canReach(keeper: PeerId): boolean {
    const { contacts, identity } = this.#options;
    return keeper === identity.keys.peerId || contacts.byPeer(keeper)?.state === 'accepted';
  }

  #fetch(owner: PeerId, shareId: VaultShareId, header: PieceHeader): void {
    const { groups, clock } = this.#options;
    const before = this.#coming.get(owner);
    if (before && before.until > clock.now()) return; // its turn comes when they say it again
    before?.cancel();
    if (!isSoundHeader(header)) return;
    const cancel = groups.add({
      needed: 1,
      pieces: [{ header, share: 0, keepers: [owner] }],
      ready: (shares) => {
        this.#coming.delete(owner);
        const bytes = shares.get(0);
        if (bytes) this.#take(owner, shareId, header.pieceId, bytes);
      },
    });
    this.#coming.set(owner, { pieceId: header.pieceId, until: clock.now() + limits.vaultShareComingMs, cancel });
  }

  #take(owner: PeerId, shareId: VaultShareId, pieceId: PieceId, bytes: Uint8Array<ArrayBuffer>): void {
    const manifest = readManifest(bytes);
    const held = this.#rows.find(owner, shareId);
    const isKept = held?.versionId && this.#options.isUsed(held.versionId);
    if (manifest && !isKept) {
      if (held?.versionId) this.#opened.delete(held.versionId);
      this.#rows.set(summaryOf(owner, shareId, manifest), pieceId, bytes);
      this.#ack(owner, shareId, pieceId);
    }
    this.#options.onChange();
  }

  #ack(owner: PeerId, shareId: VaultShareId, pieceId: PieceId | null): void {
    const acks = this.#acks.get(owner) ?? new Map<VaultShareId, PieceId | null>();
    if (acks.size < limits.vaultSharedOfOwner) this.#acks.set(owner, acks.set(shareId, pieceId));
  }

  #forget(versionId: VaultVersionId | null): void {
    if (versionId === null) return;
    this.#options.onGone(versionId);
    this.#opened.delete(versionId);
  }

  /** Kept at hand as long as something of it is being restored. */
  #open(versionId: VaultVersionId): Opened | null {
    const known = this.#opened.get(versionId);
    if (known) return known;
    const row = this.#rows.byVersion(versionId);
    const manifest = row && readManifest(row.manifest);
    if (!row || !manifest) return null;
    for (const other of this.#opened.keys()) if (!this.#options.isUsed(other)) this.#opened.delete(other);
    const { owner } = row.summary;
    const opened = { owner, manifest, pieces: piecesOf(manifest), grants: grantsOf(manifest) };
    this.#opened.set(versionId, opened);
    return opened;
  }
}

function summaryOf(owner: PeerId, shareId: VaultShareId, manifest: ShareManifest): SharedSummary {
  const { name, kind, until, version } = manifest;
  const holders = new Set(piecesOf(manifest).flatMap((pieces) => pieces.flatMap(({ keepers }) => keepers)));
  return {
    owner,
    shareId,
    versionId: localId(owner, shareId, version.versionId),
    name,
    kind,
    addedAt: version.addedAt,
    files: version.files.length,
    bytes: version.bytes,
    until,
    keepers: [...holders],
    needed: Math.max(...version.segments.map(({ needed }) => needed)),
  };
}

/** Of its own for every owner and share: nobody can call something of theirs like something of mine. */
function localId(owner: PeerId, shareId: VaultShareId, versionId: VaultVersionId): VaultVersionId {
  const digest = createHash('sha256').update(`${owner} ${shareId} ${versionId}`).digest('hex');
  return v.parse(VaultVersionId, digest.slice(0, 32));
}
