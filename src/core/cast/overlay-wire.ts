// What people of one cast tell each other to find their places, as the overlay speaks of it; passes have been checked by then. The
// app puts these on links, the simulator on a model of lines.
import type { PeerId } from '#shared/identity';
import type { Member } from '#core/cast/member';
import type { Held } from '#core/cast/packet-window';

/** Somebody with seats to give in a stripe. */
export interface Spare {
  readonly peerId: PeerId;
  readonly free: number;
  /** Seats taken by those who feed nobody: who feeds others gets one of them. */
  readonly leaves: number;
  readonly depth: number;
}

export interface Edge {
  readonly peerId: PeerId;
  readonly parent: PeerId;
  readonly depth: number;
}

/** One stripe's tree from somebody downwards. */
export interface Report {
  readonly stripe: number;
  readonly viewers: number;
  readonly lenders: number;
  readonly seats: number;
  readonly spare: readonly Spare[];
  readonly edges: readonly Edge[];
}

export type OverlayMessage =
  /** May I have a seat, and a start from the newest key frame if I am new? Others of whom I got nothing are named. */
  | {
      readonly kind: 'ask';
      readonly stripe: number;
      readonly member: Member;
      readonly failed: readonly PeerId[];
      readonly isNew: boolean;
    }
  /** You have one; said again when my own place has changed. Ask those above me when I am gone. */
  | { readonly kind: 'seat'; readonly stripe: number; readonly depth: number; readonly above: readonly Member[] }
  | { readonly kind: 'no-seat'; readonly stripe: number; readonly instead: readonly Member[] }
  /** Your seat is given to another; I go on for a moment. */
  | { readonly kind: 'unseat'; readonly stripe: number; readonly instead: readonly Member[] }
  /** I want nothing of this stripe any more. */
  | { readonly kind: 'leave'; readonly stripe: number }
  /** Somebody is sent to `to`. */
  | { readonly kind: 'meet'; readonly to: PeerId; readonly member: Member }
  | { readonly kind: 'want'; readonly numbers: readonly number[] }
  /** All from the newest key frame on. */
  | { readonly kind: 'catch-up' }
  /** To the caster, from child to parent. */
  | { readonly kind: 'key-frame' }
  | { readonly kind: 'report'; readonly report: Report };

export interface OverlayWire {
  isLinked(peerId: PeerId): boolean;
  /** Opens a link if it can; `linkOpened` tells. */
  reach(peerId: PeerId): void;
  send(to: PeerId, message: OverlayMessage): void;
  /** False when nothing more fits into their channel. */
  sendPacket(to: PeerId, packet: Held): boolean;
}
