// What I have to do with one keeper over an open link: main says what comes next, and hears how it went.
import type { CallOutput } from '#shared/contract';
import type { PeerId } from '#shared/identity';
import type { PieceAnswer, PieceHeader, PieceId, VaultHead, VaultMendOrder, VaultOrder } from '#shared/vault';
import type { VaultShareId } from '#shared/vault-share';
import type { Scope } from '#core/base/scope';
import { ignoreFailure } from '#core/peers/paced-link';
import type { Host } from '#core/ports';
import type { CameBlock, FetchEnd } from '#core/vault/piece-fetch';
import { paces } from '#core/wire/paces';

export type OwnerHost = Pick<
  Host,
  | 'noteVaultPledge'
  | 'readVaultWork'
  | 'noteVaultAnswer'
  | 'noteVaultLacking'
  | 'writeWantedPiece'
  | 'noteVaultAudit'
  | 'noteVaultOrderDone'
  | 'noteVaultHeadKept'
  | 'noteVaultHeadHeld'
  | 'noteVaultMendHeld'
  | 'noteVaultPlace'
>;

type Work = CallOutput<'readVaultWork'>;
export type Right = Work['wants'][number]['by'];

/** What the link can do for it. Each answers null when the link is over or they stay silent. */
export interface KeeperWire {
  /** Offers a piece; resolves with what they said last, once they have fetched it. */
  offer(header: PieceHeader): Promise<PieceAnswer | null>;
  fetch(
    header: PieceHeader,
    by: Right,
    blocks: number[],
    take: (blocks: CameBlock[]) => Promise<boolean>,
  ): Promise<FetchEnd>;
  /** A thing of mine that they may read; null: not any more. */
  share(shareId: VaultShareId, header: PieceHeader | null): Promise<void>;
  /** What I hold of a thing of theirs. */
  shareHeld(shareId: VaultShareId, pieceId: PieceId | null): Promise<void>;
  /** An order to mend; resolves with whether they hold it. */
  mend(order: VaultMendOrder): Promise<boolean | null>;
  /** What I made again of theirs. */
  mended(pieceIds: readonly PieceId[]): Promise<void>;
  order(order: VaultOrder): Promise<{ readonly laterMs: number | null } | null>;
  giveHead(head: VaultHead): Promise<true | null>;
  askHead(): Promise<{ readonly head: VaultHead | null } | null>;
}

export interface OwnerSideDeps {
  readonly keeper: PeerId;
  readonly host: OwnerHost;
  readonly wire: KeeperWire;
  /** Everybody of whom something may be had now. */
  readonly online: () => readonly PeerId[];
  readonly scope: Scope;
}

export class OwnerSide {
  readonly #deps: OwnerSideDeps;
  #running = 0;
  #isReading = false;
  /** Somebody asked to look again while it was being looked. */
  #isDue = false;

  constructor(deps: OwnerSideDeps) {
    this.#deps = deps;
  }

  /** There may be something to do. */
  look(): void {
    this.#isDue = true;
    if (!this.#isReading) this.#read().catch(ignoreFailure);
  }

  async #read(): Promise<void> {
    const { keeper, host, online, scope } = this.#deps;
    this.#isReading = true;
    try {
      while (this.#isDue && this.#running < paces.vaultTasks && !scope.hasEnded) {
        this.#isDue = false;
        const work = await host.readVaultWork({ keeper, online: [...online()] });
        const tasks = this.#tasks(work);
        if (tasks.length > 0) this.#isDue = true;
        for (const task of tasks) this.#start(task);
      }
    } finally {
      this.#isReading = false;
    }
  }

  #start(task: () => Promise<void>): void {
    this.#running += 1;
    task()
      .catch(ignoreFailure)
      .finally(() => {
        this.#running -= 1;
        if (!this.#deps.scope.hasEnded) this.look();
      });
  }

  #tasks({
    offers,
    wants,
    audits,
    order,
    head,
    asksHead,
    shares,
    shareAcks,
    mends,
    mended,
  }: Work): (() => Promise<void>)[] {
    const { wire } = this.#deps;
    const tasks = [
      ...shareAcks.map(
        ({ shareId, pieceId }) =>
          async () =>
            await wire.shareHeld(shareId, pieceId),
      ),
      ...shares.map(
        ({ shareId, header }) =>
          async () =>
            await wire.share(shareId, header),
      ),
      ...wants.map((want) => async () => await this.#want(want)),
      ...audits.map((audit) => async () => await this.#audit(audit)),
      ...offers.map((header) => async () => await this.#offer(header)),
    ];
    if (mended.length > 0) tasks.push(async () => await wire.mended(mended));
    if (mends.length > 0) tasks.push(async () => await this.#mend(mends));
    if (asksHead) tasks.unshift(async () => await this.#askHead());
    if (order) tasks.push(async () => await this.#order(order));
    if (head) tasks.push(async () => await this.#giveHead(head));
    return tasks;
  }

  async #offer(header: PieceHeader): Promise<void> {
    const { keeper, host, wire } = this.#deps;
    const answer = await wire.offer(header);
    if (answer !== null) await host.noteVaultAnswer({ keeper, pieceId: header.pieceId, answer });
  }

  async #want({ header, blocks: wanted, by }: Work['wants'][number]): Promise<void> {
    const { keeper, host, wire } = this.#deps;
    const { pieceId } = header;
    const end = await wire.fetch(header, by, wanted, async (blocks) => {
      const { isWrong, isOver } = await host.writeWantedPiece({ keeper, pieceId, blocks });
      return !isWrong && !isOver;
    });
    if (end === 'lacking') await host.noteVaultLacking({ keeper, pieceId });
  }

  /** One after the other: each is answered before the next is given. */
  async #mend(orders: Work['mends']): Promise<void> {
    const { keeper, host, wire } = this.#deps;
    for (const order of orders) {
      const isHeld = await wire.mend(order);
      if (isHeld === null) return;
      await host.noteVaultMendHeld({ keeper, order, isHeld });
    }
  }

  async #audit({ header, block, by }: Work['audits'][number]): Promise<void> {
    const { keeper, host, wire, scope } = this.#deps;
    const { pieceId } = header;
    const came: CameBlock[] = [];
    const end = await wire.fetch(header, by, [block], async (blocks) => {
      came.push(...blocks);
      return await Promise.resolve(true);
    });
    // That nothing came says nothing: the line may be slow, or the link be over.
    if (end === 'lacking') await host.noteVaultLacking({ keeper, pieceId });
    else if (came[0] && !scope.hasEnded) await host.noteVaultAudit({ keeper, pieceId, block, bytes: came[0].bytes });
  }

  async #order(order: VaultOrder): Promise<void> {
    const { keeper, host, wire } = this.#deps;
    const answer = await wire.order(order);
    if (answer) await host.noteVaultOrderDone({ keeper, order, laterMs: answer.laterMs });
  }

  async #giveHead(head: VaultHead): Promise<void> {
    const { keeper, host, wire } = this.#deps;
    if (await wire.giveHead(head)) await host.noteVaultHeadKept({ keeper, head });
  }

  async #askHead(): Promise<void> {
    const { keeper, host, wire } = this.#deps;
    const held = await wire.askHead();
    if (held) await host.noteVaultHeadHeld({ keeper, head: held.head });
  }
}
