// Sealed frames in parts: cut for sending, and put together again from parts that come in any order and never all at once.
import type { FrameFacts, Packet } from '#core/cast/packet';
import { limits } from '#core/wire/limits';

type Bytes = Uint8Array<ArrayBuffer>;

export const partsOf = (bytes: number): number => Math.max(1, Math.ceil(bytes / limits.castPartBytes));

export function* cutFrame(sealed: Bytes): Generator<Bytes> {
  for (let at = 0; at === 0 || at < sealed.length; at += limits.castPartBytes)
    yield sealed.subarray(at, at + limits.castPartBytes);
}

interface OpenFrame {
  readonly frame: FrameFacts;
  readonly parts: (Bytes | undefined)[];
  got: number;
  bytes: number;
}

export interface WholeFrame {
  readonly frame: FrameFacts;
  readonly sealed: Bytes;
}

const isSame = (a: FrameFacts, b: FrameFacts): boolean =>
  a.parts === b.parts && a.timestampUs === b.timestampUs && a.isKey === b.isKey && a.kind === b.kind;

/** Holds a bounded number of frames and bytes; the oldest give way. Every packet is to be given once. */
export class FrameAssembly {
  readonly #open = new Map<number, OpenFrame>();
  #bytes = 0;

  /** The frame that this packet completes. */
  add(packet: Packet & { readonly frame: FrameFacts }): WholeFrame | null {
    const { frame, part, body } = packet;
    const open = this.#open.get(frame.first) ?? this.#begin(frame);
    // Packets of one caster that contradict each other: the first of them stands.
    if (!isSame(open.frame, frame) || open.parts[part]) return null;
    open.parts[part] = body;
    open.got += 1;
    open.bytes += body.length;
    this.#bytes += body.length;
    if (open.got < frame.parts) {
      this.#bound();
      return null;
    }
    this.#drop(frame.first);
    return { frame: open.frame, sealed: joined(open) };
  }

  #begin(frame: FrameFacts): OpenFrame {
    const open: OpenFrame = { frame, parts: [], got: 0, bytes: 0 };
    this.#open.set(frame.first, open);
    return open;
  }

  #drop(first: number): void {
    this.#bytes -= this.#open.get(first)?.bytes ?? 0;
    this.#open.delete(first);
  }

  #bound(): void {
    while (this.#open.size > limits.castFramesOpen || this.#bytes > limits.castFramesBytes) {
      const [oldest] = this.#open.keys();
      if (oldest === undefined) return;
      this.#drop(oldest);
    }
  }
}

function joined({ parts, bytes }: OpenFrame): Bytes {
  const sealed = new Uint8Array(bytes);
  let at = 0;
  for (const part of parts) {
    sealed.set(part ?? [], at);
    at += part?.length ?? 0;
  }
  return sealed;
}
