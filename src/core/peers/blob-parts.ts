// Cuts sealed blobs into parts for the control channel and puts arriving parts together, within bounds per sender.
import type { Clock } from '#core/ports';
import type { BlobPart } from '#core/peers/mutual-messages';
import { limits } from '#core/wire/limits';

/** At most `limits.mutualParts` parts for a blob of at most `limits.sealedBlobBytes`. */
export function cutBlob(blobId: string, blob: Uint8Array): readonly BlobPart[] {
  const parts = Math.max(1, Math.ceil(blob.length / limits.mutualPartBytes));
  return Array.from({ length: parts }, (_, index) => ({
    blobId,
    index,
    parts,
    bytes: blob.slice(index * limits.mutualPartBytes, (index + 1) * limits.mutualPartBytes),
  }));
}

interface Unfinished {
  readonly parts: (Uint8Array | null)[];
  readonly cancel: () => void;
}

function join(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** The unfinished blobs of everybody; a sender's oldest makes way for the fifth. */
export class BlobAssembly<Sender extends string> {
  readonly #clock: Pick<Clock, 'after'>;
  readonly #senders = new Map<Sender, Map<string, Unfinished>>();

  constructor(clock: Pick<Clock, 'after'>) {
    this.#clock = clock;
  }

  /** The whole blob when this part was the last one missing, else null. A part that contradicts earlier ones is dropped. */
  take(sender: Sender, { blobId, index, parts, bytes }: BlobPart): Uint8Array | null {
    if (index >= parts) return null;
    if (parts === 1) return bytes;
    const unfinished = this.#senders.get(sender)?.get(blobId) ?? this.#begin(sender, blobId, parts);
    if (unfinished.parts.length !== parts || unfinished.parts[index] !== null) return null;
    unfinished.parts[index] = bytes;
    const present = unfinished.parts.filter((part) => part !== null);
    if (present.length < parts) return null;
    this.#drop(sender, blobId);
    return join(present);
  }

  clear(): void {
    for (const [sender, blobs] of this.#senders) for (const blobId of [...blobs.keys()]) this.#drop(sender, blobId);
  }

  #begin(sender: Sender, blobId: string, parts: number): Unfinished {
    const blobs = this.#senders.get(sender) ?? new Map<string, Unfinished>();
    this.#senders.set(sender, blobs);
    const oldest = blobs.keys().next();
    if (blobs.size >= limits.mutualUnfinished && !oldest.done) this.#drop(sender, oldest.value);
    const cancel = this.#clock.after(limits.mutualUnfinishedMs, () => {
      this.#drop(sender, blobId);
    });
    const unfinished: Unfinished = { parts: Array.from({ length: parts }, () => null), cancel };
    // Dropping the oldest may have forgotten the sender.
    const kept = this.#senders.get(sender) ?? blobs;
    this.#senders.set(sender, kept);
    kept.set(blobId, unfinished);
    return unfinished;
  }

  #drop(sender: Sender, blobId: string): void {
    const blobs = this.#senders.get(sender);
    blobs?.get(blobId)?.cancel();
    blobs?.delete(blobId);
    if (blobs?.size === 0) this.#senders.delete(sender);
  }
}
