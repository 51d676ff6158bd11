// The database's shape, step by step. A released step is never changed; a new shape is a new step at the end.
import { vaultFolderTables } from '#main/services/vault/folders/folder-tables';
import { mendTables } from '#main/services/vault/mending/mend-tables';
import { vaultShareTables } from '#main/services/vault/sharing/share-tables';
import { vaultTables } from '#main/services/vault/vault-tables';

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
  `
  CREATE TABLE chat_conversations (
    conversation_id TEXT PRIMARY KEY,
    owner_peer_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    -- Between two people the other one; of a group its maker.
    peer_id TEXT NOT NULL,
    name TEXT NOT NULL,
    -- Whoever first told of the group, until something was written into it here.
    offered_by TEXT,
    is_muted INTEGER NOT NULL DEFAULT 0,
    -- Deleted here; shown again once something new arrives.
    is_forgotten INTEGER NOT NULL DEFAULT 0,
    -- Everything that arrived up to here has been read.
    read_arrival INTEGER NOT NULL DEFAULT 0,
    created_at INTEGER NOT NULL,
    last_at INTEGER NOT NULL
  ) STRICT;

  CREATE TABLE chat_logs (
    log_id INTEGER PRIMARY KEY,
    conversation_id TEXT NOT NULL REFERENCES chat_conversations (conversation_id) ON DELETE CASCADE,
    author TEXT NOT NULL,
    spell TEXT NOT NULL,
    stream TEXT NOT NULL,
    -- The lowest entry from which on nothing is missing here.
    first_sequence INTEGER NOT NULL DEFAULT 1,
    -- Of a log of mine: how far it has left this machine.
    sent_sequence INTEGER NOT NULL DEFAULT 0,
    UNIQUE (conversation_id, author, spell, stream)
  ) STRICT;

  CREATE TABLE chat_entries (
    arrival INTEGER PRIMARY KEY AUTOINCREMENT,
    entry_id BLOB NOT NULL UNIQUE,
    conversation_id TEXT NOT NULL,
    log_id INTEGER NOT NULL REFERENCES chat_logs (log_id) ON DELETE CASCADE,
    author TEXT NOT NULL,
    sequence INTEGER NOT NULL,
    lamport INTEGER NOT NULL,
    at INTEGER NOT NULL,
    code INTEGER NOT NULL,
    target BLOB,
    header BLOB NOT NULL,
    signature BLOB NOT NULL,
    body BLOB,
    -- The withdrawal that took the body away.
    proof BLOB,
    received_at INTEGER NOT NULL,
    is_tip INTEGER NOT NULL,
    -- 0 once it turned out to lie beyond the end of its author's membership.
    counts INTEGER NOT NULL DEFAULT 1,
    is_hidden INTEGER NOT NULL DEFAULT 0
  ) STRICT;
  CREATE INDEX chat_entries_by_log ON chat_entries (log_id, sequence);
  CREATE INDEX chat_entries_by_time ON chat_entries (conversation_id, lamport, author, sequence, entry_id);
  CREATE INDEX chat_entries_by_arrival ON chat_entries (conversation_id, arrival);
  CREATE INDEX chat_entries_by_target ON chat_entries (target) WHERE target IS NOT NULL;
  CREATE INDEX chat_entries_tips ON chat_entries (log_id) WHERE is_tip = 1;

  -- How far others have received and read a log of mine.
  CREATE TABLE chat_marks (
    log_id INTEGER NOT NULL REFERENCES chat_logs (log_id) ON DELETE CASCADE,
    peer_id TEXT NOT NULL,
    delivered INTEGER NOT NULL DEFAULT 0,
    read INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (log_id, peer_id)
  ) STRICT;

  -- The words of each message as it reads now; the row is the entry's arrival.
  CREATE VIRTUAL TABLE chat_search USING fts5 (words, tokenize = "unicode61 remove_diacritics 2", prefix = '2 3');
  INSERT INTO chat_search (chat_search, rank) VALUES ('secure-delete', 1);
  CREATE TRIGGER chat_search_forgets AFTER DELETE ON chat_entries BEGIN
    DELETE FROM chat_search WHERE rowid = old.arrival;
  END;
  `,
  `
  CREATE TABLE drops (
    drop_id TEXT PRIMARY KEY,
    direction TEXT NOT NULL,
    from_peer_id TEXT NOT NULL,
    from_name TEXT NOT NULL,
    -- Whom it goes to, a JSON array.
    people TEXT NOT NULL,
    room_id TEXT,
    state TEXT NOT NULL,
    failure TEXT,
    sent_bytes INTEGER NOT NULL,
    file_count INTEGER NOT NULL,
    bytes INTEGER NOT NULL,
    held_bytes INTEGER NOT NULL,
    started_at INTEGER NOT NULL,
    ended_at INTEGER
  ) STRICT;
  CREATE INDEX drops_by_time ON drops (started_at DESC);

  CREATE TABLE drop_files (
    file_id TEXT PRIMARY KEY,
    drop_id TEXT NOT NULL REFERENCES drops (drop_id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    -- Name components, a JSON array.
    path TEXT NOT NULL,
    size INTEGER NOT NULL,
    header BLOB,
    content_id TEXT,
    hashes BLOB,
    held_bytes INTEGER NOT NULL DEFAULT 0,
    is_sealed INTEGER NOT NULL DEFAULT 0,
    placing TEXT,
    placed TEXT,
    source_path TEXT,
    mtime_ms REAL
  ) STRICT;
  CREATE UNIQUE INDEX drop_files_by_drop ON drop_files (drop_id, position);

  -- Up to which size drops of a person are taken without asking.
  CREATE TABLE drop_allowances (
    contact_id TEXT PRIMARY KEY REFERENCES contacts (contact_id) ON DELETE CASCADE,
    max_bytes INTEGER NOT NULL
  ) STRICT;
  `,
  `
  -- How far somebody has my log, by what they said they have: what is left with friends begins after it.
  ALTER TABLE chat_marks ADD COLUMN had INTEGER NOT NULL DEFAULT 0;

  -- Envelopes of mine that friends keep.
  CREATE TABLE custody_left (
    envelope_id TEXT PRIMARY KEY,
    keeper TEXT NOT NULL,
    recipient TEXT NOT NULL,
    -- The entries of my log in it; null in a receipt.
    log_id INTEGER REFERENCES chat_logs (log_id) ON DELETE CASCADE,
    first_sequence INTEGER,
    last_sequence INTEGER,
    expires_at INTEGER NOT NULL,
    is_recalled INTEGER NOT NULL DEFAULT 0
  ) STRICT;
  CREATE INDEX custody_left_by_log ON custody_left (log_id, last_sequence);

  -- Whom I owe a receipt, and which friend handed over what it is for.
  CREATE TABLE custody_owed (
    recipient TEXT PRIMARY KEY,
    via TEXT NOT NULL
  ) STRICT;

  -- Envelopes that I keep for others.
  CREATE TABLE custody_kept (
    place INTEGER PRIMARY KEY AUTOINCREMENT,
    envelope_id TEXT NOT NULL,
    owner TEXT NOT NULL,
    recipient TEXT NOT NULL,
    bytes INTEGER NOT NULL,
    -- Null once it is gone and its owner has yet to hear of it.
    envelope BLOB,
    -- The recipient's signature that they have it.
    proof BLOB,
    expires_at INTEGER NOT NULL,
    UNIQUE (owner, envelope_id)
  ) STRICT;
  CREATE INDEX custody_kept_by_recipient ON custody_kept (recipient, place);
  `,
  `
  CREATE TABLE shares (
    share_id TEXT PRIMARY KEY,
    path TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    is_for_all INTEGER NOT NULL,
    -- Which reading of the folder counts; null until the first is done.
    reading INTEGER,
    is_cut INTEGER NOT NULL DEFAULT 0,
    files INTEGER NOT NULL DEFAULT 0,
    bytes INTEGER NOT NULL DEFAULT 0,
    added_at INTEGER NOT NULL
  ) STRICT;

  CREATE TABLE share_people (
    share_id TEXT NOT NULL REFERENCES shares (share_id) ON DELETE CASCADE,
    contact_id TEXT NOT NULL REFERENCES contacts (contact_id) ON DELETE CASCADE,
    PRIMARY KEY (share_id, contact_id)
  ) STRICT;

  -- What was found in shared folders when they were last looked through.
  CREATE TABLE share_entries (
    entry_id INTEGER PRIMARY KEY,
    share_id TEXT NOT NULL REFERENCES shares (share_id) ON DELETE CASCADE,
    reading INTEGER NOT NULL,
    -- The folder it lies in; 0 for the shared folder itself.
    parent_id INTEGER NOT NULL,
    -- As others see it, as it is called on this disk, and for looking it up.
    name TEXT NOT NULL,
    disk_name TEXT NOT NULL,
    folded TEXT NOT NULL,
    is_folder INTEGER NOT NULL,
    kind TEXT NOT NULL,
    -- Of a folder all that is below it.
    files INTEGER NOT NULL,
    bytes INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX share_entries_by_folder ON share_entries (share_id, reading, parent_id, is_folder DESC, folded);
  `,
  `
  -- Asked for out of a shared folder.
  ALTER TABLE drops ADD COLUMN is_shared INTEGER NOT NULL DEFAULT 0;

  CREATE INDEX share_entries_by_size ON share_entries (bytes) WHERE is_folder = 0;

  -- What shared files are made of, as of their size and time of change.
  CREATE TABLE content_roots (
    path TEXT PRIMARY KEY,
    size INTEGER NOT NULL,
    mtime_ms REAL NOT NULL,
    content_id TEXT NOT NULL,
    header BLOB NOT NULL,
    -- Of all blocks, one after the other.
    hashes BLOB NOT NULL,
    used_at INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX content_roots_by_use ON content_roots (used_at);
  `,
  `
  -- What contacts share with this person, as it was last seen: the folder is a JSON array of names.
  CREATE TABLE seen_entries (
    contact_id TEXT NOT NULL REFERENCES contacts (contact_id) ON DELETE CASCADE,
    folder TEXT NOT NULL,
    name TEXT NOT NULL,
    folded TEXT NOT NULL,
    is_folder INTEGER NOT NULL,
    kind TEXT NOT NULL,
    files INTEGER NOT NULL,
    bytes INTEGER NOT NULL,
    seen_at INTEGER NOT NULL,
    PRIMARY KEY (contact_id, folder, name)
  ) STRICT;
  CREATE INDEX seen_entries_by_time ON seen_entries (seen_at);

  -- Folders that were looked into as such.
  CREATE TABLE seen_folders (
    contact_id TEXT NOT NULL REFERENCES contacts (contact_id) ON DELETE CASCADE,
    folder TEXT NOT NULL,
    total INTEGER NOT NULL,
    seen_at INTEGER NOT NULL,
    PRIMARY KEY (contact_id, folder)
  ) STRICT;

  -- Downloads that begin when the contact is here.
  CREATE TABLE share_wants (
    drop_id TEXT PRIMARY KEY,
    contact_id TEXT NOT NULL REFERENCES contacts (contact_id) ON DELETE CASCADE,
    folder TEXT NOT NULL,
    entry TEXT NOT NULL,
    asked_at INTEGER NOT NULL
  ) STRICT;
  `,
  `
  -- Bytes of files given and got: in all, and with each contact.
  CREATE TABLE transfers_in_all (
    id INTEGER PRIMARY KEY,
    sent_bytes INTEGER NOT NULL,
    received_bytes INTEGER NOT NULL,
    since INTEGER NOT NULL
  ) STRICT;

  CREATE TABLE transfers_with (
    contact_id TEXT PRIMARY KEY REFERENCES contacts (contact_id) ON DELETE CASCADE,
    sent_bytes INTEGER NOT NULL,
    received_bytes INTEGER NOT NULL
  ) STRICT;
  `,
  vaultTables,
  `
  -- Texts of connections by hand that were used: each works once.
  CREATE TABLE hand_texts_used (
    message_id TEXT PRIMARY KEY,
    until INTEGER NOT NULL
  ) STRICT;
  `,
  vaultFolderTables,
  `
  -- Bytes passed on for friends who cannot connect, by month.
  CREATE TABLE relay_months (
    month TEXT PRIMARY KEY,
    bytes INTEGER NOT NULL
  ) STRICT;
  `,
  vaultShareTables,
  `
  -- So that the oldest copy with a keeper is found at once.
  DROP INDEX vault_copies_by_keeper;
  CREATE INDEX vault_copies_by_keeper ON vault_copies (keeper, state, since);
  `,
  mendTables,
];
