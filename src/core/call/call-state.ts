// The states of a call, what can happen to it, what it asks for, and the few transitions that several events share.
import type * as v from 'valibot';
import type { CallId, EndReason } from '#shared/call-record';
import type { FailureCode } from '#shared/failure';
import type { PeerId } from '#shared/identity';
import type { callMessages } from '#core/call/messages';
import { forgive, noteUnanswered, type RingLog } from '#core/call/ring-policy';
import type { CallSnapshot, RemoteMedia } from '#core/call/snapshot';
import { limits } from '#core/wire/limits';
import { paces } from '#core/wire/paces';

type Kinds = keyof typeof callMessages;
export type CallMessage = { [K in Kinds]: { kind: K; body: v.InferOutput<(typeof callMessages)[K]> } }[Kinds];

export interface EndedCall {
  readonly callId: CallId;
  readonly peerId: PeerId;
  readonly direction: 'incoming' | 'outgoing';
  readonly video: boolean;
  readonly startedAt: number;
  readonly talkedMs: number;
  readonly reason: EndReason;
  readonly wasAnswered: boolean;
}

export interface OneCall {
  readonly callId: CallId;
  readonly peerId: PeerId;
  readonly video: boolean;
  readonly direction: 'incoming' | 'outgoing';
  readonly startedAtMs: number;
}

interface Answered {
  readonly answeredAtMs: number;
  readonly remote: RemoteMedia;
}

export type CallState =
  | { readonly phase: 'idle' }
  /** hasRung: my ring went out on the link there is now. wasRung: they said that it rings there, on any link. */
  | (OneCall & {
      readonly phase: 'outgoing';
      readonly isRinging: boolean;
      readonly hasRung: boolean;
      readonly wasRung: boolean;
    })
  | (OneCall & { readonly phase: 'incoming'; readonly isLinked: boolean })
  | (OneCall & Answered & { readonly phase: 'connecting' })
  | (OneCall & Answered & { readonly phase: 'active' })
  /** isAgreed: both sides are known to be in this call on this link; a repaired link goes on without a word. */
  | (OneCall &
      Answered & {
        readonly phase: 'reconnecting';
        readonly sinceMs: number;
        readonly isAgreed: boolean;
        readonly tries: number;
      })
  | (OneCall & {
      readonly phase: 'ended';
      readonly reason: EndReason;
      readonly note: string | null;
      readonly talkedMs: number;
      readonly code: FailureCode | null;
    });

export type RunningCall = Exclude<CallState, { phase: 'idle' | 'ended' }>;
export type AnsweredCall = Extract<CallState, { phase: 'connecting' | 'active' | 'reconnecting' }>;

export interface Machine {
  readonly call: CallState;
  readonly rings: RingLog;
  /** Calls that are over, newest last: late messages about them are answered with the truth. */
  readonly over: readonly { readonly callId: CallId; readonly peerId: PeerId }[];
}

export type CallTimer = 'reach' | 'ring' | 'reconnect';

export type Effect =
  | { do: 'send'; to: PeerId; message: CallMessage }
  /** Find or open a link. `tries` counts failed ones in a row. */
  | { do: 'reach'; peerId: PeerId; tries: number }
  /** Only ever caused by a gesture of the person here. */
  | { do: 'open-media'; video: boolean }
  | { do: 'close-media' }
  /** Tracks go into the lanes of the link with this person, and theirs may be heard. */
  | { do: 'join'; peerId: PeerId }
  | { do: 'leave' }
  | { do: 'set-timer'; timer: CallTimer; callId: CallId; ms: number }
  | { do: 'clear-timer' }
  | { do: 'report'; ended: EndedCall };

export interface Step {
  readonly machine: Machine;
  readonly effects: readonly Effect[];
}

export const idleMachine: Machine = { call: { phase: 'idle' }, rings: new Map(), over: [] };

export const silence: RemoteMedia = { microphone: true, camera: false };

export const isRunning = (call: CallState): call is RunningCall => call.phase !== 'idle' && call.phase !== 'ended';

export const isAnswered = (call: CallState): call is AnsweredCall =>
  call.phase === 'connecting' || call.phase === 'active' || call.phase === 'reconnecting';

export const stay = (machine: Machine): Step => ({ machine, effects: [] });

export const send = (to: PeerId, message: CallMessage): Effect => ({ do: 'send', to, message });

const ofOneCall = ({ callId, peerId, video, direction, startedAtMs }: OneCall): OneCall => ({
  callId,
  peerId,
  video,
  direction,
  startedAtMs,
});

