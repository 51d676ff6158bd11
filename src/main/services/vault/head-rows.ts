// States of the vault that were given to keepers, and whose word about them is doubtful.
import * as v from 'valibot';
import { PeerId } from '#shared/identity';
import { DoubtKind } from '#shared/vault';
import type { Database } from '#main/services/database';
import { vaultLimits as limits } from '#main/services/vault/vault-limits';

const Head = v.object({ version: v.number(), head: v.instance(Uint8Array), made_at: v.number() });
const Doubt = v.object({ peer_id: PeerId, kind: DoubtKind });
const Seeking = v.object({ since: v.number() });

export interface KnownHead {
  readonly version: number;
  readonly head: Uint8Array<ArrayBuffer>;
  readonly madeAt: number;
}

export class HeadRows {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  latest(): KnownHead | null {
    return this.since(0).at(-1) ?? null;
  }

  /** From a version on, the oldest first; those that are remembered. */
  since(version: number): KnownHead[] {
    return this.#database
      .all('SELECT * FROM vault_heads WHERE version >= :version ORDER BY version', { version }, Head)
      .map(({ head, made_at: madeAt, version: known }) => ({ version: known, head: new Uint8Array(head), madeAt }));
  }

  add(version: number, head: Uint8Array, nowMs: number): void {
    this.#database.run('INSERT OR REPLACE INTO vault_heads (version, head, made_at) VALUES (:version, :head, :nowMs)', {
      version,
      head,
      nowMs,
    });
    this.#database.run('DELETE FROM vault_heads WHERE version <= :old', { old: version - limits.vaultHeadsRemembered });
  }

  doubts(): { readonly peerId: PeerId; readonly kind: DoubtKind }[] {
    return this.#database
      .all('SELECT * FROM vault_doubts ORDER BY peer_id', {}, Doubt)
      .map(({ peer_id: peerId, kind }) => ({ peerId, kind }));
  }

  doubt(peerId: PeerId, kind: DoubtKind): void {
    this.#database.run('INSERT OR REPLACE INTO vault_doubts (peer_id, kind) VALUES (:peerId, :kind)', { peerId, kind });
  }

  /** They took a newer state: what they said of an earlier one does not matter any more, unless it was lost with it. */
  settle(peerId: PeerId): void {
    this.#database.run(`DELETE FROM vault_doubts WHERE peer_id = :peerId AND kind <> 'unreadable'`, { peerId });
  }

  trust(peerId: PeerId): void {
    this.#database.run('DELETE FROM vault_doubts WHERE peer_id = :peerId', { peerId });
  }

  /** This identity came back on a new machine: keepers may know of a vault. */
  seek(nowMs: number): void {
    this.#database.run('INSERT OR IGNORE INTO vault_seeking (id, since) VALUES (1, :nowMs)', { nowMs });
  }

  get isSeeking(): boolean {
    return this.#database.one('SELECT since FROM vault_seeking', {}, Seeking) !== null;
  }

  found(): void {
    this.#database.run('DELETE FROM vault_seeking', {});
  }
}
