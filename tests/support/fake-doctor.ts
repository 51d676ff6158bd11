// The core's Doctor as a scene or a test wants it: records are put in by hand.
import type { PeerId } from '#shared/identity';
import { Store } from '#core/base/store';
import type { LineCheckState } from '#core/doctor/line-check';
import { emptyRecord, type Case, type LinkRecord } from '#core/doctor/record';
import type { DoctorPort } from '#state/deps';

export class FakeDoctor implements DoctorPort {
  readonly #records = new Map<PeerId, Store<LinkRecord>>();
  readonly watched: PeerId[] = [];
  asked: Case['servers'] = { stun: 2, turn: 0, isRelayOnly: false };

  of(peerId: PeerId): Store<LinkRecord> {
    const store = this.#records.get(peerId) ?? new Store<LinkRecord>(emptyRecord);
    this.#records.set(peerId, store);
    return store;
  }

  watch(peerId: PeerId): () => void {
    this.watched.push(peerId);
    return () => {
      this.watched.splice(this.watched.indexOf(peerId), 1);
    };
  }

  readonly line = {
    store: new Store<LineCheckState>({ phase: 'none' }),
    start: async (): Promise<void> => undefined,
  };

  servers(): Case['servers'] {
    return this.asked;
  }
}