export const rememberOver = (machine: Machine, { callId, peerId }: Pick<OneCall, 'callId' | 'peerId'>): Machine => ({
  ...machine,
  over: [...machine.over, { callId, peerId }].slice(-limits.endedCallsKept),
});

export interface Ending {
  reason: EndReason;
  note?: string | null;
  code?: FailureCode | null;
  /** Tells the other side. */
  says?: CallMessage;
}

/** Ends the call: everything is let go of, and it is reported once. */
export function end(machine: Machine, call: RunningCall, nowMs: number, ending: Ending): Step {
  const wasAnswered = isAnswered(call);
  const talkedMs = wasAnswered ? Math.max(0, nowMs - call.answeredAtMs) : 0;
  const { callId, peerId, direction, video, startedAtMs } = call;
  const { reason } = ending;
  const ended: EndedCall = { callId, peerId, direction, video, startedAt: startedAtMs, talkedMs, reason, wasAnswered };
  const isUnanswered = call.phase === 'incoming' && reason !== 'declined';
  return {
    machine: rememberOver(
      {
        ...machine,
        call: {
          ...ofOneCall(call),
          phase: 'ended',
          reason,
          note: ending.note ?? null,
          talkedMs,
          code: ending.code ?? null,
        },
        rings: isUnanswered ? noteUnanswered(machine.rings, peerId, nowMs) : machine.rings,
      },
      call,
    ),
    effects: [
      ...(ending.says ? [send(peerId, ending.says)] : []),
      { do: 'clear-timer' },
      { do: 'leave' },
      { do: 'close-media' },
      { do: 'report', ended },
    ],
  };
}

/** Both have said yes: media may flow. */
export function connect(machine: Machine, call: OneCall, nowMs: number, effects: readonly Effect[] = []): Step {
  return {
    machine: {
      ...machine,
      call: { ...ofOneCall(call), phase: 'connecting', answeredAtMs: nowMs, remote: silence },
      rings: forgive(machine.rings, call.peerId),
    },
    effects: [...effects, { do: 'clear-timer' }, { do: 'join', peerId: call.peerId }],
  };
}

/** The link is broken or gone; the call is kept for a while. */
export function reconnect(machine: Machine, call: AnsweredCall, nowMs: number, isAgreed: boolean): Step {
  const isNew = call.phase !== 'reconnecting';
  const sinceMs = isNew ? nowMs : call.sinceMs;
  const { callId, peerId, answeredAtMs, remote } = call;
  const next: CallState = {
    ...ofOneCall(call),
    phase: 'reconnecting',
    answeredAtMs,
    remote,
    sinceMs,
    isAgreed,
    tries: 0,
  };
  const timer: Effect = { do: 'set-timer', timer: 'reconnect', callId, ms: paces.reconnectForMs };
  return {
    machine: { ...machine, call: next },
    effects: [
      ...(isNew ? [timer] : []),
      ...(isAgreed ? [] : ([{ do: 'leave' }, { do: 'reach', peerId, tries: 0 }] as const)),
    ],
  };
}

/** Both sides are in the call again. */
export function goOn(machine: Machine, call: AnsweredCall, effects: readonly Effect[] = []): Step {
  if (call.phase !== 'reconnecting') return { machine, effects };
  const { peerId, answeredAtMs, remote } = call;
  return {
    machine: { ...machine, call: { ...ofOneCall(call), phase: 'active', answeredAtMs, remote } },
    effects: [...effects, { do: 'clear-timer' }, { do: 'join', peerId }],
  };
}

export function toSnapshot(call: CallState): CallSnapshot {
  if (call.phase === 'idle') return call;
  const { callId, peerId, video } = call;
  const one = { callId, peerId, video };
  switch (call.phase) {
    case 'outgoing':
      return { ...one, phase: 'outgoing', stage: call.isRinging ? 'ringing' : 'reaching', sinceMs: call.startedAtMs };
    case 'incoming':
      return { ...one, phase: 'incoming', sinceMs: call.startedAtMs };
    case 'connecting':
      return { ...one, phase: 'connecting', sinceMs: call.answeredAtMs };
    case 'active':
      return { ...one, phase: 'active', answeredAtMs: call.answeredAtMs, remote: call.remote };
    case 'reconnecting':
      return { ...one, phase: 'reconnecting', answeredAtMs: call.answeredAtMs, sinceMs: call.sinceMs };
    case 'ended': {
      const { reason, note, talkedMs, code } = call;
      return { ...one, phase: 'ended', reason, note, talkedMs, code };
    }
  }
}
