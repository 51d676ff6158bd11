// What file drop looks like from outside: every drop of this person, in and out, and how each fares.
import type { DropId } from '#shared/drop';
import type { FailureCode } from '#shared/failure';
import type { PeerId } from '#shared/identity';
import type { RoomId } from '#shared/room';

export interface DroppedFile {
  /** Name components, checked; the last is the file's own name. */
  readonly path: readonly string[];
  readonly bytes: number;
}

/** How a drop fares here, or at one receiver. */
export type DropStage =
  /** My own files are read and hashed; `doneBytes` counts it. */
  | { readonly phase: 'preparing' }
  /** Outgoing: whoever was asked has not answered. Incoming at another receiver: the same. */
  | { readonly phase: 'offered' }
  /** Incoming: waits for this person's answer. */
  | { readonly phase: 'asked' }
  | { readonly phase: 'running' }
  /**
   * Nobody who has it is here; goes on by itself. `isUntold`: whoever gave it is not here and has not told what it is made of, so that
   * nobody else's word could be checked.
   */
  | { readonly phase: 'waiting'; readonly isUntold?: true }
  | { readonly phase: 'paused'; readonly by: PeerId }
  /** Mine, and the browser let go of its files: goes on once they are chosen again. */
  | { readonly phase: 'detached' }
  | { readonly phase: 'finished' }
  | { readonly phase: 'declined' }
  | { readonly phase: 'cancelled'; readonly by: PeerId }
  | { readonly phase: 'failed'; readonly code: FailureCode };

export interface DropReceiver {
  readonly peerId: PeerId;
  readonly name: string;
  readonly stage: DropStage;
  readonly doneBytes: number;
  /** Who sends to them at the moment, by their own word. */
  readonly feeders: readonly PeerId[];
}

export interface DropSnapshot {
  readonly dropId: DropId;
  readonly direction: 'incoming' | 'outgoing';
  readonly from: PeerId;
  readonly fromName: string;
  /** The room it was dropped in; null when it went to people. */
  readonly roomId: RoomId | null;
  readonly atMs: number;
  /** The first of them, and how many there are. */
  readonly files: readonly DroppedFile[];
  readonly fileCount: number;
  /** Of all files. */
  readonly bytes: number;
  readonly stage: DropStage;
  /** Incoming: verified and on disk. Preparing: read. Outgoing: the least of the receivers that go on. */
  readonly doneBytes: number;
  readonly bytesPerSecond: number;
  /** Everybody it goes to, besides me. */
  readonly receivers: readonly DropReceiver[];
  /** Who sends me blocks at the moment; who gave how much since the app was started; whom I send blocks to. */
  readonly feeders: readonly PeerId[];
  readonly givers: readonly { readonly peerId: PeerId; readonly bytes: number }[];
  readonly fed: readonly PeerId[];
  /** What I have sent of it in all. */
  readonly sentBytes: number;
  /** Somebody else's drop, to which I give what I share of the same. */
  readonly isLoan: boolean;
}
