// Blobs to and fro on one Noise stream: a message is a byte 1 and a blob, or a byte 6, by which the other side has taken the oldest.
import type { NoiseStream } from 'hyperdht';
import type { Clock } from '#main/services/clock';
import { joinBytes } from '#main/services/byte-layout';
import type { RateLimit } from '#main/services/rate-limit';
import { serviceLimits as limits } from '#main/services/service-limits';

const blobKind = 1;
const takenKind = 6;
const taken = Uint8Array.of(takenKind);

export interface BlobStreamOptions {
  readonly stream: NoiseStream;
  readonly clock: Clock;
  /** Of everybody's blobs, by `who`. */
  readonly rate: RateLimit;
  readonly who: string;
  readonly onBlob: (blob: Uint8Array<ArrayBuffer>) => void;
  readonly onEnd: () => void;
}

export class BlobStream {
  readonly #options: BlobStreamOptions;
  readonly #receipts: ((wasTaken: boolean) => void)[] = [];
  #idle: NodeJS.Timeout;
  /** Came since the last whole message. */
  #unreadBytes = 0;
  #hasEnded = false;

  /** @param options.stream open already */
  constructor(options: BlobStreamOptions) {
    this.#options = options;
    this.#idle = this.#idleLater();
    const { stream } = options;
    this.#boundMessages();
    stream.on('data', (message: Uint8Array) => {
      this.#take(message);
    });
    stream.on('error', () => undefined); // followed by close
    stream.on('close', () => {
      this.close();
    });
    stream.on('end', () => {
      this.close();
    });
  }

  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  /** Whether the other side took it, in time; when not, the stream is of no use any more. */
  async give(blob: Uint8Array): Promise<boolean> {
    if (this.#hasEnded) return false;
    const wasTaken = await new Promise<boolean>((resolve) => {
      const late = setTimeout(() => {
        resolve(false);
      }, limits.dhtWaitMs);
      this.#receipts.push((isTaken) => {
        clearTimeout(late);
        resolve(isTaken);
      });
      this.#options.stream.write(joinBytes([Uint8Array.of(blobKind), blob]));
      this.#stay();
    });
    if (!wasTaken) this.close();
    return wasTaken;
  }

  close(): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    clearTimeout(this.#idle);
    for (const receipt of this.#receipts.splice(0)) receipt(false);
    this.#options.stream.destroy();
    this.#options.onEnd();
  }

  #take(message: Uint8Array): void {
    this.#unreadBytes = 0;
    if (this.#hasEnded || message.length === 0) return;
    if (message[0] === takenKind && message.length === 1 && this.#receipts.length > 0) this.#receipts.shift()?.(true);
    else if (message[0] === blobKind && this.#isBlob(message)) {
      const { stream, onBlob } = this.#options;
      this.#stay();
      onBlob(new Uint8Array(message.subarray(1)));
      stream.write(taken);
    } else this.close();
  }

  #isBlob({ length }: Uint8Array): boolean {
    const { rate, who, clock } = this.#options;
    return length > 1 && length <= 1 + limits.dhtBlobBytes && rate.take(who, clock.now());
  }

  /**
   * The library would gather a message of up to 16 MiB (whose memory the system gives as it fills): whoever sends more than a blob
   * before a message is whole is hung up on.
   */
  #boundMessages(): void {
    this.#options.stream.rawStream?.on('data', ({ length }: Uint8Array) => {
      this.#unreadBytes += length;
      if (this.#unreadBytes > limits.dhtUnreadBytes) this.close();
    });
  }

  #stay(): void {
    clearTimeout(this.#idle);
    this.#idle = this.#idleLater();
  }

  #idleLater(): NodeJS.Timeout {
    return setTimeout(() => {
      this.close();
    }, limits.dhtStreamIdleMs).unref();
  }
}
