// Offers of others that wait for this person's answer, and those that were answered with no.
import type { DropId } from '#shared/drop';
import type { PeerId } from '#shared/identity';
import type { DropLink, DropMessage } from '#core/drop/drop-link';
import { contentBytes } from '#core/drop/told-contents';
import type { Offer } from '#core/drop/offer-parts';
import type { DropSnapshot, DropStage } from '#core/drop/snapshot';
import { limits } from '#core/wire/limits';

export interface Ask {
  readonly offer: Offer;
  readonly from: PeerId;
  readonly atMs: number;
  readonly bytes: number;
  stage: DropStage;
  /** What others of the drop said to me already; the last word of each that matters. */
  readonly heard: Map<PeerId, { readonly link: DropLink; readonly message: DropMessage }>;
  /** What its giver told ahead of what the files are made of, so far. */
  readonly told: { readonly link: DropLink; readonly message: DropMessage }[];
  toldBytes: number;
}

const shownFiles = 20;

export class DropAsks {
  readonly #asks = new Map<DropId, Ask>();

  get(dropId: DropId): Ask | null {
    return this.#asks.get(dropId) ?? null;
  }

  /** Null when it is not theirs to offer, or too many of theirs wait. */
  add(offer: Offer, from: PeerId, nowMs: number): Ask | null {
    const before = this.#asks.get(offer.dropId);
    if (before && before.from !== from) return null;
    if (before?.stage.phase === 'declined') return before;
    const waiting = [...this.#asks.values()].filter((ask) => ask.from === from && ask.stage.phase === 'asked');
    if (!before && waiting.length >= limits.dropOffersWaiting) return null;
    const bytes = offer.entries.reduce((sum, { size }) => sum + size, 0);
    const heard: Ask['heard'] =
      before?.heard ?? new Map<PeerId, { readonly link: DropLink; readonly message: DropMessage }>();
    const ask: Ask = {
      offer,
      from,
      atMs: before?.atMs ?? nowMs,
      bytes,
      stage: { phase: 'asked' },
      heard,
      told: [],
      toldBytes: 0,
    };
    this.#asks.set(offer.dropId, ask);
    return ask;
  }

  /** By its giver; what is beyond the bound they tell again when it is taken. */
  tell(ask: Ask, link: DropLink, message: Extract<DropMessage, { kind: 'drop.contents' }>): void {
    const bytes = message.body.contents.reduce((sum, content) => sum + contentBytes(content), 0);
    if (link.peerId !== ask.from || ask.toldBytes + bytes > limits.dropAheadBytes) return;
    ask.toldBytes += bytes;
    ask.told.push({ link, message });
  }

  remove(dropId: DropId): void {
    this.#asks.delete(dropId);
  }

  snapshots(self: PeerId, nameOf: (peerId: PeerId) => string): DropSnapshot[] {
    return [...this.#asks.values()].map(({ offer, from, atMs, bytes, stage }) => ({
      dropId: offer.dropId,
      direction: 'incoming' as const,
      from,
      fromName: nameOf(from),
      roomId: offer.roomId,
      atMs,
      files: offer.entries.slice(0, shownFiles).map(({ path, size }) => ({ path, bytes: size })),
      fileCount: offer.entries.length,
      bytes,
      stage,
      doneBytes: 0,
      bytesPerSecond: 0,
      receivers: offer.people
        .filter((peerId) => peerId !== self)
        .map((peerId) => ({
          peerId,
          name: nameOf(peerId),
          stage: { phase: 'offered' as const },
          doneBytes: 0,
          feeders: [],
        })),
      feeders: [],
      givers: [],
      fed: [],
      sentBytes: 0,
      isLoan: false,
    }));
  }
}
