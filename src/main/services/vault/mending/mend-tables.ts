// The tables of mending: one step of the database's migrations (database-migrations.ts).
export const mendTables = `
  -- Keepers who make lost pieces again for others, and where on the earth they roughly are.
  ALTER TABLE vault_keepers ADD COLUMN mends INTEGER NOT NULL DEFAULT 0;
  -- Of the network their link came from, a hash that means something on this machine alone.
  ALTER TABLE vault_keepers ADD COLUMN network TEXT;
  ALTER TABLE vault_keepers ADD COLUMN utc_minutes INTEGER;

  -- Orders that menders of my segments hold, until they get a new one.
  CREATE TABLE vault_mends_given (
    version_id TEXT NOT NULL,
    position INTEGER NOT NULL,
    mender TEXT NOT NULL,
    again_at INTEGER NOT NULL,
    PRIMARY KEY (version_id, position, mender),
    FOREIGN KEY (version_id, position) REFERENCES vault_segments (version_id, position) ON DELETE CASCADE
  ) STRICT;

  -- Whoever keeps something of a segment is named in its orders: they are given anew when that changes.
  CREATE TRIGGER vault_copy_added AFTER INSERT ON vault_copies BEGIN
    DELETE FROM vault_mends_given WHERE (version_id, position) =
      (SELECT version_id, segment FROM vault_pieces WHERE piece_id = NEW.piece_id);
  END;
  CREATE TRIGGER vault_copy_changed AFTER UPDATE OF state ON vault_copies BEGIN
    DELETE FROM vault_mends_given WHERE (version_id, position) =
      (SELECT version_id, segment FROM vault_pieces WHERE piece_id = NEW.piece_id);
  END;
  CREATE TRIGGER vault_copy_gone AFTER DELETE ON vault_copies BEGIN
    DELETE FROM vault_mends_given WHERE (version_id, position) =
      (SELECT version_id, segment FROM vault_pieces WHERE piece_id = OLD.piece_id);
  END;

  -- Orders that this machine holds as a mender; a segment is named by its first piece.
  CREATE TABLE vault_mend_orders (
    owner TEXT NOT NULL,
    segment TEXT NOT NULL,
    at_ms INTEGER NOT NULL,
    until_ms INTEGER NOT NULL,
    signed BLOB NOT NULL,
    -- Since when one of its pieces is known to be lost.
    lost_at INTEGER,
    PRIMARY KEY (owner, segment)
  ) STRICT;

  -- Who is to have which of these pieces, when they were asked to prove it, and since when they are known not to have it.
  CREATE TABLE vault_mend_copies (
    owner TEXT NOT NULL,
    segment TEXT NOT NULL,
    piece_id TEXT NOT NULL,
    keeper TEXT NOT NULL,
    asked_at INTEGER NOT NULL,
    lost_at INTEGER,
    PRIMARY KEY (owner, piece_id, keeper),
    FOREIGN KEY (owner, segment) REFERENCES vault_mend_orders (owner, segment) ON DELETE CASCADE
  ) STRICT;
  CREATE INDEX vault_mend_copies_by_keeper ON vault_mend_copies (keeper, asked_at);
  CREATE INDEX vault_mend_copies_by_piece ON vault_mend_copies (piece_id);

  -- Pieces that were made again here, until their owner has been told.
  CREATE TABLE vault_mended (
    owner TEXT NOT NULL,
    piece_id TEXT NOT NULL,
    told_at INTEGER,
    PRIMARY KEY (owner, piece_id)
  ) STRICT;
`;
