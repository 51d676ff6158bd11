// The state of the vault as keepers hold it: made anew after changes, given to every keeper, and taken from them by a new machine.
import type { CallInput, CallOutput } from '#shared/contract';
import type { PeerId } from '#shared/identity';
import type { PieceHeader, PieceId, VaultHead } from '#shared/vault';
import type { Clock } from '#main/services/clock';
import type { Database } from '#main/services/database';
import type { IdentityStore } from '#main/services/identity-store';
import type { LogFile } from '#main/services/log-file';
import { vaultLimits as limits } from '#main/services/vault/vault-limits';
import type { CopyRows } from '#main/services/vault/copy-rows';
import { HeadRows } from '#main/services/vault/head-rows';
import type { IndexRows } from '#main/services/vault/index-rows';
import type { KeeperRows } from '#main/services/vault/keeper-rows';
import { pieceHeaderOf } from '#main/services/vault/piece';
import type { PieceGroups } from '#main/services/vault/piece-groups';
import type { PieceStore } from '#main/services/vault/piece-store';
import { hashOfHead, readHead, signHead, type VaultHeadFields } from '#main/services/vault/vault-head';
import { openIndex, sealIndex } from '#main/services/vault/vault-index';

export interface HeadsOptions {
  readonly database: Database;
  readonly identity: Pick<IdentityStore, 'keys'>;
  readonly index: IndexRows;
  readonly keepers: KeeperRows;
  readonly copies: CopyRows;
  readonly groups: PieceGroups;
  /** Pieces of the latest index. */
  readonly store: PieceStore;
  readonly clock: Clock;
  readonly random: (length: number) => Uint8Array;
  readonly log: Pick<LogFile, 'write'>;
  readonly onChange: () => void;
}

/** What a keeper has of the latest index, and until when nothing of it is offered to them again. */
interface Given {
  readonly kept: Set<PieceId>;
  readonly offered: Map<PieceId, number>;
  headUntil: number;
}

interface Coming {
  readonly version: number;
  readonly until: number;
  readonly cancels: (() => void)[];
}

type Latest = VaultHeadFields & { readonly head: VaultHead };

export class Heads {
  readonly rows: HeadRows;
  readonly #options: HeadsOptions;
  /** Something in the vault is not in the latest index. */
  #isStale = false;
  #isFound = false;
  /** After a failure it is not tried again sooner. */
  #notBefore = 0;
  /** Undefined until it was read. */
  #read: Latest | null | undefined;
  readonly #given = new Map<PeerId, Given>();
  /** When they were asked what they hold. */
  readonly #askedAt = new Map<PeerId, number>();
  /** A state that is being fetched: nothing new is made before it is here, or was given up. */
  #coming: Coming | null = null;
  /** Of all states that anybody handed: the next is above it, so that all take it. */
  #highest = 0;

  constructor(options: HeadsOptions) {
    this.#options = options;
    this.rows = new HeadRows(options.database);
  }

