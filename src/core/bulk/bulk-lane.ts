// The bulk channel of one link and those beside it, as all features use them: blocks out in turn, blocks in by the stream they were asked
// for under.
import type { Session } from '#core/peers/session';
import { Owed, PartAssembly, type AssemblyDeps, type PartKind } from '#core/bulk/parts';
import type { BulkPace } from '#core/bulk/pace';
import { Sides } from '#core/bulk/sides';
import { Upload } from '#core/bulk/upload';
import type { Clock, Connection } from '#core/ports';

/** Where what comes in a stream belongs. */
export interface StreamSink {
  /** How long it is if it may come now; null when nobody waits for it. */
  expect(kind: PartKind, block: number): number | null;
  complete(kind: PartKind, block: number, bytes: Uint8Array<ArrayBuffer>): void;
  /** A side connection broke: what was asked for and did not come may be lost. */
  lost?(): void;
}

export interface BulkLaneDeps {
  readonly session: Pick<Session, 'connection' | 'router' | 'via' | 'close'>;
  readonly openSide: (isPolite: boolean) => Connection;
  readonly clock: Clock;
  readonly pace: BulkPace;
}

export class BulkLane {
  readonly upload: Upload;
  readonly #owed = new Owed();
  readonly #sides: Sides;
  readonly #streams = new Map<number, StreamSink>();
  readonly #offs: (() => void)[] = [];
  #nextStream = 0;

  constructor({ session, openSide, clock, pace }: BulkLaneDeps) {
    const { connection } = session;
    this.upload = new Upload({
      main: {
        send: (part) => connection.sendBulk(part),
        get waitingBytes() {
          return connection.bulkWaitingBytes;
        },
      },
      pace,
      after: (delayMs, callback) => clock.after(delayMs, callback),
    });
    const assembly: AssemblyDeps = {
      expect: ({ kind, stream, block }) => this.#streams.get(stream)?.expect(kind, block) ?? null,
      complete: ({ kind, stream, block }, bytes) => this.#streams.get(stream)?.complete(kind, block, bytes),
    };
    const parts = new PartAssembly(assembly, this.#owed);
    this.#offs.push(
      connection.events.on('bulkDrained', () => {
        this.upload.drained();
      }),
      connection.events.on('bulkReceived', (part) => {
        if (!parts.take(part)) session.close('protocol-broken');
      }),
    );
    const { upload } = this;
    const lost = (): void => {
      for (const sink of [...this.#streams.values()]) sink.lost?.();
    };
    this.#sides = new Sides({ session, upload, owed: this.#owed, assembly, open: openSide, clock, lost });
  }

  /** Through how many channels blocks may come: the link's own, and those beside it. */
  get channels(): number {
    return 1 + this.#sides.receiving;
  }

  /** So many bytes were asked for. What is not wanted any more may be on its way already, so this is never taken back. */
  owe(bytes: number): void {
    this.#owed.add(bytes);
  }

  openStream(sink: StreamSink): number {
    this.#nextStream = (this.#nextStream + 1) & 0xffff;
    this.#streams.set(this.#nextStream, sink);
    return this.#nextStream;
  }

  closeStream(stream: number): void {
    this.#streams.delete(stream);
  }

  end(): void {
    this.#sides.end();
    this.upload.end();
    this.#streams.clear();
    for (const off of this.#offs) off();
  }
}
