// Folders that back themselves up into the vault.
import * as v from 'valibot';
import { call, nothing } from '#shared/contract/call';
import { VaultFolder, VaultFolderId, VaultFolderKeep } from '#shared/vault-folder';

const One = v.strictObject({ folderId: VaultFolderId });

export const vaultFolderCalls = {
  listVaultFolders: call(nothing, v.array(VaultFolder)),
  /**
   * The shell asks for the folder where it can; else it is at `path`. One that is watched already gets the new number of versions. Fails
   * `aborted`, `vault-folder-missing`, `vault-folder-refused`, `vault-folders-too-many`.
   */
  watchVaultFolder: call(
    v.strictObject({ path: v.pipe(v.string(), v.maxLength(4_096)), keep: VaultFolderKeep }),
    v.strictObject({ folderId: VaultFolderId }),
  ),
  /** Fails `vault-unknown`, as all of these. */
  setVaultFolder: call(
    v.strictObject({ folderId: VaultFolderId, keep: VaultFolderKeep, isPaused: v.boolean() }),
    nothing,
  ),
  /** As soon as what changed lies still, without waiting for its turn. */
  backUpVaultFolder: call(One, nothing),
  /** What is in the vault stays there. */
  unwatchVaultFolder: call(One, nothing),
};
