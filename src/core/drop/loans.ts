// Drops of others that I give to besides whoever made them: as many as are borne, each as long as its link and whoever downloads want it.
import type { DropId, FileEntry } from '#shared/drop';
import { Failure } from '#shared/failure';
import type { PeerId } from '#shared/identity';
import type { LentFile } from '#shared/share';
import type { Scope } from '#core/base/scope';
import type { DropLink, DropMessage } from '#core/drop/drop-link';
import { Loan } from '#core/drop/loan';
import type { DropSnapshot } from '#core/drop/snapshot';
import type { ContentStore } from '#core/ports/content';
import type { Clock } from '#core/ports';
import { limits } from '#core/wire/limits';

/** A file of mine that somebody downloads from others too, and the block of their drop at which it begins. */
export interface Lent {
  readonly first: number;
  readonly entry: FileEntry;
  readonly file: Pick<LentFile, 'sourceId' | 'contentId' | 'header'>;
}

export interface LoansDeps {
  readonly self: PeerId;
  readonly content: Pick<ContentStore, 'lend'>;
  readonly clock: Clock;
  readonly nameOf: (peerId: PeerId) => string;
  readonly link: (peerId: PeerId) => DropLink | null;
  /** A drop of that name is mine or was offered to me. */
  isKnown(dropId: DropId): boolean;
  readonly changed: () => void;
  readonly counted: (peerId: PeerId, sentBytes: number, receivedBytes: number) => void;
  readonly scope: Scope;
}

export class Loans {
  readonly #deps: LoansDeps;
  readonly #loans = new Map<DropId, Loan>();
  /** This person wants to give nothing to these any more. */
  readonly #stopped = new Set<DropId>();

  constructor(deps: LoansDeps) {
    this.#deps = deps;
    deps.scope.onEnd(() => {
      for (const loan of this.#loans.values()) loan.end({ says: true });
    });
  }

  snapshots(): DropSnapshot[] {
    return [...this.#loans.values()].map((loan) => loan.snapshot());
  }

  /**
   * Takes part in their drop as a giver; what was lent for it before is forgotten. Fails `peer-unreachable`, `input-invalid` (a drop of mine
   * has that name, it is somebody else's, or I stopped it), `shares-busy`.
   */
  lend(to: PeerId, dropId: DropId, lent: readonly Lent[]): void {
    const { content, link: linkOf, self, clock, nameOf, changed, counted, scope } = this.#deps;
    const link = linkOf(to);
    if (!link) throw new Failure('peer-unreachable');
    const before = this.#loans.get(dropId);
    const isTheirs = before === undefined || before.peerId === to;
    if (!isTheirs || this.#deps.isKnown(dropId) || this.#stopped.has(dropId)) throw new Failure('input-invalid');
    const theirs = [...this.#loans.values()].filter(({ peerId }) => peerId === to).length;
    if (!before && (theirs >= limits.dropLoansOfOne || this.#loans.size >= limits.dropLoans))
      throw new Failure('shares-busy');
    before?.end({ says: true });
    const held = content.lend(lent.map(({ file }) => file));
    const pieces = lent.flatMap(({ first, entry }, at) => {
      const file = held[at];
      return file ? [{ first, entry, held: file }] : [];
    });
    const over = (loan: Loan): void => this.#remove(loan, { says: true });
    this.#loans.set(dropId, new Loan({ dropId, self, link, pieces, clock, nameOf, changed, counted, over, scope }));
    changed();
  }

  /** False for what has to do with no loan. */
  receive(link: DropLink, message: DropMessage): boolean {
    const loan = 'dropId' in message.body ? this.#loans.get(message.body.dropId) : undefined;
    if (!loan) return false;
    if (loan.peerId === link.peerId) loan.receive(message);
    return true;
  }

  unlinked(peerId: PeerId): void {
    for (const loan of [...this.#loans.values()]) if (loan.peerId === peerId) this.#remove(loan, { says: false });
  }

  /** By this person: nothing more is given to it, whoever asks. False where nothing was. */
  stop(dropId: DropId): boolean {
    const loan = this.#loans.get(dropId);
    if (!loan) return false;
    this.#stopped.add(dropId);
    const [oldest] = this.#stopped;
    if (oldest !== undefined && this.#stopped.size > limits.dropLoansStopped) this.#stopped.delete(oldest);
    this.#remove(loan, { says: true });
    return true;
  }

  #remove(loan: Loan, options: { says: boolean }): void {
    if (this.#loans.get(loan.dropId) !== loan) return;
    this.#loans.delete(loan.dropId);
    loan.end(options);
    this.#deps.changed();
  }
}
