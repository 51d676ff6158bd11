// One thing of a vault that somebody else may read: what its owner sees, and what the reader sees (docs/protocol/vault-share.md).
import * as v from 'valibot';
import { PeerId } from '#shared/identity';
import { VaultItemId, VaultVersionId } from '#shared/vault';

const Count = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(Number.MAX_SAFE_INTEGER));

/** Made by the owner: 16 random bytes, hex. */
export const VaultShareId = v.pipe(v.string(), v.regex(/^[0-9a-f]{32}$/), v.brand('VaultShareId'));
export type VaultShareId = v.InferOutput<typeof VaultShareId>;

/** The owner's signed word to one keeper that one reader may have one piece until then; opaque but to main. */
export const VaultGrant = v.pipe(v.instance(Uint8Array), v.minLength(1), v.maxLength(512));
export type VaultGrant = v.InferOutput<typeof VaultGrant>;

/** By which somebody other than its owner may have a piece: a grant, or an order to mend its segment. */
export const VaultReadRight = v.pipe(v.instance(Uint8Array), v.minLength(1), v.maxLength(14 * 1024));
export type VaultReadRight = v.InferOutput<typeof VaultReadRight>;

/** Somebody who may read one of my things. */
export const VaultShare = v.strictObject({
  shareId: VaultShareId,
  itemId: VaultItemId,
  reader: PeerId,
  name: v.string(),
  /** That version alone; null: the newest, and each that comes after it. */
  versionId: v.nullable(VaultVersionId),
  /**
   * waiting: no keeper has it yet, or they have not been here since. held: they can restore it. declined: they do not want it. ending: it is
   * over, and they are told as soon as they are here.
   */
  state: v.picklist(['waiting', 'held', 'declined', 'ending']),
});
export type VaultShare = v.InferOutput<typeof VaultShare>;

/** What a contact lets me read. */
export const SharedVersion = v.strictObject({
  owner: PeerId,
  ownerName: v.string(),
  shareId: VaultShareId,
  /** As it is called on this machine, to restore it. */
  versionId: VaultVersionId,
  name: v.string(),
  kind: v.picklist(['file', 'folder']),
  addedAt: v.number(),
  files: Count,
  bytes: Count,
  /** After this nobody hands out anything of it, unless its owner says so anew. */
  until: v.number(),
  /** Who keeps something of it, how many of them this person can be connected with, and how many it takes. */
  keepers: Count,
  keepersKnown: Count,
  needed: Count,
});
export type SharedVersion = v.InferOutput<typeof SharedVersion>;
