// What a call looks like from outside: one value, one phase.
import type { CallId, EndReason } from '#shared/call-record';
import type { PeerId } from '#shared/identity';
import type { FailureCode } from '#shared/failure';

interface OfOneCall {
  readonly callId: CallId;
  readonly peerId: PeerId;
  /** Whether the ring asked for video. */
  readonly video: boolean;
}

export interface RemoteMedia {
  readonly microphone: boolean;
  readonly camera: boolean;
}

export type CallSnapshot =
  | { readonly phase: 'idle' }
  /** reaching: no link yet or not rung yet; ringing: it rings over there. */
  | (OfOneCall & { readonly phase: 'outgoing'; readonly stage: 'reaching' | 'ringing'; readonly sinceMs: number })
  | (OfOneCall & { readonly phase: 'incoming'; readonly sinceMs: number })
  /** Answered; media is on its way. */
  | (OfOneCall & { readonly phase: 'connecting'; readonly sinceMs: number })
  | (OfOneCall & { readonly phase: 'active'; readonly answeredAtMs: number; readonly remote: RemoteMedia })
  | (OfOneCall & { readonly phase: 'reconnecting'; readonly answeredAtMs: number; readonly sinceMs: number })
  | (OfOneCall & {
      readonly phase: 'ended';
      readonly reason: EndReason;
      /** Their words with a decline. */
      readonly note: string | null;
      readonly talkedMs: number;
      /** Why, where there is more to say than the reason. */
      readonly code: FailureCode | null;
    });
