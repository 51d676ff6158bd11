// The control channel on the wire: binary messages of bounded size, in order; anything else breaks it.
import type { FailureCode } from '#shared/failure';
import { limits } from '#core/wire/limits';

export interface ControlChannelListener {
  opened(): void;
  received(message: Uint8Array): void;
  /** Once, and not after close(). */
  broken(code: FailureCode): void;
}

/** Both sides make it with the same number: no message is needed to open it (RFC 8832 is not used). */
const channelOptions: RTCDataChannelInit = { negotiated: true, id: 0, ordered: true };

export class ControlChannel {
  readonly #channel: RTCDataChannel;
  readonly #listener: ControlChannelListener;

  constructor(connection: RTCPeerConnection, listener: ControlChannelListener) {
    const channel = connection.createDataChannel('control', channelOptions);
    this.#channel = channel;
    this.#listener = listener;
    channel.binaryType = 'arraybuffer';
    channel.onopen = () => {
      listener.opened();
    };
    channel.onmessage = ({ data }: MessageEvent<unknown>) => {
      if (data instanceof ArrayBuffer && data.byteLength <= limits.controlMessageBytes) {
        listener.received(new Uint8Array(data));
      } else this.#break('protocol-broken');
    };
    channel.onclose = () => {
      this.#break('link-lost');
    };
  }

  /** False when it is not open, full, or the message is too large; nothing was sent then. */
  send(message: Uint8Array): boolean {
    const { readyState, bufferedAmount } = this.#channel;
    if (readyState !== 'open' || message.length > limits.controlMessageBytes) return false;
    if (bufferedAmount + message.length > limits.controlBufferBytes) return false;
    try {
      this.#channel.send(new Uint8Array(message));
      return true;
    } catch {
      return false; // it closed meanwhile, or the browser's own buffer is full
    }
  }

  close(): void {
    this.#channel.onopen = this.#channel.onmessage = this.#channel.onclose = null;
    this.#channel.close();
  }

  #break(code: FailureCode): void {
    this.close();
    this.#listener.broken(code);
  }
}
