// One person at one place in the DHT, from beginning to goodbye: those who are welcome are told of it and may call, and blobs go out.
import type { NoiseStream } from 'hyperdht';
import { Failure } from '#shared/failure';
import type { PeerId } from '#shared/identity';
import { toHex } from '#main/services/byte-layout';
import type { Clock } from '#main/services/clock';
import { BlobStream } from '#main/services/dht/blob-stream';
import { DhtNode, type DhtLibrary } from '#main/services/dht/dht-node';
import { NewestFirst } from '#main/services/dht/newest-first';
import { openPlace, type Pairing } from '#main/services/dht/pairing';
import { PlaceRecords } from '#main/services/dht/place-records';
import { inTime } from '#main/services/in-time';
import { RateLimit } from '#main/services/rate-limit';
import { serviceLimits as limits } from '#main/services/service-limits';

export interface DhtPresenceOptions {
  readonly library: DhtLibrary;
  readonly nodes: readonly string[];
  readonly host?: string | undefined;
  readonly clock: Clock;
  readonly random: (length: number) => Uint8Array;
  readonly onBlob: (blob: Uint8Array<ArrayBuffer>) => void;
  readonly onOpen: (isOpen: boolean) => void;
}

export class DhtPresence {
  readonly #options: DhtPresenceOptions;
  readonly #node: DhtNode;
  readonly #records: PlaceRecords;
  readonly #calls = new RateLimit({ perSecond: limits.dhtCallsPerSecond, burst: limits.dhtCallsBurst });
  readonly #blobs = new RateLimit({ perSecond: limits.dhtBlobsPerSecond, burst: limits.dhtBlobsBurst });
  readonly #seeking = new NewestFirst({ atOnce: limits.dhtSoughtAtOnce, waiting: limits.dhtSoughtWaiting });
  readonly #streams = new Set<BlobStream>();
  /** The newest stream with somebody, whoever opened it. */
  readonly #lines = new Map<PeerId, BlobStream>();
  readonly #turns = new Map<PeerId, Promise<unknown>>();
  readonly #absentUntilMs = new Map<PeerId, number>();
  /** By pairing: where they were last. */
  readonly #places = new Map<string, Uint8Array>();
  /** By the key they call with (hex). */
  #welcome: ReadonlyMap<string, Pairing> = new Map();
  #pairings: readonly Pairing[] = [];
  #watch: NodeJS.Timeout | null = null;
  #announcedAtMs = 0;
  #hasBegun = false;
  #hasEnded = false;

