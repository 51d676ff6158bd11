// Looks for others who share with me what I am downloading: asks those contacts who share something with me, once their answer can
// still matter, and again after a while. Whoever has it joins the download; nobody else learns what it is.
import type { ContentId } from '#shared/content';
import type { DropId } from '#shared/drop';
import { holderProofBytes, holderProofInput } from '#shared/holder-proof';
import type { PeerId } from '#shared/identity';
import { maxSought } from '#shared/share';
import type { Scope } from '#core/base/scope';
import type { ShareLink } from '#core/shares/share-link';
import type { Sha256 } from '#core/ports/content';
import type { Clock } from '#core/ports';
import { paces } from '#core/wire/paces';

export interface SoughtContentFile {
  /** The block of the download at which it begins. */
  readonly first: number;
  readonly size: number;
  readonly contentId: ContentId;
}

/** A download that others than the one who gave it could give too. */
export interface SoughtDownload {
  readonly dropId: DropId;
  readonly from: PeerId;
  /** What is known of it and not here yet. */
  readonly files: readonly SoughtContentFile[];
  /** How many of its files are known by now. */
  readonly known: number;
  /** Who gives already, besides the one who gave it. */
  readonly givers: ReadonlySet<PeerId>;
}

export interface HolderSearchDeps {
  readonly clock: Clock;
  readonly sha256: Sha256;
  readonly sought: () => readonly SoughtDownload[];
  /** Contacts who know shared folders. */
  readonly links: () => readonly ShareLink[];
  /** They were asked: what they give to it counts from now on. */
  readonly asked: (dropId: DropId, peerId: PeerId) => void;
  readonly scope: Scope;
}

interface Question {
  /** The files of it, by their first block. */
  readonly firsts: ReadonlySet<number>;
  readonly atMs: number;
}

export class HolderSearch {
  readonly #deps: HolderSearchDeps;
  /** How many files of a download were known at the last look. */
  #known = new Map<DropId, number>();
  /** Forgotten with the link they were asked over. */
  readonly #questions = new WeakMap<ShareLink, Map<DropId, Question>>();
  /** By their last word that something changed: whether they share anything with me. */
  readonly #sharing = new WeakMap<ShareLink, { readonly news: number; readonly answer: Promise<boolean> }>();
  readonly #end = new AbortController();

  constructor(deps: HolderSearchDeps) {
    this.#deps = deps;
    let cancel = (): void => undefined;
    const next = (): void => {
      cancel = deps.clock.after(paces.sharesSeekEveryMs, () => {
        this.#look();
        next();
      });
    };
    next();
    deps.scope.onEnd(() => {
      cancel();
      this.#end.abort();
    });
  }

  #look(): void {
    const sought = this.#deps.sought();
    const before = this.#known;
    this.#known = new Map(sought.map(({ dropId, known }) => [dropId, known]));
    for (const download of sought) {
      // While whoever gives it still tells what it is made of, there is soon more to ask for in one question.
      if (before.get(download.dropId) !== download.known || download.files.length === 0) continue;
      for (const link of this.#deps.links()) {
        const files = this.#toAsk(link, download);
        if (files.length > 0) void this.#ask(link, download.dropId, files);
      }
    }
  }

  /** Nothing of whoever gives already, or was asked for what is still missing. */
  #toAsk(link: ShareLink, { dropId, from, files, givers }: SoughtDownload): readonly SoughtContentFile[] {
    if (link.peerId === from) return [];
    const last = this.#questions.get(link)?.get(dropId);
    const isOpen = last !== undefined && files.some(({ first }) => last.firsts.has(first));
    const isRecent = last !== undefined && this.#deps.clock.now() - last.atMs < paces.sharesSeekAgainMs;
    if (isOpen && (isRecent || givers.has(link.peerId))) return [];
    return files.slice(0, maxSought);
  }

  async #ask(link: ShareLink, dropId: DropId, files: readonly SoughtContentFile[]): Promise<void> {
    const { clock, sha256, asked } = this.#deps;
    const questions = this.#questions.get(link) ?? new Map<DropId, Question>();
    this.#questions.set(link, questions);
    for (const known of questions.keys()) if (!this.#known.has(known)) questions.delete(known);
    questions.set(dropId, { firsts: new Set(files.map(({ first }) => first)), atMs: clock.now() });
    if (!(await this.#sharesAnything(link)) || this.#end.signal.aborted) return;
    const proven = files.map(async ({ first, size, contentId }) => {
      const hash = await sha256(holderProofInput(dropId, contentId));
      return { first, size, proof: hash.slice(0, holderProofBytes) };
    });
    const body = { dropId, files: await Promise.all(proven) };
    asked(dropId, link.peerId);
    link.say('shares.seek', body);
  }

  async #sharesAnything(link: ShareLink): Promise<boolean> {
    const known = this.#sharing.get(link);
    if (known?.news === link.news) return await known.answer;
    const answer = link.list([], 0, this.#end.signal).then(
      ({ total }) => total > 0,
      () => false,
    );
    this.#sharing.set(link, { news: link.news, answer });
    return await answer;
  }
}
