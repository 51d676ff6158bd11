// The bulk channel of one link, as all features use it: blocks out in turn, blocks in by the stream they were asked for under.
import type { Session } from '#core/peers/session';
import { PartAssembly, type PartKind } from '#core/bulk/parts';
import type { BulkPace } from '#core/bulk/pace';
import { Upload } from '#core/bulk/upload';
import type { Clock } from '#core/ports';

/** Where what comes in a stream belongs. */
export interface StreamSink {
  /** How long it is if it may come now; null when nobody waits for it. */
  expect(kind: PartKind, block: number): number | null;
  complete(kind: PartKind, block: number, bytes: Uint8Array<ArrayBuffer>): void;
}

export interface BulkLaneDeps {
  readonly session: Pick<Session, 'connection' | 'close'>;
  readonly clock: Clock;
  readonly pace: BulkPace;
}

export class BulkLane {
  readonly upload: Upload;
  readonly #assembly: PartAssembly;
  readonly #streams = new Map<number, StreamSink>();
  readonly #offs: (() => void)[] = [];
  #nextStream = 0;

  constructor({ session, clock, pace }: BulkLaneDeps) {
    const { connection } = session;
    this.upload = new Upload({
      send: (part) => connection.sendBulk(part),
      pace,
      after: (delayMs, callback) => clock.after(delayMs, callback),
    });
    this.#assembly = new PartAssembly({
      expect: ({ kind, stream, block }) => this.#streams.get(stream)?.expect(kind, block) ?? null,
      complete: ({ kind, stream, block }, bytes) => this.#streams.get(stream)?.complete(kind, block, bytes),
    });
    this.#offs.push(
      connection.events.on('bulkDrained', () => {
        this.upload.drained();
      }),
      connection.events.on('bulkReceived', (part) => {
        if (!this.#assembly.take(part)) session.close('protocol-broken');
      }),
    );
  }

  /** So many bytes were asked for. */
  owe(bytes: number): void {
    this.#assembly.owe(bytes);
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
    this.upload.end();
    this.#streams.clear();
    for (const off of this.#offs) off();
  }
}
