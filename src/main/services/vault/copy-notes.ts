// What the database itself keeps note of while copies come and go, whoever wrote them: which segments changed, and how much is with whom.
// In its memory, for this program alone; made anew at each start.

const changed = (from: string): string =>
  `INSERT INTO vault_changed (version_id, segment) ${from} ON CONFLICT DO NOTHING`;

const changedOf = (copy: 'NEW' | 'OLD'): string =>
  changed(`SELECT version_id, segment FROM vault_pieces WHERE piece_id = ${copy}.piece_id`);

const trigger = (name: string, on: string, ...statements: readonly string[]): string =>
  `CREATE TEMP TRIGGER vault_${name} ${on} BEGIN ${statements.join('; ')}; END`;

/** To be run once, in this order. */
export const copyNotes: readonly string[] = [
  `CREATE TEMP TABLE vault_changed (version_id TEXT NOT NULL, segment INTEGER NOT NULL, PRIMARY KEY (version_id, segment))`,
  `CREATE TEMP TABLE vault_usage (
     keeper TEXT PRIMARY KEY, bytes INTEGER NOT NULL, kept_bytes INTEGER NOT NULL, pieces INTEGER NOT NULL, copies INTEGER NOT NULL)`,
  `INSERT INTO vault_usage (keeper, bytes, kept_bytes, pieces, copies)
   SELECT c.keeper, sum(p.bytes), sum(iif(c.state = 'kept', p.bytes, 0)), sum(c.state = 'kept'), count(*)
   FROM vault_copies c JOIN vault_pieces p ON p.piece_id = c.piece_id GROUP BY c.keeper`,
  trigger(
    'copy_made',
    'AFTER INSERT ON main.vault_copies',
    changedOf('NEW'),
    `INSERT INTO vault_usage (keeper, bytes, kept_bytes, pieces, copies)
     SELECT NEW.keeper, bytes, iif(NEW.state = 'kept', bytes, 0), NEW.state = 'kept', 1
     FROM vault_pieces WHERE piece_id = NEW.piece_id
     ON CONFLICT (keeper) DO UPDATE SET
       bytes = bytes + excluded.bytes,
       kept_bytes = kept_bytes + excluded.kept_bytes,
       pieces = pieces + excluded.pieces,
       copies = copies + 1`,
  ),
  trigger(
    'copy_changed',
    'AFTER UPDATE OF state ON main.vault_copies',
    changedOf('NEW'),
    `UPDATE vault_usage SET
       kept_bytes = kept_bytes + ((NEW.state = 'kept') - (OLD.state = 'kept')) * size,
       pieces = pieces + (NEW.state = 'kept') - (OLD.state = 'kept')
     FROM (SELECT bytes AS size FROM vault_pieces WHERE piece_id = NEW.piece_id) WHERE keeper = NEW.keeper`,
  ),
  trigger(
    'copy_gone',
    'AFTER DELETE ON main.vault_copies',
    changedOf('OLD'),
    `UPDATE vault_usage SET
       bytes = bytes - size,
       kept_bytes = kept_bytes - iif(OLD.state = 'kept', size, 0),
       pieces = pieces - (OLD.state = 'kept'),
       copies = copies - 1
     FROM (SELECT bytes AS size FROM vault_pieces WHERE piece_id = OLD.piece_id) WHERE keeper = OLD.keeper`,
  ),
  trigger('piece_made', 'AFTER INSERT ON main.vault_pieces', changed('VALUES (NEW.version_id, NEW.segment)')),
  trigger(
    'piece_moved',
    'AFTER UPDATE OF is_here ON main.vault_pieces',
    changed('VALUES (NEW.version_id, NEW.segment)'),
  ),
  // Before, since its copies go after it, and nothing tells their size then.
  trigger(
    'piece_gone',
    'BEFORE DELETE ON main.vault_pieces',
    changed('VALUES (OLD.version_id, OLD.segment)'),
    `UPDATE vault_usage SET
       bytes = bytes - OLD.bytes,
       kept_bytes = kept_bytes - iif(state = 'kept', OLD.bytes, 0),
       pieces = pieces - (state = 'kept'),
       copies = copies - 1
     FROM (SELECT keeper AS whose, state FROM vault_copies WHERE piece_id = OLD.piece_id) WHERE keeper = whose`,
  ),
];
