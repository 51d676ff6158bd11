// The vault over one proven link, both sides of it: what I leave with this friend, and what I keep for them.
import { blockCount, blockLength } from '#shared/content';
import type { PeerId } from '#shared/identity';
import type { PieceAnswer, PieceHeader, PieceId } from '#shared/vault';
import type { AskPace } from '#core/bulk/ask-pace';
import type { BulkLane } from '#core/bulk/bulk-lane';
import { ignoreFailure, PacedLink, type PacedLinkDeps } from '#core/peers/paced-link';
import type { Host } from '#core/ports';
import { MendLink, type MendHost } from '#core/vault/mend-link';
import { vaultMessages } from '#core/vault/messages';
import { OwnerSide, type KeeperWire, type OwnerHost, type Right } from '#core/vault/owner-side';
import { PieceFetch, type CameBlock, type FetchEnd } from '#core/vault/piece-fetch';
import { PieceServing } from '#core/vault/piece-serving';
import { limits } from '#core/wire/limits';
import { paces } from '#core/wire/paces';
import type { MessageHandlers } from '#core/wire/router';

type Messages = typeof vaultMessages;

export type VaultLinkHost = OwnerHost &
  MendHost &
  Pick<
    Host,
    | 'readOwnPiece'
    | 'readVaultPledgeFor'
    | 'offerVaultPiece'
    | 'writeVaultPiece'
    | 'readVaultPiece'
    | 'readGrantedPiece'
    | 'noteVaultShare'
    | 'noteVaultShareHeld'
    | 'takeVaultOrder'
    | 'takeVaultHead'
    | 'readVaultHead'
  >;

export interface VaultLinkDeps extends PacedLinkDeps {
  readonly host: VaultLinkHost;
  readonly lane: BulkLane;
  readonly asking: AskPace;
  readonly online: () => readonly PeerId[];
  /** Of the other end, as far as it is seen. */
  readonly network: () => Promise<string | null>;
  /** This machine's clock, quarters of an hour from UTC as minutes. */
  readonly utcMinutes: () => number;
  /** Somebody met in a room keeps nothing. */
  readonly isFriend: (peerId: PeerId) => boolean;
}

export class VaultLink {
  readonly peerId: PeerId;
  /** They know the vault. */
  isCapable = false;
  readonly #deps: VaultLinkDeps;
  readonly #link: PacedLink<Messages>;
  readonly #owner: OwnerSide;
  readonly #mending: MendLink;
  readonly #serving: PieceServing;
  readonly #fetches = new Set<PieceFetch>();
  /** Who waits for a word: on a piece I offered, and on what there is one of at a time. */
  readonly #offered = new Map<PieceId, (answer: PieceAnswer | null) => void>();
  readonly #waiting = new Map<'order' | 'head' | 'held', (answer: unknown) => void>();
  readonly #taking = new Set<PieceId>();
  /** What they may ask of mine: what I offered them on this link. */
  readonly #given = new Set<PieceId>();
  /** What I said that I pledge. */
  #saidBytes: number | null | undefined;

