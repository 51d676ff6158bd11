// What happens with files, said where the person is: a notice, the desktop's notification, the taskbar, a screen reader.
import type { DropId } from '#shared/drop';
import type { Host } from '#shared/contract';
import type { Scope } from '#core/base/scope';
import type { DropSnapshot } from '#core/drop/snapshot';
import type { Clock } from '#core/ports';
import { m } from '#messages/messages';
import type { DropsPort } from '#state/deps';
import { takersOf } from '#state/drop-facts';
import { dropTitle, type DropNames } from '#state/drop-words';
import { failureWords } from '#state/failure-words';
import type { DropsState } from '#state/drops.svelte';
import type { ToastsState } from '#state/toasts.svelte';

export interface DropNewsDeps {
  readonly host: Pick<Host, 'setTransferProgress' | 'announceDrop'>;
  readonly drops: DropsPort;
  readonly state: DropsState;
  readonly toasts: ToastsState;
  readonly clock: Clock;
  readonly scope: Scope;
  /** Whether the person has this drop before their eyes. */
  isSeen(drop: DropSnapshot): boolean;
  /** Whether a message has told of it. */
  readonly hasMessage: (drop: DropSnapshot) => boolean;
  isNotifying(): boolean;
  readonly say: (text: string) => void;
  goToFiles(): void;
}

/** So long the message of an offer is waited for. */
const messageWaitMs = 1_000;

export class DropNews {
  readonly #deps: DropNewsDeps;
  #ratio: number | null = null;

  constructor(deps: DropNewsDeps) {
    this.#deps = deps;
    const { drops, scope } = deps;
    scope.onEnd(drops.events.on('asked', (dropId) => this.#asked(dropId)));
    scope.onEnd(
      drops.events.on('finished', (dropId) => this.#with(dropId, (drop, names) => this.#sayFinished(drop, names))),
    );
    scope.onEnd(drops.events.on('failed', ({ dropId }) => this.#with(dropId, (drop) => this.#sayFailed(drop))));
    scope.onEnd(drops.store.onChange(() => this.#follow(drops.store.snapshot)));
    scope.onEnd(() => this.#showProgress(null));
  }

  #before: ReadonlyMap<DropId, DropSnapshot> = new Map();

  #follow(now: readonly DropSnapshot[]): void {
    const before = this.#before;
    this.#before = new Map(now.map((drop) => [drop.dropId, drop]));
    for (const drop of now) this.#sayDeclined(drop, before.get(drop.dropId));
    this.#showProgress(this.#deps.state.ratio);
  }

  /** Its message is the better news of it, and comes about when the offer does. */
  #asked(dropId: DropId): void {
    const { clock, scope, hasMessage } = this.#deps;
    clock.after(messageWaitMs, () => {
      if (scope.hasEnded) return;
      this.#with(dropId, (drop, names) => {
        if (!hasMessage(drop)) this.#sayAsked(drop, names);
      });
    });
  }

  #sayAsked(drop: DropSnapshot, { nameOf }: DropNames): void {
    const words = m.dropped.said.asked(nameOf(drop.from), dropTitle(drop));
    this.#deps.say(words);
    this.#notify(drop, words);
  }

  #sayFinished(drop: DropSnapshot, { nameOf }: DropNames): void {
    const { state, toasts, say } = this.#deps;
    const what = dropTitle(drop);
    if (drop.direction === 'incoming') {
      const words = m.dropped.said.received(what, nameOf(drop.from));
      say(words);
      this.#notify(drop, words);
      if (this.#deps.isSeen(drop)) return;
      const action = { label: m.dropped.show, run: () => void state.show(drop) };
      toasts.show({ title: words, action });
      return;
    }
    const takers = takersOf(drop);
    const [only] = takers;
    const to = takers.length === 1 && only ? nameOf(only.peerId) : m.dropped.people(takers.length);
    const words = m.dropped.said.sent(what, to);
    say(words);
    if (!this.#deps.isSeen(drop)) toasts.show({ title: words, action: this.#look() });
  }

  #sayFailed(drop: DropSnapshot): void {
    if (drop.stage.phase !== 'failed') return;
    const { severity, title, happened, remedy } = failureWords(drop.stage.code);
    const words = m.dropped.said.failed(dropTitle(drop), title);
    this.#deps.say(words);
    if (!this.#deps.isSeen(drop))
      this.#deps.toasts.show({ severity, title: words, text: `${happened} ${remedy}`, action: this.#look() });
  }

  /** Whoever says no is named once, also while others go on. */
  #sayDeclined(drop: DropSnapshot, before: DropSnapshot | undefined): void {
    if (!before || drop.direction === 'incoming') return;
    const { nameOf } = this.#deps.state.namesIn(drop);
    for (const { peerId, stage } of drop.receivers) {
      const was = before.receivers.find((receiver) => receiver.peerId === peerId);
      if (stage.phase !== 'declined' || was?.stage.phase === 'declined') continue;
      const words = m.dropped.said.declined(nameOf(peerId), dropTitle(drop));
      this.#deps.say(words);
      if (!this.#deps.isSeen(drop)) this.#deps.toasts.show({ title: words });
    }
  }

  #look(): { label: string; run(): void } {
    return { label: m.dropped.showFiles, run: () => this.#deps.goToFiles() };
  }

  #notify(drop: DropSnapshot, title: string): void {
    if (!this.#deps.isNotifying()) return;
    // Where the shell cannot, the page has said it.
    this.#deps.host.announceDrop({ dropId: drop.dropId, title: title.slice(0, 400) }).catch(() => undefined);
  }

  /** For the taskbar; told in whole percents, so that it is not told all the time. */
  #showProgress(ratio: number | null): void {
    const rounded = ratio === null ? null : Math.floor(ratio * 100) / 100;
    if (rounded === this.#ratio) return;
    this.#ratio = rounded;
    this.#deps.host.setTransferProgress({ ratio: rounded }).catch(() => undefined);
  }

  #with(dropId: DropId, run: (drop: DropSnapshot, names: DropNames) => void): void {
    const drop = this.#deps.drops.store.snapshot.find((one) => one.dropId === dropId);
    if (drop) run(drop, this.#deps.state.namesIn(drop));
  }
}
