// Somebody of a DropNet who shares folders: the core's Shares and Drops joined as the app joins them, over a tree in memory for main's part.
import { createHash } from 'node:crypto';
import { SourceId, type DropId } from '#shared/drop';
import { encodeHeader } from '#shared/content';
import { Failure } from '#shared/failure';
import { holderProofBytes, holderProofInput } from '#shared/holder-proof';
import type { PeerId } from '#shared/identity';
import type { SeenHit, ShareWant } from '#shared/seen-share';
import type { LentFile, ShareEntry, ShareHit, SharePage, SharePath, ShareQuery, SharedFile } from '#shared/share';
import { Emitter } from '#core/base/emitter';
import { Shares, type SharesDeps } from '#core/shares/shares';
import type { DropNet, DropPerson } from '#tests/support/drop-net';
import { hashPages, sha256, type MemoryGiven } from '#tests/support/memory-content';
import { parse } from 'valibot';

const pageLength = 100;

export class SharePerson {
  readonly person: DropPerson;
  readonly shares: Shares;
  /** Whom files are shown to. */
  readonly shownTo = new Set<PeerId>();
  /** Those whom this person takes for contacts. */
  readonly strangers = new Set<PeerId>();
  /** Given in place of what was asked for. */
  gives: ((files: readonly MemoryGiven[]) => readonly MemoryGiven[]) | null = null;
  givesAlsoTo: readonly PeerId[] = [];
  /** Lent in place of what was looked for. */
  lends: ((bytes: Uint8Array<ArrayBuffer>) => Uint8Array<ArrayBuffer>) | null = null;
  /** Everything counts as what was looked for. */
  claimsAll = false;
  /** What main keeps of folders of others, by person and path, and of what waits for them. */
  readonly seen = new Map<string, readonly ShareEntry[]>();
  seenHits: readonly SeenHit[] = [];
  readonly wants: Map<DropId, ShareWant>;
  /** What main was asked. */
  readonly asked: string[] = [];
  readonly #files: MemoryGiven[] = [];
  readonly #changes = new Emitter<{ changed: undefined }>();

  /** @param wants what was kept before a restart */
  constructor(net: DropNet, person: DropPerson, wants = new Map<DropId, ShareWant>()) {
    this.wants = wants;
    this.person = person;
    this.shares = new Shares({
      host: {
        readShareFor: async ({ peerId, path, from }) => this.#page(peerId, path, from),
        searchSharesFor: async ({ peerId, query }) => this.#search(peerId, query),
        openShareFor: async ({ peerId, path }) => this.#open(peerId, path),
        noteSeenPage: async ({ peerId, path, page }) => {
          this.seen.set([peerId, ...path].join('/'), page.entries);
        },
        noteSeenHits: async () => undefined,
        forgetSeen: async ({ peerId, path }) => {
          this.seen.delete([peerId, ...path].join('/'));
        },
        searchSeen: async ({ query, except }) =>
          this.seenHits.filter(({ peerId, hit }) => !except.includes(peerId) && hit.name.includes(query.words)),
        listShareWants: async () => [...this.wants.values()],
        keepShareWant: async (want) => {
          const kept = { ...want, askedAt: net.clock.now() };
          this.wants.set(want.dropId, kept);
          return kept;
        },
        forgetShareWant: async ({ dropId }) => {
          this.wants.delete(dropId);
        },
        findLentFor: async (input) => this.#findLent(input),
        // Sound: nothing else is listened to.
        on: ((_event: string, listener: () => void) =>
          this.#changes.on('changed', listener)) as unknown as SharesDeps['host']['on'],
      },
      peers: person.peers,
      clock: net.clock,
      random: net.dice.bytes,
      sha256,
      isContact: (peerId) => !this.strangers.has(peerId),
      give: async (to, dropId, files) => await this.#give(to, dropId, files),
      givenTo: (peerId) =>
        person.drops.store.snapshot.filter(
          ({ direction, receivers, stage }) =>
            direction === 'outgoing' && stage.phase !== 'finished' && receivers.some((one) => one.peerId === peerId),
        ).length,
      sought: () => person.drops.sought(),
      admit: (dropId, peerId) => person.drops.admit(dropId, peerId),
      lend: (to, dropId, lent) => person.drops.lend(to, dropId, lent),
      scope: person.scope,
    });
    person.isShared = (dropId) => this.shares.isAskedFor(dropId);
    person.acceptsAtOnce = (from, offer) => this.shares.isWanted(from, offer);
  }

  share(...files: readonly MemoryGiven[]): void {
    this.#files.push(...files);
  }

  change(): void {
    this.#changes.emit('changed', undefined);
  }

  #below(peerId: PeerId, path: SharePath): MemoryGiven[] {
    if (!this.shownTo.has(peerId)) return [];
    return this.#files.filter(({ entry }) => path.every((name, at) => entry.path[at] === name));
  }

