// All that the person sees of the vault.
import * as v from 'valibot';
import { PeerId } from '#shared/identity';
import { DoubtKind, VaultItem, VaultKeeper, VaultPledge, VaultRun } from '#shared/vault';
import { SharedVersion, VaultShare } from '#shared/vault-share';

const Count = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(Number.MAX_SAFE_INTEGER));

export const VaultView = v.strictObject({
  items: v.array(VaultItem),
  keepers: v.array(VaultKeeper),
  pledges: v.array(VaultPledge),
  runs: v.array(VaultRun),
  /** Free space that may be pledged still; what this machine holds for others. */
  pledgeableBytes: Count,
  /** Whom I let read what, and what others let me read. */
  shares: v.array(VaultShare),
  shared: v.array(SharedVersion),
  /**
   * Whether what friends hold of my vault is known here. seeking: this identity was restored on a new machine, and no keeper has told
   * yet. found: one has; the newest that any of them knew was taken.
   */
  index: v.strictObject({
    state: v.picklist(['own', 'seeking', 'found']),
    /** Somebody handed an older state than another did, or one that does not follow from mine: who. */
    doubts: v.array(v.strictObject({ peerId: PeerId, name: v.string(), kind: DoubtKind })),
  }),
});
export type VaultView = v.InferOutput<typeof VaultView>;
