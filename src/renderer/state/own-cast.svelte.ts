// My own cast: from choosing what is shown, through going live, to its end.
import { CastTitle, type CastAudience } from '#shared/cast';
import type { ContactId } from '#shared/contact';
import type { Host } from '#shared/contract';
import { Failure, type FailureCode } from '#shared/failure';
import type { PeerId } from '#shared/identity';
import * as v from 'valibot';
import type { Scope } from '#core/base/scope';
import type { CastsSnapshot, OwnCast } from '#core/cast/snapshot';
import type { Clock } from '#core/ports';
import type { CastSource, CastSourceKind, CastSourceState, LiveEncoder, OpenLiveEncoder } from '#core/ports/live';
import { m } from '#messages/messages';
import type { CastsPort } from '#state/deps';
import { Live } from '#state/live.svelte';
import { Ticker } from '#state/ticker.svelte';
import type { ToastsState } from '#state/toasts.svelte';

export interface OwnCastDeps {
  readonly casts: CastsPort;
  readonly host: Pick<Host, 'makeCastLink'>;
  readonly source: CastSource;
  readonly openEncoder: OpenLiveEncoder;
  readonly clock: Clock;
  readonly toasts: ToastsState;
  readonly scope: Scope;
  readonly myName: () => string;
  readonly peerOf: (contactId: ContactId) => PeerId | null;
}

export type CastWho = 'all' | 'some';
export type CastQuality = keyof typeof pictures;

/** Bits a second that look right for that many lines of a face or a film. */
const pictures = {
  low: { maxHeight: 360, videoBitsPerSecond: 700_000 },
  usual: { maxHeight: 540, videoBitsPerSecond: 1_300_000 },
  high: { maxHeight: 720, videoBitsPerSecond: 2_400_000 },
} as const;

const usual = { maxFramesPerSecond: 30, audioBitsPerSecond: 96_000, keyFrameEveryMs: 2_000, audioFrameMs: 60 } as const;

export class OwnCastState {
  readonly #deps: OwnCastDeps;
  readonly #casts: Live<CastsSnapshot>;
  readonly #source: Live<CastSourceState>;
  readonly #second: Ticker;
  typed = $state('');
  who = $state<CastWho>('all');
  chosen = $state.raw<readonly ContactId[]>([]);
  /** Whoever holds a link may watch as well. */
  isByLink = $state(false);
  quality = $state<CastQuality>('usual');
  #isStarting = $state(false);
  /** What went away by itself while others watched. */
  #ended = $state<CastSourceKind | null>(null);
  #encoder: LiveEncoder | null = null;

