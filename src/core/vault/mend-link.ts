// Pieces that keepers make again among themselves, over one link: who would, by whose order, and what was made.
import type { PeerId } from '#shared/identity';
import type { PieceId, VaultMendOrder } from '#shared/vault';
import type { PacedLink } from '#core/peers/paced-link';
import type { Host } from '#core/ports';
import type { vaultMessages } from '#core/vault/messages';
import { paces } from '#core/wire/paces';
import type { MessageHandlers } from '#core/wire/router';

type Messages = typeof vaultMessages;

export type MendHost = Pick<
  Host,
  | 'readVaultMends'
  | 'noteVaultMends'
  | 'takeVaultMend'
  | 'noteVaultMendHeld'
  | 'noteVaultMended'
  | 'noteVaultMendedNoted'
>;

export interface MendLinkDeps {
  readonly peerId: PeerId;
  readonly host: MendHost;
  readonly link: () => PacedLink<Messages>;
  readonly isFriend: (peerId: PeerId) => boolean;
  /** There may be something to do with them. */
  readonly look: () => void;
}

export class MendLink {
  readonly #deps: MendLinkDeps;
  readonly #waiting = new Map<'held', (isHeld: boolean | null) => void>();
  #saidWilling: boolean | undefined;
  /** They know of orders to mend. */
  isKnown = false;

  constructor(deps: MendLinkDeps) {
    this.#deps = deps;
  }

  /** Says whether I do it, when that is not what I said last. */
  tell(): void {
    const { host } = this.#deps;
    const link = this.#deps.link();
    link.inTurn(async () => {
      const { isWilling } = await host.readVaultMends();
      if (isWilling !== this.#saidWilling && (await link.send('vault.mends', { isWilling })))
        this.#saidWilling = isWilling;
    });
  }

  /** Gives an order; resolves with whether they hold it, null when they did not say. */
  async give(order: VaultMendOrder): Promise<boolean | null> {
    const link = this.#deps.link();
    if (!this.isKnown || this.#waiting.has('held')) return null;
    const answered = link.answer<'held', boolean | null>(this.#waiting, 'held', null, paces.vaultAnswerMs);
    return (await link.send('vault.mend', { order })) ? await answered : null;
  }

  async tellMended(pieceIds: readonly PieceId[]): Promise<void> {
    if (this.isKnown) await this.#deps.link().send('vault.mended', { pieceIds: [...pieceIds] });
  }

  handlers(): Pick<
    MessageHandlers<Messages>,
    'vault.mends' | 'vault.mend' | 'vault.mend-held' | 'vault.mended' | 'vault.mended-noted'
  > {
    const { peerId, host, link, isFriend, look } = this.#deps;
    return {
      'vault.mends': ({ isWilling }) => {
        this.isKnown = true;
        link().inTurn(async () => {
          if (!isFriend(peerId)) return;
          await host.noteVaultMends({ keeper: peerId, isWilling });
          look();
        });
      },
      'vault.mend': ({ order }) => {
        link().inTurn(async () => {
          const { isFair, isHeld } = await host.takeVaultMend({ owner: peerId, order: new Uint8Array(order) });
          if (isFair) await link().send('vault.mend-held', { isHeld });
          else link().countBreak();
        });
      },
      'vault.mend-held': ({ isHeld }) => this.#waiting.get('held')?.(isHeld),
      'vault.mended': ({ pieceIds }) => {
        link().inTurn(async () => {
          const { noted } = await host.noteVaultMended({ keeper: peerId, pieceIds });
          await link().send('vault.mended-noted', { pieceIds: noted });
          look();
        });
      },
      'vault.mended-noted': ({ pieceIds }) => {
        link().inTurn(async () => await host.noteVaultMendedNoted({ owner: peerId, pieceIds }));
      },
    };
  }
}
