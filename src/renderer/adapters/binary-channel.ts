// A channel for bytes on the wire: binary messages of bounded size, filled no further than its high-water mark; anything
// else breaks it.
import type { FailureCode } from '#shared/failure';

export interface BinaryChannelListener {
  /** It opened, or what waits in it fell to the low-water mark. */
  drained(): void;
  received(message: Uint8Array<ArrayBuffer>): void;
  /** Once, and not after close(). */
  broken(code: FailureCode): void;
}

export interface BinaryChannelKind {
  readonly label: string;
  /** Both sides make the channel with the same number, in the first negotiation. */
  readonly id: number;
  readonly isOrdered: boolean;
  readonly messageBytes: number;
  readonly highWaterBytes: number;
  readonly lowWaterBytes: number;
}

export class BinaryChannel {
  readonly #channel: RTCDataChannel;
  readonly #kind: BinaryChannelKind;
  readonly #listener: BinaryChannelListener;

  constructor(connection: RTCPeerConnection, kind: BinaryChannelKind, listener: BinaryChannelListener) {
    const { label, id, isOrdered } = kind;
    const channel = connection.createDataChannel(label, { negotiated: true, id, ordered: isOrdered });
    this.#channel = channel;
    this.#kind = kind;
    this.#listener = listener;
    channel.binaryType = 'arraybuffer';
    channel.bufferedAmountLowThreshold = kind.lowWaterBytes;
    channel.onopen = channel.onbufferedamountlow = () => {
      listener.drained();
    };
    channel.onmessage = ({ data }: MessageEvent<unknown>) => {
      if (data instanceof ArrayBuffer && data.byteLength <= kind.messageBytes) listener.received(new Uint8Array(data));
      else this.#break('protocol-broken');
    };
    channel.onclose = () => {
      this.#break('link-lost');
    };
  }

  get waitingBytes(): number {
    return this.#channel.bufferedAmount;
  }

  /** False when it is not open, full, or the message is too large; nothing was sent then. */
  send(message: Uint8Array<ArrayBuffer>): boolean {
    const { readyState, bufferedAmount } = this.#channel;
    const { messageBytes, highWaterBytes } = this.#kind;
    if (readyState !== 'open' || message.length > messageBytes) return false;
    if (bufferedAmount + message.length > highWaterBytes) return false;
    try {
      this.#channel.send(message);
      return true;
    } catch {
      return false; // it closed meanwhile
    }
  }

  close(): void {
    const channel = this.#channel;
    channel.onopen = channel.onbufferedamountlow = channel.onmessage = channel.onclose = null;
    channel.close();
  }

  #break(code: FailureCode): void {
    this.close();
    this.#listener.broken(code);
  }
}
