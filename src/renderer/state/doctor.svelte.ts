// The connection with each person, as it is looked at.
import type { Contact } from '#shared/contact';
import type { PeerId } from '#shared/identity';
import { diagnose, type Diagnosis } from '#core/doctor/diagnosis';
import type { Case, LinkRecord } from '#core/doctor/record';
import type { Clock } from '#core/ports';
import type { DoctorPort } from '#state/deps';
import { Live } from '#state/live.svelte';
import type { ReachState } from '#state/reach.svelte';
import type { RoomState } from '#state/room.svelte';

export interface DoctorDeps {
  readonly doctor: DoctorPort;
  readonly clock: Clock;
  readonly reach: ReachState;
  readonly room: RoomState;
}

export interface Seen {
  readonly facts: Case;
  readonly diagnosis: Diagnosis;
}

function obstacleOf({ state, trust }: Contact): Case['obstacle'] {
  if (trust === 'changed') return 'key-changed';
  return state === 'accepted' ? null : 'not-accepted';
}

export class DoctorState {
  readonly #deps: DoctorDeps;
  // eslint-disable-next-line svelte/prefer-svelte-reactivity -- only spares making the same bridge twice
  readonly #records = new Map<PeerId, Live<LinkRecord>>();

  constructor(deps: DoctorDeps) {
    this.#deps = deps;
  }

  /** Until the returned function is called. */
  watch(peerId: PeerId): () => void {
    return this.#deps.doctor.watch(peerId);
  }

  look(contact: Contact): Seen {
    const { doctor, clock, reach, room } = this.#deps;
    const facts: Case = {
      atMs: clock.now(),
      record: this.#record(contact.peerId).current,
      mailboxes: reach.entries.map(({ scope, phase }) => ({ scope, phase })),
      servers: doctor.servers(),
      obstacle: obstacleOf(contact),
      isCarried: room.members.some(({ peerId, through }) => peerId === contact.peerId && through !== null),
    };
    return { facts, diagnosis: diagnose(facts) };
  }

  #record(peerId: PeerId): Live<LinkRecord> {
    const known = this.#records.get(peerId) ?? new Live(this.#deps.doctor.of(peerId));
    this.#records.set(peerId, known);
    return known;
  }
}