  #page(peerId: PeerId, path: SharePath, from: number): SharePage | null {
    this.asked.push(`list ${path.join('/')}`);
    const below = this.#below(peerId, path);
    if (below.length === 0 && path.length > 0) return null;
    const found = new Map<string, ShareEntry>();
    for (const { entry } of below) {
      const name = entry.path[path.length] ?? '';
      const kind = entry.path.length === path.length + 1 ? 'file' : 'folder';
      const before = found.get(name) ?? { name, kind, bytes: 0, files: 0 };
      found.set(name, { ...before, bytes: before.bytes + entry.size, files: before.files + 1 });
    }
    const entries = [...found.values()];
    return { entries: entries.slice(from, from + pageLength), total: entries.length };
  }

  #search(peerId: PeerId, { words }: ShareQuery): ShareHit[] {
    this.asked.push(`search ${words}`);
    return this.#below(peerId, []).flatMap(({ entry }) => {
      const name = entry.path.at(-1) ?? '';
      return name.includes(words)
        ? [{ name, kind: 'file' as const, bytes: entry.size, files: 1, folder: entry.path.slice(0, -1) }]
        : [];
    });
  }

  #open(peerId: PeerId, path: SharePath): SharedFile[] {
    this.asked.push(`open ${path.join('/')}`);
    const files = this.#below(peerId, path);
    if (files.length === 0) throw new Failure('share-gone');
    return files.map(({ entry }) => ({
      entry: { ...entry, path: entry.path.slice(path.length - 1) },
      sourceId: parse(
        SourceId,
        this.#files
          .findIndex((file) => file.entry === entry)
          .toString(16)
          .padStart(32, '0'),
      ),
    }));
  }

  #findLent({ peerId, dropId, files }: Parameters<SharesDeps['host']['findLentFor']>[0]): LentFile[] {
    this.asked.push(`seek ${files.length}`);
    return files.flatMap(({ size, proof }, at): LentFile[] => {
      const nth = this.#files.findIndex(({ entry, bytes }) => {
        if (entry.size !== size || !this.shownTo.has(peerId)) return false;
        const { contentId } = hashPages(bytes).manifest;
        const hash = createHash('sha256').update(holderProofInput(dropId, contentId)).digest();
        return this.claimsAll || hash.subarray(0, holderProofBytes).equals(proof);
      });
      const file = this.#files[nth];
      if (!file) return [];
      const sourceId = parse(SourceId, nth.toString(16).padStart(32, '0'));
      this.person.content.lendable.set(sourceId, this.lends ? this.lends(file.bytes) : file.bytes);
      const { contentId, pageHashes } = hashPages(file.bytes).manifest;
      const entry = { path: file.entry.path.slice(-1), size };
      return [{ at, entry, sourceId, contentId, header: encodeHeader(size, pageHashes) }];
    });
  }

  async #give(to: PeerId, dropId: DropId, files: readonly SharedFile[]): Promise<void> {
    const given = files.map(({ entry, sourceId }) => ({
      entry,
      bytes: this.#files[Number.parseInt(sourceId, 16)]?.bytes ?? new Uint8Array(),
    }));
    await this.person.drops.send(this.gives ? this.gives(given) : given, {
      people: [to, ...this.givesAlsoTo],
      roomId: null,
      dropId,
    });
  }
}
