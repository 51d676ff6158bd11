// Casts of others: those I may watch now, and the one I watch.
import type { CastId, CastLinkPreview } from '#shared/cast';
import type { PeerId } from '#shared/identity';
import type { Scope } from '#core/base/scope';
import type { CastsSnapshot, OfferedCast, WatchedCast } from '#core/cast/snapshot';
import type { LiveOutput, LiveOutputState } from '#core/ports/live';
import { m } from '#messages/messages';
import type { CastsPort } from '#state/deps';
import { Live } from '#state/live.svelte';
import type { NavigationState } from '#state/navigation.svelte';
import type { ToastsState } from '#state/toasts.svelte';

export interface WatchDeps {
  readonly casts: CastsPort;
  readonly navigation: NavigationState;
  readonly toasts: ToastsState;
  readonly scope: Scope;
  /** My own name for somebody, or theirs. */
  readonly nameOf: (peerId: PeerId, theirs: string) => string;
}

export class WatchState {
  readonly #deps: WatchDeps;
  readonly #casts: Live<CastsSnapshot>;
  readonly #output: Live<LiveOutput | null>;
  /** Made anew with each output, so that what shows it follows that one. */
  readonly #playing = $derived.by((): Live<LiveOutputState> | null => {
    const output = this.#output.current;
    return output && new Live(output.state);
  });
  #seen: readonly CastId[] = [];
  #entering = $state.raw<CastLinkPreview | null>(null);
  /** 0 to 1. */
  volume = $state(1);
  isSilent = $state(false);

  constructor(deps: WatchDeps) {
    this.#deps = deps;
    const { casts, scope } = deps;
    this.#casts = new Live(casts.store);
    this.#output = new Live(casts.output);
    scope.onEnd(casts.store.onChange(() => this.#follow()));
  }

  get offered(): readonly OfferedCast[] {
    return this.#casts.current.offered;
  }

  get watched(): WatchedCast | null {
    return this.#casts.current.watched;
  }

  get output(): LiveOutput | null {
    return this.#output.current;
  }

  /** How it plays; null while nothing does. */
  get playing(): LiveOutputState | null {
    return this.#playing?.current ?? null;
  }

  casterOf({ facts }: Pick<OfferedCast, 'facts'>): string {
    return this.#deps.nameOf(facts.caster, facts.casterName);
  }

  nameOf(peerId: PeerId, theirs: string): string {
    return this.#deps.nameOf(peerId, theirs);
  }

  /** On the way by a link; null otherwise. */
  get entering(): CastLinkPreview | null {
    return this.#entering;
  }

  async enter(link: string, preview: CastLinkPreview): Promise<void> {
    const { casts, navigation, toasts } = this.#deps;
    this.#entering = preview;
    navigation.show({ kind: 'watch' });
    try {
      const castId = await casts.enter(link);
      if (this.#entering === preview) await this.watch(castId);
    } catch (reason) {
      if (this.#entering === preview) {
        toasts.fail(reason);
        navigation.show({ kind: 'casts' });
      }
    }
    if (this.#entering === preview) this.#entering = null;
  }

  async watch(castId: CastId): Promise<void> {
    this.#entering = null;
    this.#deps.navigation.show({ kind: 'watch' });
    try {
      await this.#deps.casts.watch(castId);
    } catch (reason) {
      this.#deps.toasts.fail(reason);
      if (!this.#deps.casts.store.snapshot.watched) this.#deps.navigation.show({ kind: 'casts' });
    }
  }

  leave(): void {
    this.#entering = null;
    this.#deps.casts.leave();
    this.#deps.navigation.show({ kind: 'casts' });
  }

  /** Whoever goes live is told of once. */
  #follow(): void {
    const { offered } = this.#deps.casts.store.snapshot;
    for (const cast of offered) {
      if (this.#seen.includes(cast.castId) || this.#deps.navigation.pane.kind === 'casts') continue;
      const action = { label: m.cast.watch, run: () => void this.watch(cast.castId) };
      this.#deps.toasts.show({ title: m.cast.begun(this.casterOf(cast)), text: cast.facts.title, action });
    }
    this.#seen = offered.map(({ castId }) => castId);
  }
}
