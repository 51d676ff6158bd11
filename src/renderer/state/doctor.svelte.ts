// The connection with each person, as it is looked at.
import type { Contact } from '#shared/contact';
import type { PeerId } from '#shared/identity';
import { connectionReportLength } from '#shared/connection-verdict';
import { Failure } from '#shared/failure';
import { diagnose, type Diagnosis } from '#core/doctor/diagnosis';
import type { LineCheckState } from '#core/doctor/line-check';
import { caseAt, spanOf } from '#core/doctor/replay';
import { readConnectionReport, writeConnectionReport, type OpenedReport, type ReportApp } from '#core/doctor/report';
import type { Case, LinkRecord } from '#core/doctor/record';
import type { Clock, Host } from '#core/ports';
import type { DoctorPort } from '#state/deps';
import { Live } from '#state/live.svelte';
import type { ReachState } from '#state/reach.svelte';
import type { RelayState } from '#state/relay.svelte';
import type { RoomState } from '#state/room.svelte';

export interface DoctorDeps {
  readonly doctor: DoctorPort;
  readonly host: Pick<Host, 'saveConnectionReport'>;
  readonly clock: Clock;
  readonly around: Around;
}

/** What of the table counts here. */
interface Around {
  readonly reach: ReachState;
  readonly room: RoomState;
  readonly relay: Pick<RelayState, 'carrierOf'>;
  /** My own name for somebody, or what they call themself. */
  nameOf(peerId: PeerId, theirs: string): string;
}

export interface Seen {
  readonly facts: Case;
  readonly diagnosis: Diagnosis;
  /** Of whoever carries the link, or their voice to me; null when nobody does, or a report does not say. */
  readonly carrier: string | null;
}

/** A report, and how long the time in it is. */
export interface Replay extends OpenedReport {
  readonly lengthMs: number;
}

export type LineCheckView = LineCheckState;

const seenAs = (facts: Case, carrier: string | null = null): Seen => ({
  facts,
  diagnosis: diagnose(facts),
  carrier,
});

/** @param afterMs since its first moment */
export function replayAt({ facts, lengthMs }: Replay, afterMs: number): Seen {
  return seenAs(afterMs >= lengthMs ? facts : caseAt(facts, spanOf(facts).fromMs + afterMs));
}

function obstacleOf({ state, trust }: Contact): Case['obstacle'] {
  if (trust === 'changed') return 'key-changed';
  return state === 'accepted' ? null : 'not-accepted';
}

export class DoctorState {
  readonly #deps: DoctorDeps;
  // eslint-disable-next-line svelte/prefer-svelte-reactivity -- only spares making the same bridge twice
  readonly #records = new Map<PeerId, Live<LinkRecord>>();

  readonly #line: Live<LineCheckState>;

  constructor(deps: DoctorDeps) {
    this.#deps = deps;
    this.#line = new Live(deps.doctor.line.store);
  }

  /** Until the returned function is called. */
  watch(peerId: PeerId): () => void {
    return this.#deps.doctor.watch(peerId);
  }

  look(contact: Contact): Seen {
    const { doctor, clock, around } = this.#deps;
    const friend = around.relay.carrierOf(contact.peerId);
    const facts: Case = {
      atMs: clock.now(),
      record: this.#record(contact.peerId).current,
      mailboxes: around.reach.entries.map(({ scope, phase }) => ({ scope, phase })),
      servers: doctor.servers(),
      obstacle: obstacleOf(contact),
      isCarried: this.#carrierOf(contact.peerId) !== null,
      isByFriend: friend !== null,
    };
    return seenAs(facts, friend ?? this.#carrierOf(contact.peerId));
  }

  /** As a text without names and addresses. */
  reportOf({ facts }: Seen, { version, shell, platform }: ReportApp): string {
    return writeConnectionReport({ app: { version, shell, platform }, facts });
  }

  async saveReport(text: string): Promise<{ name: string; folder: string }> {
    return await this.#deps.host.saveConnectionReport({ text });
  }

  /** Fails `report-malformed`. */
  async openReport(file: Blob): Promise<Replay> {
    // A report is ASCII: as many bytes as characters.
    if (file.size > connectionReportLength) throw new Failure('report-malformed', 'too large');
    const report = readConnectionReport(await file.text());
    const { fromMs, toMs } = spanOf(report.facts);
    return { ...report, lengthMs: toMs - fromMs };
  }

  /** The last look at my own line. */
  get line(): LineCheckView {
    return this.#line.current;
  }

  async checkLine(): Promise<void> {
    await this.#deps.doctor.line.start();
  }

  #carrierOf(peerId: PeerId): string | null {
    const { around } = this.#deps;
    const { members } = around.room;
    const through = members.find((member) => member.peerId === peerId)?.through ?? null;
    const carrier = members.find((member) => member.peerId === through);
    return carrier ? around.nameOf(carrier.peerId, carrier.name) : null;
  }

  #record(peerId: PeerId): Live<LinkRecord> {
    const known = this.#records.get(peerId) ?? new Live(this.#deps.doctor.of(peerId));
    this.#records.set(peerId, known);
    return known;
  }
}
