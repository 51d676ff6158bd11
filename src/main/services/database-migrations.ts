// The database's shape, step by step. A released step is never changed; a new shape is a new step at the end.
export const migrations: readonly string[] = [
  `
  CREATE TABLE contacts (
    contact_id TEXT PRIMARY KEY,
    peer_id TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    alias TEXT,
    is_accepted INTEGER NOT NULL,
    is_blocked INTEGER NOT NULL DEFAULT 0,
    -- The key the person compared; another current key than this one means a changed key.
    verified_peer_id TEXT,
    added_at INTEGER NOT NULL,
    last_seen_at INTEGER,
    -- Of the invite that was opened, until its maker's welcome came.
    invite_secret BLOB,
    invite_expires_at INTEGER,
    invite_is_refused INTEGER NOT NULL DEFAULT 0
  ) STRICT;

  CREATE TABLE invites (
    invite_id TEXT PRIMARY KEY,
    owner_peer_id TEXT NOT NULL,
    secret BLOB NOT NULL,
    link TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    is_withdrawn INTEGER NOT NULL DEFAULT 0,
    wrong_proofs INTEGER NOT NULL DEFAULT 0,
    refusals INTEGER NOT NULL DEFAULT 0,
    used_by_peer_id TEXT
  ) STRICT;

  CREATE TABLE calls (
    call_id TEXT PRIMARY KEY,
    contact_id TEXT NOT NULL REFERENCES contacts (contact_id) ON DELETE CASCADE,
    direction TEXT NOT NULL,
    video INTEGER NOT NULL,
    started_at INTEGER NOT NULL,
    talked_ms INTEGER NOT NULL,
    reason TEXT NOT NULL,
    is_missed INTEGER NOT NULL,
    is_seen INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX calls_by_time ON calls (started_at DESC);
  CREATE INDEX calls_by_contact ON calls (contact_id);
  `,
  `
  CREATE TABLE rooms (
    room_id TEXT PRIMARY KEY,
    owner_peer_id TEXT NOT NULL,
    name TEXT NOT NULL,
    opener_peer_id TEXT NOT NULL,
    -- Who made the link it was entered by, and the signed bytes of that link. Null for a room opened here.
    host_peer_id TEXT,
    pass BLOB,
    last_inside_at INTEGER NOT NULL,
    -- The names of those who were inside, a JSON array.
    people TEXT NOT NULL
  ) STRICT;

  CREATE TABLE room_entries (
    room_id TEXT NOT NULL REFERENCES rooms (room_id) ON DELETE CASCADE,
    entry_id TEXT NOT NULL,
    bytes BLOB NOT NULL,
    PRIMARY KEY (room_id, entry_id)
  ) STRICT;

  -- Of the links made here.
  CREATE TABLE room_passes (
    pass_id TEXT PRIMARY KEY,
    room_id TEXT NOT NULL REFERENCES rooms (room_id) ON DELETE CASCADE,
    secret BLOB NOT NULL,
    expires_at INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX room_passes_by_room ON room_passes (room_id);
  `,
];
