// The tables of shared things: one step of the database's migrations (database-migrations.ts).
export const vaultShareTables = `
  -- Whom I let read what. Its item may be gone: then it is over, and the reader still to be told.
  CREATE TABLE vault_shares (
    share_id TEXT PRIMARY KEY,
    item_id TEXT NOT NULL,
    reader TEXT NOT NULL,
    -- That version alone; NULL: the newest.
    version_id TEXT,
    is_ended INTEGER NOT NULL,
    shared_at INTEGER NOT NULL,
    -- What the reader needs to restore it, as it was made last: one piece.
    manifest BLOB,
    piece_id TEXT,
    hashes BLOB,
    -- What it was made of: version, and who keeps what.
    basis TEXT,
    made_at INTEGER NOT NULL,
    -- The manifest they hold, and whether they do not want it.
    held_id TEXT,
    is_declined INTEGER NOT NULL
  ) STRICT;
  CREATE UNIQUE INDEX vault_shares_once ON vault_shares (item_id, reader) WHERE is_ended = 0;

  -- What contacts let me read.
  CREATE TABLE vault_shared (
    owner TEXT NOT NULL,
    share_id TEXT NOT NULL,
    -- NULL, as all that follows: this person does not want it.
    piece_id TEXT,
    version_id TEXT UNIQUE,
    -- What is shown, as JSON.
    summary TEXT,
    manifest BLOB,
    PRIMARY KEY (owner, share_id)
  ) STRICT;
`;
