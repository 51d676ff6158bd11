// What is in the vault and how safe it is, for the person to see.
import * as v from 'valibot';
import type { PeerId } from '#shared/identity';
import { VaultItemId, VaultVersionId, type VaultItem, type VaultVersion } from '#shared/vault';
import type { Database } from '#main/services/database';
import type { CopyRows } from '#main/services/vault/copy-rows';
import { healthOf } from '#main/services/vault/health';

const Row = v.object({
  item_id: VaultItemId,
  name: v.string(),
  kind: v.picklist(['file', 'folder']),
  version_id: VaultVersionId,
  number: v.number(),
  added_at: v.number(),
  state: v.picklist(['reading', 'put']),
  files: v.number(),
  bytes: v.number(),
});

export interface ItemViewsOptions {
  readonly database: Database;
  readonly copies: CopyRows;
  /** Whose copies count. */
  readonly counting: () => readonly PeerId[];
}

/** By name; of each the newest version first. */
export function itemViews({ database, copies, counting }: ItemViewsOptions): VaultItem[] {
  const sql = `SELECT i.item_id, i.name, i.kind, v.version_id, v.number, v.added_at, v.state, v.files, v.bytes
               FROM vault_items i JOIN vault_versions v ON v.item_id = i.item_id
               ORDER BY i.name COLLATE NOCASE, i.item_id, v.number DESC`;
  const items = new Map<VaultItemId, VaultItem & { readonly versions: VaultVersion[] }>();
  const keepers = counting();
  for (const row of database.all(sql, {}, Row)) {
    const { item_id: itemId, name, kind, version_id: versionId, number, added_at: addedAt, files, bytes } = row;
    const item = items.get(itemId) ?? { itemId, name, kind, versions: [] };
    items.set(itemId, item);
    const counted = copies.counts.version(versionId, keepers);
    const health = healthOf({
      isReading: row.state === 'reading',
      spare: counted.spare,
      here: counted.here,
      reachable: counted.reachable,
      missing: Math.max(0, counted.missing ?? 0),
      needed: counted.needed ?? 0,
      bytes: counted.bytes ?? 0,
      keptBytes: counted.keptBytes ?? 0,
      keepers: counted.keepers,
    });
    item.versions.push({ versionId, number, addedAt, files, bytes, health });
  }
  return [...items.values()];
}
