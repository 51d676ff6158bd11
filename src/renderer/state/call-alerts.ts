// What a call does outside the stage: sounds, the shell's notification and badge, the history.
import type { CallId } from '#shared/call-record';
import type { Contact } from '#shared/contact';
import type { Host } from '#shared/contract';
import type { PeerId } from '#shared/identity';
import type { Scope } from '#core/base/scope';
import type { CallSnapshot } from '#core/call/snapshot';
import type { Tone, Tones } from '#core/ports';
import type { CallsPort, EndedCall } from '#state/deps';
import { shownName } from '#state/people.svelte';

export interface CallAlertsDeps {
  readonly host: Pick<Host, 'announceCall' | 'withdrawCall' | 'on'>;
  readonly calls: Pick<CallsPort, 'store' | 'events' | 'answer' | 'decline'>;
  readonly tones: Tones;
  readonly scope: Scope;
  findContact(peerId: PeerId): Contact | null;
  ringtoneVolume(): number;
  isNotifying(): boolean;
  onEnded(ended: EndedCall): void;
  onRunning(isRunning: boolean): void;
  /** The person asked for the window from outside. */
  onShow(): void;
  onFailed(reason: unknown): void;
}

/** What a phase sounds like while it lasts, or null for silence. */
function loopOf(snapshot: CallSnapshot): Tone | null {
  if (snapshot.phase === 'incoming') return 'incoming';
  return snapshot.phase === 'outgoing' && snapshot.stage === 'ringing' ? 'outgoing' : null;
}

const isInTalk = (snapshot: CallSnapshot): boolean =>
  snapshot.phase === 'connecting' || snapshot.phase === 'active' || snapshot.phase === 'reconnecting';

export class CallAlerts {
  readonly #deps: CallAlertsDeps;
  #before: CallSnapshot = { phase: 'idle' };
  #loop: Tone | null = null;
  #silence = (): void => undefined;
  #announced: CallId | null = null;

  constructor(deps: CallAlertsDeps) {
    this.#deps = deps;
    const { scope, calls, host } = deps;
    scope.onEnd(calls.store.onChange(() => this.#follow(calls.store.snapshot)));
    scope.onEnd(calls.events.on('ended', (ended) => deps.onEnded(ended)));
    scope.onEnd(host.on('callAnswered', ({ callId, action }) => this.#act(callId, action)));
    scope.onEnd(() => this.#silence());
    this.#follow(calls.store.snapshot);
  }

  #follow(now: CallSnapshot): void {
    const before = this.#before;
    this.#before = now;
    this.#sound(before, now);
    this.#announce(now);
    if (isInTalk(before) !== isInTalk(now)) this.#deps.onRunning(isInTalk(now));
  }

  #sound(before: CallSnapshot, now: CallSnapshot): void {
    const loop = loopOf(now);
    if (loop !== this.#loop) {
      this.#silence();
      this.#loop = loop;
      this.#silence = loop === null ? (): void => undefined : this.#deps.tones.play(loop, this.#deps.ringtoneVolume());
    }
    if (now.phase === before.phase) return;
    if (now.phase === 'active' && before.phase === 'connecting') this.#playOnce('connected');
    if (now.phase !== 'ended') return;
    if (before.phase !== 'incoming') this.#playOnce('ended');
    else if (now.reason !== 'declined') this.#playOnce('missed');
  }

  #playOnce(tone: Tone): void {
    this.#deps.tones.play(tone, this.#deps.ringtoneVolume());
  }

  #announce(now: CallSnapshot): void {
    const ringing = now.phase === 'incoming' ? now.callId : null;
    if (ringing === this.#announced) return;
    if (this.#announced !== null) this.#tell(this.#deps.host.withdrawCall({ callId: this.#announced }));
    this.#announced = null;
    if (now.phase !== 'incoming' || !this.#deps.isNotifying()) return;
    const contact = this.#deps.findContact(now.peerId);
    if (!contact) return;
    this.#announced = now.callId;
    this.#tell(this.#deps.host.announceCall({ callId: now.callId, name: shownName(contact), video: now.video }));
  }

  #act(callId: CallId, action: 'accept' | 'decline' | 'show'): void {
    const { snapshot } = this.#deps.calls.store;
    // The notice of a call that is over, or of a ring into a room.
    if (snapshot.phase === 'idle' || snapshot.callId !== callId) return;
    this.#deps.onShow();
    if (snapshot.phase !== 'incoming') return;
    if (action === 'accept') this.#tell(this.#deps.calls.answer({ video: false }));
    if (action === 'decline') this.#deps.calls.decline(null);
  }

  #tell(told: Promise<void>): void {
    told.catch((reason: unknown) => {
      this.#deps.onFailed(reason);
    });
  }
}