  constructor(deps: OwnCastDeps) {
    this.#deps = deps;
    const { casts, source, clock, scope } = deps;
    this.#casts = new Live(casts.store);
    this.#source = new Live(source.store);
    this.#second = new Ticker(clock, 1_000);
    scope.onEnd(source.store.onChange(() => this.#feed()));
    scope.onEnd(source.events.on('ended', (kind) => this.#sourceEnded(kind)));
    scope.onEnd(casts.store.onChange(() => this.#follow()));
    scope.onEnd(() => source.close());
  }

  /** Null while nothing of mine is on air. */
  get cast(): OwnCast | null {
    return this.#casts.current.mine;
  }

  get source(): CastSourceState {
    return this.#source.current;
  }

  get isStarting(): boolean {
    return this.#isStarting;
  }

  /** Nothing is shown now, because this ended. */
  get ended(): CastSourceKind | null {
    return this.#ended;
  }

  get elapsedMs(): number {
    const { cast } = this;
    return cast ? Math.max(0, this.#second.nowMs - cast.facts.startedAt) : 0;
  }

  get usualTitle(): string {
    return m.cast.usualName(this.#deps.myName());
  }

  /** As it will be shown; null when it cannot be. */
  get title(): string | null {
    const parsed = v.safeParse(CastTitle, this.typed.trim() === '' ? this.usualTitle : this.typed);
    return parsed.success ? parsed.output : null;
  }

  get isReady(): boolean {
    const { source, who, chosen, title } = this;
    return source.phase === 'ready' && title !== null && (who === 'all' || chosen.length > 0 || this.isByLink);
  }

  async showCamera(): Promise<void> {
    await this.#show(async (source) => await source.openCamera(), true);
  }

  async showScreen(): Promise<void> {
    await this.#show(async (source) => await source.openScreen(), true);
  }

  /** Its own sound comes first: the microphone stays as it is. */
  async showFile(file: File): Promise<void> {
    await this.#show(async (source) => await source.openFile(file), false);
  }

  async setMicrophone(isOn: boolean): Promise<void> {
    await this.#attempt(async () => await this.#deps.source.setMicrophone(isOn));
  }

  async goLive(): Promise<void> {
    const { title } = this;
    if (!this.isReady || title === null || this.#isStarting || this.cast) return;
    this.#isStarting = true;
    await this.#attempt(async () => {
      const { video, audio } = this.#deps.source.store.snapshot;
      const encoder = await this.#deps.openEncoder({ video, audio, ...usual, ...pictures[this.quality] });
      this.#encoder = encoder;
      encoder.events.on('failed', (code) => this.#encoderFailed(encoder, code));
      await this.#deps.casts.start(title, this.#audience(), encoder);
      this.#feed();
    });
    this.#isStarting = false;
  }

  /** Null when it failed, which has been said then. */
  async makeLink(hours: number): Promise<{ readonly link: string; readonly expiresAt: number } | null> {
    const { cast } = this;
    if (!cast) return null;
    try {
      return await this.#deps.host.makeCastLink({ castId: cast.castId, hours });
    } catch (reason) {
      this.#deps.toasts.fail(reason);
      return null;
    }
  }

  /** Of those who watch; they cannot come back. */
  async remove(peerId: PeerId): Promise<void> {
    await this.#attempt(async () => await this.#deps.casts.remove(peerId));
  }

  end(): void {
    this.#deps.casts.stop();
    this.#deps.source.close();
  }

  /** Leaves the preview behind; what is on air stays. */
  putAway(): void {
    if (!this.cast && !this.#isStarting) this.#deps.source.close();
  }

  #audience(): CastAudience {
    const { isByLink } = this;
    if (this.who === 'all') return { contacts: 'all', isByLink };
    const contacts = this.chosen.flatMap((contactId) => this.#deps.peerOf(contactId) ?? []);
    return { contacts, isByLink };
  }

  async #show(open: (source: CastSource) => Promise<void>, wantsMicrophone: boolean): Promise<void> {
    const { source } = this.#deps;
    const isFirst = source.store.snapshot.audio === null;
    const isShown = await this.#attempt(async () => await open(source));
    if (!isShown) return;
    this.#ended = null;
    if (wantsMicrophone && isFirst && source.store.snapshot.microphone === 'off') await this.setMicrophone(true);
  }

  #feed(): void {
    const { video, audio } = this.#deps.source.store.snapshot;
    this.#encoder?.use(video, audio);
  }

  #sourceEnded(kind: CastSourceKind): void {
    if (!this.#deps.casts.store.snapshot.mine) return;
    this.#ended = kind;
    this.#deps.toasts.show({ severity: 'warning', title: m.cast.ended[kind], text: m.cast.endedText });
  }

  #encoderFailed(encoder: LiveEncoder, code: FailureCode): void {
    if (encoder !== this.#encoder || code === 'source-ended') return;
    this.#deps.toasts.fail(new Failure(code));
    this.end();
  }

  #follow(): void {
    if (this.#deps.casts.store.snapshot.mine || this.#isStarting) return;
    this.#encoder = null;
    this.#ended = null;
  }

  async #attempt(command: () => Promise<void>): Promise<boolean> {
    try {
      await command();
      return true;
    } catch (reason) {
      this.#deps.toasts.fail(reason);
      return false;
    }
  }
}
