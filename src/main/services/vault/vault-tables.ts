// The tables of the vault: one step of the database's migrations (database-migrations.ts).
export const vaultTables = `
  -- What this person put into the vault.
  CREATE TABLE vault_items (
    item_id TEXT PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL
  ) STRICT;

  -- reading: its bytes are still coming. put: all of it was cut into pieces.
  CREATE TABLE vault_versions (
    version_id TEXT PRIMARY KEY,
    item_id TEXT NOT NULL REFERENCES vault_items (item_id) ON DELETE CASCADE,
    number INTEGER NOT NULL,
    added_at INTEGER NOT NULL,
    state TEXT NOT NULL,
    files INTEGER NOT NULL,
    bytes INTEGER NOT NULL,
    -- All its segments are encrypted under keys made of this one.
    key BLOB NOT NULL,
    UNIQUE (item_id, number)
  ) STRICT;

  -- Its files in a row, in the order of their bytes. The path is a JSON array of names.
  CREATE TABLE vault_files (
    version_id TEXT NOT NULL REFERENCES vault_versions (version_id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    path TEXT NOT NULL,
    bytes INTEGER NOT NULL,
    mtime_ms REAL NOT NULL,
    sha256 BLOB,
    PRIMARY KEY (version_id, position)
  ) STRICT;

  -- Its bytes cut into segments; as many as are needed of the pieces of one give it back.
  CREATE TABLE vault_segments (
    version_id TEXT NOT NULL REFERENCES vault_versions (version_id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    salt BLOB NOT NULL,
    bytes INTEGER NOT NULL,
    -- Of these bytes, so that a drill can tell that it got them back.
    sha256 BLOB NOT NULL,
    needed INTEGER NOT NULL,
    total INTEGER NOT NULL,
    PRIMARY KEY (version_id, position)
  ) STRICT;

  -- is_here: its bytes lie on this disk until a keeper has them.
  CREATE TABLE vault_pieces (
    piece_id TEXT PRIMARY KEY,
    version_id TEXT NOT NULL,
    segment INTEGER NOT NULL,
    share INTEGER NOT NULL,
    bytes INTEGER NOT NULL,
    hashes BLOB NOT NULL,
    is_here INTEGER NOT NULL,
    FOREIGN KEY (version_id, segment) REFERENCES vault_segments (version_id, position) ON DELETE CASCADE,
    UNIQUE (version_id, segment, share)
  ) STRICT;
  CREATE INDEX vault_pieces_here ON vault_pieces (is_here);

  -- Which keeper has which piece. assigned: to be left with them. kept: they said that they have it.
  CREATE TABLE vault_copies (
    piece_id TEXT NOT NULL REFERENCES vault_pieces (piece_id) ON DELETE CASCADE,
    keeper TEXT NOT NULL,
    state TEXT NOT NULL,
    since INTEGER NOT NULL,
    proved_at INTEGER,
    PRIMARY KEY (piece_id, keeper)
  ) STRICT;
  CREATE INDEX vault_copies_by_keeper ON vault_copies (keeper, state);

  -- Pieces that a keeper is to delete, once they are told so.
  CREATE TABLE vault_leavings (
    keeper TEXT NOT NULL,
    piece_id TEXT NOT NULL,
    PRIMARY KEY (keeper, piece_id)
  ) STRICT;

  -- What is being restored, and drills; what is not over goes on after a restart.
  CREATE TABLE vault_runs (
    run_id TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    version_id TEXT NOT NULL,
    name TEXT NOT NULL,
    state TEXT NOT NULL,
    failure TEXT,
    bytes INTEGER NOT NULL,
    done_bytes INTEGER NOT NULL,
    -- Segments that are on the disk for good, from the first on.
    parts INTEGER NOT NULL,
    -- The name in the download folder: one that may have been taken, and the one that was.
    placing TEXT,
    placed TEXT,
    -- Bytes that each keeper brought: pairs, as JSON.
    brought TEXT NOT NULL,
    started_at INTEGER NOT NULL,
    ended_at INTEGER
  ) STRICT;

  CREATE TABLE vault_keepers (
    peer_id TEXT PRIMARY KEY,
    pledged_bytes INTEGER NOT NULL,
    ended_at INTEGER,
    since INTEGER NOT NULL,
    seen_at INTEGER NOT NULL,
    proved_at INTEGER,
    -- In a row.
    failures INTEGER NOT NULL,
    refused_at INTEGER,
    -- The version of the head they hold.
    head_version INTEGER NOT NULL
  ) STRICT;

  -- The state of the vault as it was given to keepers: the last few.
  CREATE TABLE vault_heads (
    version INTEGER PRIMARY KEY,
    head BLOB NOT NULL,
    made_at INTEGER NOT NULL
  ) STRICT;

  -- Days of UTC on which this person had a link with anybody.
  CREATE TABLE vault_days (
    day INTEGER PRIMARY KEY
  ) STRICT;

  -- One row while a restored identity has not heard of its vault yet.
  CREATE TABLE vault_seeking (
    id INTEGER PRIMARY KEY,
    since INTEGER NOT NULL
  ) STRICT;

  CREATE TABLE vault_doubts (
    peer_id TEXT PRIMARY KEY,
    kind TEXT NOT NULL
  ) STRICT;

  -- What this machine keeps for others.
  CREATE TABLE vault_pledges (
    contact_id TEXT PRIMARY KEY REFERENCES contacts (contact_id) ON DELETE CASCADE,
    bytes INTEGER NOT NULL
  ) STRICT;

  CREATE TABLE vault_owners (
    owner TEXT PRIMARY KEY,
    -- When the last order that counted was signed: an older one is a replay.
    ordered_at INTEGER NOT NULL,
    -- Since when nothing is pledged to them: what is kept goes when the notice is over.
    ended_at INTEGER
  ) STRICT;

  CREATE TABLE vault_kept (
    owner TEXT NOT NULL,
    piece_id TEXT NOT NULL,
    bytes INTEGER NOT NULL,
    hashes BLOB NOT NULL,
    is_whole INTEGER NOT NULL,
    since INTEGER NOT NULL,
    PRIMARY KEY (owner, piece_id)
  ) STRICT;
  CREATE INDEX vault_kept_usage ON vault_kept (owner, bytes);
  CREATE INDEX vault_kept_parts ON vault_kept (since, owner, bytes) WHERE is_whole = 0;

  CREATE TABLE vault_kept_heads (
    owner TEXT PRIMARY KEY,
    version INTEGER NOT NULL,
    head BLOB NOT NULL
  ) STRICT;
`;
