// What the two directions of a drop have in common: its people, how they say it stands with them, and what is kept of it.
import type { DropFacts, DropId, DropProgress, DropState, FileEntry } from '#shared/drop';
import type { FailureCode } from '#shared/failure';
import type { PeerId } from '#shared/identity';
import type { Scope } from '#core/base/scope';
import type { AskPace } from '#core/bulk/ask-pace';
import type { DropFiles } from '#core/drop/drop-files';
import type { DropBody, DropLink, DropMessage } from '#core/drop/drop-link';
import type { DropReceiver, DropSnapshot, DropStage } from '#core/drop/snapshot';
import type { Sha256 } from '#core/ports/content';
import type { Clock } from '#core/ports';

export interface RunDeps {
  readonly self: PeerId;
  readonly clock: Clock;
  readonly sha256: Sha256;
  readonly asking: AskPace;
  readonly counted: (peerId: PeerId, sentBytes: number, receivedBytes: number) => void;
  /** In [0, 1). */
  random(): number;
  nameOf(peerId: PeerId): string;
  /** The open link of a person who knows file drop. */
  link(peerId: PeerId): DropLink | null;
  /** Anything to be shown changed. */
  changed(): void;
  ended(dropId: DropId, how: { finished: true } | { failed: FailureCode }): void;
  readonly scope: Scope;
}

export interface DropRun {
  readonly facts: DropFacts;
  readonly state: DropState;
  snapshot(): DropSnapshot;
  /** A link with somebody of it opened, or knows file drop by now. */
  linked(link: DropLink): void;
  unlinked(peerId: PeerId): void;
  receive(link: DropLink, message: DropMessage): void;
  pause(): void;
  resume(): void;
  /** Says so to the others; what is unfinished goes. `by` is this person, or who gave it. */
  cancel(by: PeerId): Promise<void>;
  /** Once a second. */
  tick(): void;
  end(): void;
}

type Told = DropBody<'drop.state'>;

/** How people of a drop say it stands with them. */
export class DropPeople {
  readonly #deps: Pick<RunDeps, 'nameOf'>;
  readonly #people: readonly { readonly peerId: PeerId; readonly name: string }[];
  readonly #told = new Map<PeerId, Told>();

  constructor(deps: Pick<RunDeps, 'nameOf'>, people: DropFacts['to']) {
    this.#deps = deps;
    this.#people = people;
  }

  tell(told: Told, from: PeerId): void {
    this.#told.set(from, told);
  }

  told(peerId: PeerId): Told | null {
    return this.#told.get(peerId) ?? null;
  }

  /** Their last word stays, but for what they cannot go on with. */
  unlinked(peerId: PeerId): void {
    const told = this.#told.get(peerId);
    if (told?.phase === 'running') this.#told.set(peerId, { ...told, phase: 'waiting', feeders: [] });
  }

  /** @param stageOf of somebody who said nothing yet */
  receivers(self: PeerId, stageOf: (peerId: PeerId) => DropStage): DropReceiver[] {
    return this.#people
      .filter(({ peerId }) => peerId !== self)
      .map(({ peerId, name }) => {
        const told = this.#told.get(peerId);
        return {
          peerId,
          name: this.#deps.nameOf(peerId) || name,
          stage: told ? stageOfTold(told, peerId) : stageOf(peerId),
          doneBytes: told?.doneBytes ?? 0,
          feeders: told?.feeders ?? [],
        };
      });
  }
}

function stageOfTold({ phase, code }: Told, by: PeerId): DropStage {
  if (phase === 'paused' || phase === 'cancelled') return { phase, by };
  if (phase === 'failed') return { phase, code: code ?? 'internal' };
  return { phase };
}

export const overPhases: ReadonlySet<DropStage['phase']> = new Set(['finished', 'declined', 'cancelled', 'failed']);

/** What is kept of it as it stands. */
export const progressOf = (state: DropState, failure: FailureCode | null, sentBytes: number): DropProgress => ({
  state,
  failure,
  sentBytes,
});

export interface Shown {
  readonly facts: DropFacts;
  readonly atMs: number;
  readonly entries: readonly FileEntry[];
  readonly files: DropFiles;
}

const shownFiles = 20;

/** What does not change while a drop runs. */
export function shownFacts({ facts, atMs, entries, files }: Shown, nameOf: RunDeps['nameOf']) {
  return {
    dropId: facts.dropId,
    direction: facts.direction,
    from: facts.from.peerId,
    fromName: nameOf(facts.from.peerId) || facts.from.name,
    roomId: facts.roomId,
    atMs,
    files: entries.slice(0, shownFiles).map(({ path, size }) => ({ path, bytes: size })),
    fileCount: entries.length,
    bytes: files.layout.bytes,
  };
}
