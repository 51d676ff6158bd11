// The tables of folders that back themselves up: one step of the database's migrations (database-migrations.ts).
export const vaultFolderTables = `
  -- A folder of this computer, put into the vault under that name whenever it changed.
  CREATE TABLE vault_folders (
    folder_id TEXT PRIMARY KEY,
    path TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL UNIQUE,
    -- Versions that are kept of it.
    keep INTEGER NOT NULL,
    is_paused INTEGER NOT NULL,
    added_at INTEGER NOT NULL
  ) STRICT;

  -- Versions that were put by watching: what a person put by hand is never taken away by itself.
  CREATE TABLE vault_folder_versions (
    version_id TEXT PRIMARY KEY REFERENCES vault_versions (version_id) ON DELETE CASCADE,
    folder_id TEXT NOT NULL REFERENCES vault_folders (folder_id) ON DELETE CASCADE
  ) STRICT;
  CREATE INDEX vault_folder_versions_of ON vault_folder_versions (folder_id);
`;
