// The bulk channel on the wire: binary messages of bounded size, in order, filled no further than the high-water mark;
// anything else breaks it.
import type { FailureCode } from '#shared/failure';
import { limits } from '#core/wire/limits';

export interface BulkChannelListener {
  /** It opened, or what waits in it fell to the low-water mark. */
  drained(): void;
  received(message: Uint8Array<ArrayBuffer>): void;
  /** Once, and not after close(). */
  broken(code: FailureCode): void;
}

/** As the control channel: both sides make it with the same number, in the first negotiation. */
const channelOptions: RTCDataChannelInit = { negotiated: true, id: 1, ordered: true };

const messageBytes = limits.bulkHeaderBytes + limits.bulkPartBytes;

export class BulkChannel {
  readonly #channel: RTCDataChannel;
  readonly #listener: BulkChannelListener;

  constructor(connection: RTCPeerConnection, listener: BulkChannelListener) {
    const channel = connection.createDataChannel('bulk', channelOptions);
    this.#channel = channel;
    this.#listener = listener;
    channel.binaryType = 'arraybuffer';
    channel.bufferedAmountLowThreshold = limits.bulkLowWaterBytes;
    channel.onopen = channel.onbufferedamountlow = () => {
      listener.drained();
    };
    channel.onmessage = ({ data }: MessageEvent<unknown>) => {
      if (data instanceof ArrayBuffer && data.byteLength <= messageBytes) listener.received(new Uint8Array(data));
      else this.#break('protocol-broken');
    };
    channel.onclose = () => {
      this.#break('link-lost');
    };
  }

  /** False when it is not open, full, or the message is too large; nothing was sent then. */
  send(message: Uint8Array<ArrayBuffer>): boolean {
    const { readyState, bufferedAmount } = this.#channel;
    if (readyState !== 'open' || message.length > messageBytes) return false;
    if (bufferedAmount + message.length > limits.bulkHighWaterBytes) return false;
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
