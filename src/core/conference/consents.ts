// Who asks me to agree to a recording. The consent is signed in main when I say yes; silence is a no.
import type { PeerId } from '#shared/identity';
import type { RecordingId, RoomId } from '#shared/room';
import type { Scope } from '#core/base/scope';
import type { RoomHost } from '#core/conference/parts';
import type { RoomWire } from '#core/conference/room-wire';
import type { RoomSnapshot } from '#core/conference/snapshot';
import type { Clock } from '#core/ports';
import { paces } from '#core/wire/paces';

export interface ConsentsDeps {
  readonly roomId: RoomId;
  readonly host: Pick<RoomHost, 'signConsent'>;
  readonly wire: Pick<RoomWire, 'send'>;
  readonly clock: Clock;
  readonly scope: Scope;
  readonly changed: () => void;
}

export class Consents {
  readonly #deps: ConsentsDeps;
  /** One question of each member at a time. */
  readonly #asked = new Map<PeerId, { readonly recordingId: RecordingId; readonly cancel: () => void }>();

  constructor(deps: ConsentsDeps) {
    this.#deps = deps;
    deps.scope.onEnd(() => {
      for (const { cancel } of this.#asked.values()) cancel();
    });
  }

  get list(): RoomSnapshot['consentAskedBy'] {
    return [...this.#asked].map(([peerId, { recordingId }]) => ({ peerId, recordingId }));
  }

  receive(from: PeerId, recordingId: RecordingId): void {
    if (this.#asked.get(from)?.recordingId === recordingId) return;
    this.forget(from);
    const cancel = this.#deps.clock.after(paces.consentForMs, () => {
      void this.answer(from, recordingId, false);
    });
    this.#asked.set(from, { recordingId, cancel });
    this.#deps.changed();
  }

  async answer(to: PeerId, recordingId: RecordingId, agrees: boolean): Promise<void> {
    if (this.#asked.get(to)?.recordingId !== recordingId) return;
    this.forget(to);
    const { host, roomId, wire } = this.#deps;
    const signed = agrees ? await host.signConsent({ roomId, recordingId, recorder: to }).catch(() => null) : null;
    wire.send(to, 'room.consent', { roomId, recordingId, consent: signed && new Uint8Array(signed) });
  }

  /** They left, or ask no more. */
  forget(peerId: PeerId): void {
    this.#asked.get(peerId)?.cancel();
    if (this.#asked.delete(peerId)) this.#deps.changed();
  }
}