  constructor(deps: VaultLinkDeps) {
    this.#deps = deps;
    this.peerId = deps.session.peerId;
    const { host, lane, online, isFriend, scope } = deps;
    const { peerId } = this;
    this.#mending = new MendLink({ peerId, host, link: () => this.#link, isFriend, look: () => this.look() });
    this.#link = new PacedLink(deps, vaultMessages, this.#handlers());
    this.#owner = new OwnerSide({ keeper: this.peerId, host, wire: this.#wire(), online, scope });
    this.#serving = new PieceServing({
      lane,
      read: async (wish, whose) => {
        if (whose === 'theirs') return await host.readVaultPiece({ owner: this.peerId, ...wish });
        if (whose !== 'mine') return await host.readGrantedPiece({ reader: this.peerId, grant: whose, ...wish });
        return this.#given.has(wish.pieceId) ? await host.readOwnPiece(wish) : null;
      },
      lacks: (pieceId, stream) => void this.#link.send('vault.lacks', { pieceId, stream }),
    });
    scope.onEnd(() => this.#serving.end());
  }

  greet(): void {
    void this.#link.send('vault.hello', { version: 1 });
    this.tellNews();
  }

  /** Says what is not what I said last: what I pledge to them, and whether I make lost pieces again. */
  tellNews(): void {
    this.#tellPledge();
    this.#mending.tell();
  }

  #tellPledge(): void {
    this.#link.inTurn(async () => {
      const { bytes } = await this.#deps.host.readVaultPledgeFor({ owner: this.peerId });
      if (bytes === this.#saidBytes || (bytes === null && this.#saidBytes === undefined)) return;
      if (await this.#link.send('vault.pledge', { bytes })) this.#saidBytes = bytes;
      if (bytes !== null) await this.#link.send('vault.place', { utcMinutes: this.#deps.utcMinutes() });
    });
  }

  /** There may be something to do with them. */
  look(): void {
    if (this.isCapable && this.#deps.isFriend(this.peerId)) this.#owner.look();
  }

  #handlers(): MessageHandlers<Messages> {
    return {
      'vault.hello': () => {
        this.isCapable = true;
        this.look();
      },
      'vault.pledge': ({ bytes }) => {
        this.#link.inTurn(async () => {
          await this.#deps.host.noteVaultPledge({ keeper: this.peerId, bytes });
          await this.#notePlace(null);
          this.look();
        });
      },
      'vault.place': ({ utcMinutes }) => {
        this.#link.inTurn(async () => await this.#notePlace(utcMinutes));
      },
      'vault.answer': ({ pieceId, answer }) => {
        const waits = this.#offered.get(pieceId);
        if (waits && answer !== 'send') waits(answer);
        // It took longer than anybody waited.
        else if (answer === 'kept') this.#link.inTurn(async () => await this.#noteKept(pieceId));
      },
      ...this.#handlersOfBlocks(),
      ...this.#handlersOfKeeper(),
      ...this.#handlersOfSharing(),
      ...this.#mending.handlers(),
      'vault.ordered': (answer) => this.#waiting.get('order')?.(answer),
      'vault.head-kept': () => this.#waiting.get('head')?.(true),
      'vault.head-held': ({ head }) => this.#waiting.get('held')?.({ head: head && new Uint8Array(head) }),
    };
  }

  async #notePlace(utcMinutes: number | null): Promise<void> {
    const { host, network, isFriend } = this.#deps;
    const keeper = this.peerId;
    if (isFriend(keeper)) await host.noteVaultPlace({ keeper, network: await network(), utcMinutes });
  }

  #handlersOfBlocks(): Pick<MessageHandlers<Messages>, 'vault.ask' | 'vault.lacks' | 'vault.unask'> {
    return {
      'vault.ask': ({ pieceId, owner, stream, blocks }) => {
        this.#serving.serve({ pieceId, whose: owner === 'asker' ? 'theirs' : 'mine', stream, blocks });
      },
      'vault.lacks': ({ pieceId, stream }) => {
        for (const fetch of this.#fetches) if (fetch.stream === stream && fetch.pieceId === pieceId) fetch.lacks();
      },
      'vault.unask': ({ stream }) => this.#serving.stop(stream),
    };
  }

  #handlersOfKeeper(): Pick<
    MessageHandlers<Messages>,
    'vault.offer' | 'vault.order' | 'vault.head' | 'vault.ask-head'
  > {
    const { host } = this.#deps;
    const owner = this.peerId;
    return {
      'vault.offer': ({ header }) => {
        this.#link.inTurn(async () => await this.#heardOffer({ ...header, hashes: new Uint8Array(header.hashes) }));
      },
      'vault.order': ({ order }) => {
        this.#link.inTurn(async () => {
          const { isFair, laterMs } = await host.takeVaultOrder({ owner, order: new Uint8Array(order) });
          if (isFair) await this.#link.send('vault.ordered', { laterMs });
          else this.#link.countBreak();
        });
      },
      'vault.head': ({ head }) => {
        this.#link.inTurn(async () => {
          const { isFair } = await host.takeVaultHead({ owner, head: new Uint8Array(head) });
          if (isFair) await this.#link.send('vault.head-kept', {});
          else this.#link.countBreak();
        });
      },
      'vault.ask-head': () => {
        this.#link.inTurn(async () => {
          await this.#link.send('vault.head-held', { head: await host.readVaultHead({ owner }) });
        });
      },
    };
  }

  #handlersOfSharing(): Pick<MessageHandlers<Messages>, 'vault.share' | 'vault.share-held' | 'vault.read'> {
    const { host, isFriend } = this.#deps;
    const { peerId } = this;
    return {
      'vault.share': ({ shareId, header }) => {
        this.#link.inTurn(async () => {
          if (!isFriend(peerId)) return;
          const named = header && { ...header, hashes: new Uint8Array(header.hashes) };
          await host.noteVaultShare({ owner: peerId, shareId, header: named });
          this.look();
        });
      },
      'vault.share-held': ({ shareId, pieceId }) => {
        this.#link.inTurn(async () => await host.noteVaultShareHeld({ reader: peerId, shareId, pieceId }));
      },
      'vault.read': ({ pieceId, grant, stream, blocks }) => {
        this.#serving.serve({ pieceId, whose: new Uint8Array(grant), stream, blocks });
      },
    };
  }

  async #noteKept(pieceId: PieceId): Promise<void> {
    await this.#deps.host.noteVaultAnswer({ keeper: this.peerId, pieceId, answer: 'kept' });
  }

  async #heardOffer(header: PieceHeader): Promise<void> {
    const { pieceId } = header;
    if (this.#taking.has(pieceId)) return;
    const { answer, missing } = await this.#deps.host.offerVaultPiece({ owner: this.peerId, header });
    await this.#link.send('vault.answer', { pieceId, answer });
    if (answer !== 'send' || this.#taking.size >= paces.vaultTasks) return;
    this.#taking.add(pieceId);
    this.#take(header, missing)
      .catch(ignoreFailure)
      .finally(() => this.#taking.delete(pieceId));
  }

  async #take(header: PieceHeader, missing: readonly number[]): Promise<void> {
    const { pieceId } = header;
    const owner = this.peerId;
    const kept = { isWhole: false };
    await this.#fetch(header, 'offered', missing, async (blocks) => {
      const { isWrong, isWhole } = await this.#deps.host.writeVaultPiece({ owner, pieceId, blocks });
      if (isWrong) this.#link.countBreak();
      kept.isWhole = isWhole;
      return !isWrong;
    });
    if (kept.isWhole) await this.#link.send('vault.answer', { pieceId, answer: 'kept' });
  }

  async #fetch(
    header: PieceHeader,
    by: Right,
    blocks: readonly number[],
    take: (blocks: CameBlock[]) => Promise<boolean>,
  ): Promise<FetchEnd> {
    const { lane, clock, scope } = this.#deps;
    const { pieceId } = header;
    const wanted = blocks.filter((block) => block < blockCount(header.bytes));
    const bytes = wanted.reduce((sum, block) => sum + blockLength(header.bytes, block), 0);
    if (!(await this.#mayAsk(bytes))) return 'stalled';
    const fetch = new PieceFetch({
      lane,
      clock,
      header,
      blocks: wanted,
      ask: async (stream, some) => await this.#ask(pieceId, by, stream, some),
      unask: (stream) => void this.#link.send('vault.unask', { stream }),
      take,
      scope,
    });
    this.#fetches.add(fetch);
    try {
      return await fetch.run();
    } finally {
      this.#fetches.delete(fetch);
    }
  }

  async #ask(pieceId: PieceId, by: Right, stream: number, blocks: number[]): Promise<boolean> {
    if (by !== 'mine' && by !== 'offered') {
      if (by.length > limits.vaultGrantBytes && !this.#mending.isKnown) return false;
      return await this.#link.send('vault.read', { pieceId, grant: by, stream, blocks });
    }
    const owner = by === 'mine' ? 'asker' : 'asked';
    return await this.#link.send('vault.ask', { pieceId, owner, stream, blocks });
  }

  /** Waits until as much may come as this person allows; false when the link ended meanwhile. */
  async #mayAsk(bytes: number): Promise<boolean> {
    const { asking } = this.#deps;
    for (let { waitMs } = asking; waitMs > 0; { waitMs } = asking) if (!(await this.#link.pause(waitMs))) return false;
    asking.asked(bytes);
    return !this.#deps.scope.hasEnded;
  }

  #wire(): KeeperWire {
    const link = this.#link;
    const within = paces.vaultAnswerMs;
    const ask = async <T>(what: 'order' | 'head' | 'held', send: () => Promise<boolean>): Promise<T | null> => {
      // Sound: what waits under a name is answered by the handler of that name alone.
      const waiting = this.#waiting as Map<typeof what, (answer: T | null) => void>;
      if (waiting.has(what)) return null;
      const answered = link.answer<typeof what, T | null>(waiting, what, null, within);
      return (await send()) ? await answered : null;
    };
    return {
      offer: async (header) => {
        this.#given.add(header.pieceId);
        const answered = link.answer<PieceId, PieceAnswer | null>(this.#offered, header.pieceId, null, within);
        return (await link.send('vault.offer', { header })) ? await answered : null;
      },
      fetch: async (header, by, blocks, take) => await this.#fetch(header, by, blocks, take),
      share: async (shareId, header) => {
        if (header) this.#given.add(header.pieceId);
        await link.send('vault.share', { shareId, header });
      },
      mend: async (order) => await this.#mending.give(order),
      mended: async (pieceIds) => await this.#mending.tellMended(pieceIds),
      shareHeld: async (shareId, pieceId) => {
        await link.send('vault.share-held', { shareId, pieceId });
      },
      order: async (order) => await ask('order', async () => await link.send('vault.order', { order })),
      giveHead: async (head) => await ask<true>('head', async () => await link.send('vault.head', { head })),
      askHead: async () => await ask('held', async () => await link.send('vault.ask-head', {})),
    };
  }
}