  get #latest(): Latest | null {
    if (this.#read === undefined) {
      const known = this.rows.latest();
      this.#read = known && latestOf(known.head);
    }
    return this.#read;
  }

  get state(): 'own' | 'seeking' | 'found' {
    if (this.rows.isSeeking) return 'seeking';
    return this.#isFound ? 'found' : 'own';
  }

  touch(): void {
    this.#isStale = true;
  }

  /** Makes a new state when there is something new and the last one has stood for a while; the larger it is, the longer. */
  async refresh(): Promise<void> {
    const { clock } = this.#options;
    const before = this.#latest;
    if (this.#coming && this.#coming.until <= clock.now()) this.#giveUp(this.#coming);
    if (!this.#isStale || this.#coming || this.#options.keepers.all().length === 0) return;
    if (clock.now() < this.#notBefore || (before && clock.now() - before.atMs < restMs(before))) return;
    this.#isStale = false;
    try {
      await this.#make(before);
    } catch (error) {
      // A full disk, say. It stays due, and those who wait for pieces do not wait for it.
      this.#isStale = true;
      this.#notBefore = clock.now() + limits.vaultHeadAgainMs;
      this.#options.log.write('warn', 'vault.index', {
        detail: error instanceof Error ? error.message : String(error),
      });
    }
  }

  async #make(before: Latest | null): Promise<void> {
    const { identity, index, store, clock, random, log } = this.#options;
    const told = this.#options.keepers.all().map(({ headVersion }) => headVersion);
    const version = Math.max(before?.version ?? 0, this.#highest, ...told) + 1;
    const pieces = sealIndex(identity.keys, version, index.read(), random);
    if (pieces.length > limits.vaultHeadPieces) {
      log.write('error', 'vault.index', { detail: 'more than a head can name: the last state stays the latest' });
      return;
    }
    const headers = pieces.map((bytes) => pieceHeaderOf(bytes));
    for (const [at, { pieceId }] of headers.entries()) await store.writeWhole(pieceId, pieces[at] ?? new Uint8Array());
    const previous = before && hashOfHead(before.head);
    const head = signHead(identity.keys, { version, previous, atMs: clock.now(), pieces: headers });
    this.#use(version, head);
    if (before) await store.remove(before.pieces.map(({ pieceId }) => pieceId));
    this.#options.onChange();
  }

  // ---- with one keeper ------------------------------------------------------------------------------------------------

  /** What a keeper of an older state has to get: pieces first, then the head that names them. */
  work(keeper: PeerId): {
    readonly offers: PieceHeader[];
    readonly head: VaultHead | null;
    readonly asksHead: boolean;
  } {
    const askedAt = this.#askedAt.get(keeper);
    const asksHead = askedAt === undefined || this.#options.clock.now() - askedAt >= limits.vaultAskHeadMs;
    if (asksHead) this.#askedAt.set(keeper, this.#options.clock.now());
    const latest = this.#latest;
    const known = this.#options.keepers.get(keeper);
    const isBehind = latest !== null && known?.endedAt === null && known.headVersion < latest.version;
    if (!isBehind || asksHead) return { offers: [], head: null, asksHead };
    const given = this.#givenTo(keeper);
    const { kept, offered } = given;
    const nowMs = this.#options.clock.now();
    const missing = latest.pieces.filter(({ pieceId }) => !kept.has(pieceId));
    const offers = missing.filter(({ pieceId }) => (offered.get(pieceId) ?? 0) <= nowMs);
    for (const { pieceId } of offers) offered.set(pieceId, nowMs + limits.vaultOfferMs);
    const isHeadDue = missing.length === 0 && given.headUntil <= nowMs;
    if (isHeadDue) given.headUntil = nowMs + limits.vaultOfferMs;
    return { offers, head: isHeadDue ? latest.head : null, asksHead };
  }

  header(pieceId: PieceId): PieceHeader | null {
    return this.#latest?.pieces.find((piece) => piece.pieceId === pieceId) ?? null;
  }

  noteAnswer({ keeper, pieceId, answer }: CallInput<'noteVaultAnswer'>): void {
    const { kept } = this.#givenTo(keeper);
    if (answer === 'kept') kept.add(pieceId);
    this.#options.onChange();
  }

  noteKept(keeper: PeerId, head: VaultHead): void {
    const { keepers, copies } = this.#options;
    const latest = this.#latest;
    if (!latest || !isSame(latest.head, head)) return;
    const before = keepers.get(keeper)?.headVersion ?? 0;
    keepers.noteHead(keeper, latest.version);
    this.rows.settle(keeper);
    const old = this.rows.since(before).filter(({ version }) => version < latest.version);
    const named = new Set(latest.pieces.map(({ pieceId }) => pieceId));
    const goes = old.flatMap((one) => readHead(one.head)?.pieces ?? []).filter(({ pieceId }) => !named.has(pieceId));
    copies.leave(
      keeper,
      goes.map(({ pieceId }) => pieceId),
    );
    this.#options.onChange();
  }

  /** What they hold of mine. A newer state than mine is fetched and added to what is here. */
  noteHeld(keeper: PeerId, head: CallOutput<'readVaultHead'>): void {
    const { identity, keepers, onChange } = this.#options;
    const held = head && readHead(head);
    if (!head || held?.owner !== identity.keys.peerId) return;
    this.#highest = Math.max(this.#highest, held.version);
    const own = this.#latest;
    const told = keepers.get(keeper)?.headVersion ?? 0;
    if (held.version < told) this.rows.doubt(keeper, 'older');
    else if (own?.version === held.version && !isSame(own.head, head)) this.rows.doubt(keeper, 'forked');
    else this.rows.trust(keeper);
    const isNewer =
      held.version > (own?.version ?? 0) ||
      this.rows.doubts().some(({ peerId, kind }) => peerId === keeper && kind === 'forked');
    if (isNewer && held.version >= (this.#coming?.version ?? 0)) this.#fetch(keeper, held, head);
    onChange();
  }

  #fetch(keeper: PeerId, held: VaultHeadFields, head: VaultHead): void {
    if (this.#coming) this.#giveUp(this.#coming);
    const pieces = new Map<number, Uint8Array>();
    const coming: Coming = {
      version: held.version,
      until: this.#options.clock.now() + limits.vaultHeadComingMs,
      cancels: [],
    };
    this.#coming = coming;
    for (const [at, header] of held.pieces.entries()) {
      const cancel = this.#options.groups.add({
        needed: 1,
        pieces: [{ header, share: 0, keepers: [keeper] }],
        ready: (shares) => {
          pieces.set(at, shares.get(0) ?? new Uint8Array());
          if (pieces.size < held.pieces.length) return;
          this.#coming = null;
          const inOrder = held.pieces.map((_, place) => pieces.get(place) ?? new Uint8Array());
          this.#take(keeper, held, head, inOrder);
        },
      });
      coming.cancels.push(cancel);
    }
  }

  #giveUp({ cancels }: Coming): void {
    this.#coming = null;
    for (const cancel of cancels) cancel();
  }

  #take(keeper: PeerId, held: VaultHeadFields, head: VaultHead, pieces: readonly Uint8Array[]): void {
    const { identity, index, onChange } = this.#options;
    const found = openIndex(identity.keys, held.version, pieces);
    if (found) {
      index.merge(found);
      if (held.version > (this.#latest?.version ?? 0)) this.#use(held.version, head);
      this.#isFound = this.rows.isSeeking || this.#isFound;
      this.rows.found();
    } else this.rows.doubt(keeper, 'unreadable');
    this.#isStale = true; // what is here besides is in none of the states yet
    onChange();
  }

  #use(version: number, head: VaultHead): void {
    this.rows.add(version, head, this.#options.clock.now());
    this.#read = latestOf(head);
    this.#given.clear();
  }

  #givenTo(keeper: PeerId): Given {
    const given = this.#given.get(keeper) ?? { kept: new Set(), offered: new Map(), headUntil: 0 };
    this.#given.set(keeper, given);
    return given;
  }
}

/** The larger it is, the longer it stands. */
function restMs({ pieces }: Latest): number {
  const mebibytes = pieces.reduce((sum, { bytes }) => sum + bytes, 0) / 2 ** 20;
  return Math.max(limits.vaultHeadEveryMs, mebibytes * limits.vaultHeadEveryMsPerMiB);
}

function latestOf(head: VaultHead): Latest | null {
  const fields = readHead(head);
  return fields && { ...fields, head };
}

const isSame = (a: Uint8Array, b: Uint8Array): boolean => Buffer.from(a.buffer, a.byteOffset, a.length).equals(b);
