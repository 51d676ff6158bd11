// The drops that run, and those that are just being taken, given or opened: each begins, begins anew, and hears what is said of it.
import type { DropId } from '#shared/drop';
import { Failure, type FailureCode } from '#shared/failure';
import type { DropLink, DropMessage } from '#core/drop/drop-link';
import type { DropRun, RunDeps } from '#core/drop/drop-run';
import { IncomingRun } from '#core/drop/incoming-run';
import { OutgoingRun } from '#core/drop/outgoing-run';
import type { ContentStore, IncomingDrop, OutgoingDrop } from '#core/ports/content';
import { limits } from '#core/wire/limits';

/** Said by somebody over their link. */
export type Heard = [DropLink, DropMessage];

export interface DropRunsDeps {
  readonly content: Pick<ContentStore, 'reopen'>;
  readonly run: RunDeps;
  readonly links: () => readonly DropLink[];
  /** It runs from now on. */
  began(dropId: DropId): void;
  /** It could not even be taken or opened. */
  failed(dropId: DropId, code: FailureCode): void;
}

export class DropRuns {
  readonly #deps: DropRunsDeps;
  readonly #runs = new Map<DropId, DropRun>();
  /** What is said of those that are being opened. */
  readonly #opening = new Map<DropId, Heard[]>();

  constructor(deps: DropRunsDeps) {
    this.#deps = deps;
  }

  get all(): readonly DropRun[] {
    return [...this.#runs.values()];
  }

  get incoming(): readonly IncomingRun[] {
    return this.all.filter((run) => run instanceof IncomingRun);
  }

  get(dropId: DropId): DropRun | undefined {
    return this.#runs.get(dropId);
  }

  /** One of others' that this person took. */
  taken(dropId: DropId): IncomingRun | null {
    const run = this.#runs.get(dropId);
    return run instanceof IncomingRun ? run : null;
  }

  isOpening(dropId: DropId): boolean {
    return this.#opening.has(dropId);
  }

  /** It runs, or will in a moment. */
  has(dropId: DropId): boolean {
    return this.#runs.has(dropId) || this.#opening.has(dropId);
  }

  /** @param early what was said of it before */
  open(dropId: DropId, opening: () => Promise<OutgoingDrop | IncomingDrop>, early: readonly Heard[] = []): void {
    const waiting = this.#opening.get(dropId);
    if (waiting) {
      waiting.push(...early);
      return;
    }
    this.#opening.set(dropId, [...early]);
    opening().then(
      (content) => {
        if (!this.#deps.run.scope.hasEnded) this.start(content);
      },
      (reason: unknown) => {
        this.#opening.delete(dropId);
        this.#deps.failed(dropId, Failure.from(reason).code);
      },
    );
  }

  /** One of before. */
  reopen(dropId: DropId, early: readonly Heard[] = []): void {
    this.open(dropId, async () => await this.#deps.content.reopen(dropId), early);
  }

  /** From what is kept of it. */
  renew(dropId: DropId): void {
    this.remove(dropId);
    this.reopen(dropId);
  }

  start(content: OutgoingDrop | IncomingDrop): void {
    const { dropId } = content.record;
    const { run: deps, links } = this.#deps;
    const run = content.direction === 'outgoing' ? new OutgoingRun(deps, content) : new IncomingRun(deps, content);
    const early = this.#opening.get(dropId) ?? [];
    this.#opening.delete(dropId);
    this.#runs.set(dropId, run);
    this.#deps.began(dropId);
    // A drop that failed before is tried again with everything else.
    if (run.state === 'failed') run.resume();
    for (const link of links()) run.linked(link);
    for (const [link, message] of early) {
      // What the files are made of holds, also when whoever told it is gone.
      if (message.kind === 'drop.contents' || deps.link(link.peerId) === link) run.receive(link, message);
    }
    deps.changed();
  }

  remove(dropId: DropId): void {
    this.#runs.get(dropId)?.end();
    this.#runs.delete(dropId);
  }

  /** False when it is not one of these. */
  receive(dropId: DropId, link: DropLink, message: DropMessage): boolean {
    const run = this.#runs.get(dropId);
    const opening = this.#opening.get(dropId);
    if (run) run.receive(link, message);
    else if (opening && opening.length < limits.dropMessagesQueued) opening.push([link, message]);
    return run !== undefined || opening !== undefined;
  }

  end(): void {
    for (const run of this.#runs.values()) run.end();
  }
}
