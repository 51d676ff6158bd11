// Hearing spoken messages: one at a time, from where it was left, as fast as this person likes.
import type { Scope } from '#core/base/scope';
import type { VoicePlayer } from '#core/ports/voice';
import type { TabMemory } from '#state/deps';
import { Live } from '#state/live.svelte';
import type { ToastsState } from '#state/toasts.svelte';

export interface VoicePlaybackDeps {
  readonly player: VoicePlayer;
  readonly memory: TabMemory;
  readonly toasts: ToastsState;
  readonly scope: Scope;
}

const voiceRates = [1, 1.5, 2] as const;
const rateKey = 'roundtable.voice-rate';

export class VoicePlaybackState {
  readonly #deps: VoicePlaybackDeps;
  readonly #playing: Live<VoicePlayer['playing']['snapshot']>;
  /** The one that is, or was last, played, and how far it got. */
  #place = $state.raw<{ readonly key: string; readonly atMs: number } | null>(null);
  #rate = $state<number>(1);
  #loading = $state.raw<string | null>(null);

  constructor(deps: VoicePlaybackDeps) {
    const { player, memory, scope } = deps;
    this.#deps = deps;
    this.#playing = new Live(player.playing);
    const kept = Number(memory.getItem(rateKey));
    this.#rate = voiceRates.find((rate) => rate === kept) ?? 1;
    scope.onEnd(player.events.on('moved', (place) => (this.#place = place)));
    scope.onEnd(player.events.on('ended', () => (this.#place = null)));
    scope.onEnd(() => player.stop());
  }

  get rate(): number {
    return this.#rate;
  }

  isPlaying(key: string): boolean {
    return this.#loading === key || (this.#playing.current?.key === key && !this.#playing.current.isPaused);
  }

  positionMs(key: string): number {
    return this.#place?.key === key ? this.#place.atMs : 0;
  }

  /** Plays, or pauses what plays; `read` is asked for the sound when it begins. */
  async toggle(key: string, read: () => Promise<Uint8Array<ArrayBuffer>>): Promise<void> {
    const { player, toasts } = this.#deps;
    const playing = player.playing.snapshot;
    if (this.#loading !== null) return;
    if (playing?.key === key) {
      if (playing.isPaused) player.resume();
      else player.pause();
      return;
    }
    this.#loading = key;
    try {
      await player.play(key, await read(), { fromMs: this.positionMs(key), rate: this.#rate });
    } catch (reason) {
      toasts.fail(reason);
    } finally {
      this.#loading = null;
    }
  }

  /** Also of one that does not play: it begins there then. */
  seek(key: string, atMs: number): void {
    this.#place = { key, atMs };
    if (this.#deps.player.playing.snapshot?.key === key) this.#deps.player.seek(atMs);
  }

  /** Something else is to be heard. */
  pause(): void {
    this.#deps.player.pause();
  }

  /** It is gone, or another stands in its place. */
  forget(key: string): void {
    if (this.#deps.player.playing.snapshot?.key === key) this.#deps.player.stop();
    if (this.#place?.key === key) this.#place = null;
  }

  /** The next faster, or the usual one after the fastest. */
  turnRate(): void {
    const { player, memory } = this.#deps;
    this.#rate = voiceRates.find((rate) => rate > this.#rate) ?? voiceRates[0];
    memory.setItem(rateKey, String(this.#rate));
    player.setRate(this.#rate);
  }
}
