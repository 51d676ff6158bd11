// The envelopes this machine keeps for others. One that was handed over or dropped stays as a line without its bytes until its
// owner has heard of it.
import * as v from 'valibot';
import { EnvelopeId, KeptLine, type GoneEnvelopes } from '#shared/custody';
import { PeerId } from '#shared/identity';
import type { Envelope } from '#main/services/custody/envelope';
import type { Usage } from '#main/services/custody/quota';
import type { Database } from '#main/services/database';
import { serviceLimits as limits } from '#main/services/service-limits';

const Total = v.object({ bytes: v.nullable(v.number()), envelopes: v.number() });
const Owner = v.object({ owner: PeerId });
const Gone = v.object({ envelope_id: EnvelopeId, proof: v.nullable(v.instance(Uint8Array)) });
const Kept = v.object({ place: v.number(), envelope_id: EnvelopeId, envelope: v.instance(Uint8Array) });

export class KeptRows {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  add({ envelopeId, owner, recipient }: Envelope, envelope: Uint8Array, expiresAt: number): void {
    this.#database.run(
      `INSERT INTO custody_kept (envelope_id, owner, recipient, bytes, envelope, expires_at)
       VALUES (:envelopeId, :owner, :recipient, :bytes, :envelope, :expiresAt)`,
      { envelopeId, owner, recipient, bytes: envelope.length, envelope, expiresAt },
    );
  }

  has({ envelopeId, owner }: Pick<Envelope, 'envelopeId' | 'owner'>): boolean {
    const sql = 'SELECT owner FROM custody_kept WHERE envelope_id = :envelopeId AND owner = :owner';
    return this.#database.one(sql, { envelopeId, owner }, Owner) !== null;
  }

  keepsFor({ owner, recipient }: Pick<Envelope, 'owner' | 'recipient'>): boolean {
    const sql = 'SELECT owner FROM custody_kept WHERE owner = :owner AND recipient = :recipient LIMIT 1';
    return this.#database.one(sql, { owner, recipient }, Owner) !== null;
  }

  /** Of one owner, or of all with null. Lines without bytes count as envelopes. */
  usage(owner: PeerId | null): Usage {
    const sql = `SELECT sum(bytes) AS bytes, count(*) AS envelopes FROM custody_kept
                 WHERE :owner IS NULL OR owner = :owner`;
    const total = this.#database.one(sql, { owner }, Total);
    return { bytes: total?.bytes ?? 0, envelopes: total?.envelopes ?? 0 };
  }

  next(recipient: PeerId, after: number): v.InferOutput<typeof Kept> | null {
    const sql = `SELECT place, envelope_id, envelope FROM custody_kept
                 WHERE recipient = :recipient AND place > :after AND envelope IS NOT NULL ORDER BY place LIMIT 1`;
    return this.#database.one(sql, { recipient, after }, Kept);
  }

  /** Whose envelope of this id is kept for somebody: ids are chosen by their owners. */
  ownersOf(recipient: PeerId, envelopeId: EnvelopeId): PeerId[] {
    const sql = `SELECT owner FROM custody_kept
                 WHERE recipient = :recipient AND envelope_id = :envelopeId AND envelope IS NOT NULL`;
    return this.#database.all(sql, { recipient, envelopeId }, Owner).map(({ owner }) => owner);
  }

  end({ envelopeId, owner }: Pick<Envelope, 'envelopeId' | 'owner'>, proof: Uint8Array): void {
    this.#database.run(
      `UPDATE custody_kept SET envelope = NULL, bytes = 0, proof = :proof
       WHERE envelope_id = :envelopeId AND owner = :owner`,
      { envelopeId, owner, proof },
    );
  }

  gone(owner: PeerId): GoneEnvelopes {
    const sql = `SELECT envelope_id, proof FROM custody_kept WHERE owner = :owner AND envelope IS NULL
                 ORDER BY place LIMIT :most`;
    return this.#database
      .all(sql, { owner, most: limits.custodyIds }, Gone)
      .map(({ envelope_id, proof }) => ({ envelopeId: envelope_id, proof: proof && new Uint8Array(proof) }));
  }

  remove(owner: PeerId, envelopeIds: readonly EnvelopeId[]): number {
    return this.#database.run(
      'DELETE FROM custody_kept WHERE owner = :owner AND envelope_id IN (SELECT value FROM json_each(:ids))',
      { owner, ids: JSON.stringify(envelopeIds) },
    );
  }

  removeExpired(nowMs: number): number {
    return this.#database.run('DELETE FROM custody_kept WHERE expires_at <= :nowMs', { nowMs });
  }

  dropAll(): void {
    this.#database.run('UPDATE custody_kept SET envelope = NULL, bytes = 0 WHERE envelope IS NOT NULL', {});
  }

  lines(): KeptLine[] {
    const sql = `SELECT owner, recipient, count(*) AS count, sum(bytes) AS bytes FROM custody_kept
                 WHERE envelope IS NOT NULL GROUP BY owner, recipient ORDER BY owner, recipient`;
    return this.#database.all(sql, {}, KeptLine);
  }
}