  constructor(options: DhtPresenceOptions) {
    this.#options = options;
    const { library, nodes, host, clock, random } = options;
    this.#node = new DhtNode({
      ...{ library, nodes, host, clock },
      // Another place each time: who knew one before cannot follow.
      seed: random(32),
      isWelcome: (caller) => this.#isWelcome(caller),
      onCall: (stream) => {
        this.#answer(stream);
      },
    });
    this.#records = new PlaceRecords({ node: this.#node, clock, random });
  }

  async open(): Promise<void> {
    this.#announcedAtMs = this.#options.clock.now();
    await this.#node.listen();
    // Somebody is told before it is said that anybody can call.
    if (this.#node.isAnnounced) await inTime(this.#records.write(), limits.dhtWaitMs);
    if (this.#hasEnded) return;
    this.#hasBegun = true;
    this.#look();
    this.#watch = setInterval(() => {
      this.#look();
    }, limits.dhtWatchMs);
  }

  /** Who may be sought, and who of them is welcome. */
  know(pairings: readonly Pairing[]): void {
    const welcome = pairings.filter(({ isWelcome }) => isWelcome);
    this.#pairings = pairings;
    this.#welcome = new Map(welcome.map((pairing) => [toHex(pairing.theirs.caller.publicKey), pairing]));
    const ids = new Set(pairings.map(({ id }) => id));
    for (const id of this.#places.keys()) if (!ids.has(id)) this.#places.delete(id);
    this.#records.keep(welcome);
    if (this.#isOpen) void this.#records.write();
  }

  /**
   * Hands the blob to that person; resolves when they took it. Blobs for one person go in the order of the calls. Fails
   * `rendezvous-down` while this person is not announced, `peer-unreachable` when they are not found or do not take it.
   */
  async send(to: PeerId, blob: Uint8Array): Promise<void> {
    const turn = (this.#turns.get(to) ?? Promise.resolve()).then(async () => {
      await this.#deliver(to, blob);
    });
    const settled = turn.catch(() => undefined);
    this.#turns.set(to, settled);
    try {
      await turn;
    } finally {
      if (this.#turns.get(to) === settled) this.#turns.delete(to);
    }
  }

  async close(): Promise<void> {
    this.#hasEnded = true;
    if (this.#watch) clearInterval(this.#watch);
    this.#seeking.clear();
    for (const stream of [...this.#streams]) stream.close();
    await this.#node.close();
  }

  get #isOpen(): boolean {
    return this.#hasBegun && !this.#hasEnded && this.#node.isAnnounced;
  }

  #look(): void {
    const { onOpen, clock } = this.#options;
    const nowMs = clock.now();
    onOpen(this.#isOpen);
    if (this.#isOpen) void this.#records.write();
    else if (nowMs - this.#announcedAtMs >= limits.dhtAnnounceAgainMs) {
      this.#announcedAtMs = nowMs;
      this.#node.announceAgain();
    }
  }

  #isWelcome(caller: Uint8Array): boolean {
    const pairing = this.#welcome.get(toHex(caller));
    if (!pairing || this.#hasEnded || this.#streams.size >= limits.dhtStreams) return false;
    return this.#calls.take(pairing.id, this.#options.clock.now());
  }

  #answer(stream: NoiseStream): void {
    const pairing = this.#welcome.get(toHex(stream.remotePublicKey));
    if (!pairing || this.#hasEnded || this.#streams.size >= limits.dhtStreams) stream.destroy();
    else this.#carry(stream, pairing);
  }

  #carry(stream: NoiseStream, { id, peerId }: Pairing): BlobStream {
    const { clock, onBlob } = this.#options;
    const carried: BlobStream = new BlobStream({
      ...{ stream, clock, onBlob },
      rate: this.#blobs,
      who: id,
      onEnd: () => {
        this.#streams.delete(carried);
        if (peerId !== null && this.#lines.get(peerId) === carried) this.#lines.delete(peerId);
      },
    });
    this.#streams.add(carried);
    if (peerId !== null) {
      this.#lines.set(peerId, carried);
      this.#absentUntilMs.delete(peerId);
    }
    return carried;
  }

  async #deliver(to: PeerId, blob: Uint8Array): Promise<void> {
    if (!this.#isOpen) throw new Failure('rendezvous-down', 'dht');
    if (await this.#lines.get(to)?.give(blob)) return;
    const { clock } = this.#options;
    if (clock.now() < (this.#absentUntilMs.get(to) ?? 0)) throw new Failure('peer-unreachable', 'not in the DHT');
    const line = await this.#seeking.run(async () => await this.#reach(to));
    if (await line?.give(blob)) return;
    this.#noteAbsent(to);
    throw new Failure('peer-unreachable', 'not in the DHT');
  }

  #noteAbsent(peerId: PeerId): void {
    const nowMs = this.#options.clock.now();
    for (const [other, untilMs] of this.#absentUntilMs) if (untilMs <= nowMs) this.#absentUntilMs.delete(other);
    this.#absentUntilMs.set(peerId, nowMs + limits.dhtAbsentMs);
  }

  async #reach(peerId: PeerId): Promise<BlobStream | null> {
    for (const pairing of this.#pairings.filter((one) => one.peerId === peerId)) {
      const line = await this.#find(pairing);
      if (line) return line;
    }
    return this.#lines.get(peerId) ?? null;
  }

  /** Where they were last, or where they say they are by now. */
  async #find(pairing: Pairing): Promise<BlobStream | null> {
    const known = this.#places.get(pairing.id);
    const line = known && (await this.#call(pairing, known));
    if (line) return line;
    const record = await this.#node.get(pairing.theirs.record.publicKey);
    const place = record && openPlace(pairing.theirs, record);
    if (!place || (known && Buffer.compare(place, known) === 0)) return null;
    this.#places.set(pairing.id, place);
    return await this.#call(pairing, place);
  }

  /** Not waited for longer than the limit; a stream that opens later is kept for the next blob. */
  async #call(pairing: Pairing, place: Uint8Array): Promise<BlobStream | null> {
    const opened = this.#node.call(place, pairing.mine.caller).then((stream) => {
      if (!stream) return null;
      if (!this.#hasEnded) return this.#carry(stream, pairing);
      stream.destroy();
      return null;
    });
    return await inTime(opened, limits.dhtWaitMs);
  }
}
