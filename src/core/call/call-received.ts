// What a message of the other side does to a call. Nothing here ever opens a device.
import type { CallId } from '#shared/call-record';
import type { PeerId } from '#shared/identity';
import { plainWords } from '#shared/plain-words';
import {
  connect,
  end,
  goOn,
  isAnswered,
  isRunning,
  rememberOver,
  send,
  stay,
  type CallMessage,
  type CallState,
  type Effect,
  type Machine,
  type RunningCall,
  type Step,
} from '#core/call/call-state';
import { mayRing, noteRing } from '#core/call/ring-policy';
import { paces } from '#core/wire/paces';

export interface Received {
  readonly type: 'received';
  readonly from: PeerId;
  /** My id sorts below theirs: of two crossing rings, mine counts. */
  readonly amLower: boolean;
  /** False for someone who may not ring now (a changed key, a blocked contact). */
  readonly isWelcome: boolean;
  readonly message: CallMessage;
}

type Ring = Extract<CallMessage, { kind: 'call.ring' }>['body'];

const accept = (callId: CallId, video: boolean): CallMessage => ({ kind: 'call.accept', body: { callId, video } });
const hangUp = (callId: CallId): CallMessage => ({ kind: 'call.hang-up', body: { callId } });
const ringing = (callId: CallId): CallMessage => ({ kind: 'call.ringing', body: { callId } });
const decline = (callId: CallId, reason: 'busy' | 'declined'): CallMessage => ({
  kind: 'call.decline',
  body: { callId, reason, note: null },
});

export function receive(machine: Machine, event: Received, nowMs: number): Step {
  const { from, message } = event;
  const { call } = machine;
  const { callId } = message.body;
  if (message.kind === 'call.ring') return receiveRing(machine, event, message.body, nowMs);
  if (isRunning(call) && call.peerId === from && call.callId === callId) {
    return receiveOwn(machine, call, message, nowMs);
  }
  // They believe in a call that I am not in. One I was in before a reload I may still come back to, so a resume of a call
  // that I do not know is left unanswered.
  const isMistaken = message.kind === 'call.ringing' || message.kind === 'call.accept';
  const isTooLate = message.kind === 'call.resume' && isOver(machine, from, callId);
  return isMistaken || isTooLate ? { machine, effects: [send(from, hangUp(callId))] } : stay(machine);
}

function isOver(machine: Machine, peerId: PeerId, callId: CallId): boolean {
  return machine.over.some((one) => one.callId === callId && one.peerId === peerId);
}

/** A message about the call that is running, from the other side of it. */
function receiveOwn(machine: Machine, call: RunningCall, message: CallMessage, nowMs: number): Step {
  switch (message.kind) {
    case 'call.ring': // has its own way
      return stay(machine);
    case 'call.ringing':
      if (call.phase !== 'outgoing') return stay(machine);
      return {
        machine: { ...machine, call: { ...call, isRinging: true, wasRung: true } },
        effects: call.wasRung ? [] : [{ do: 'set-timer', timer: 'ring', callId: call.callId, ms: paces.ringForMs }],
      };
    case 'call.accept':
      if (call.phase === 'outgoing') return connect(machine, call, nowMs);
      return isAnswered(call) ? goOn(machine, call) : stay(machine);
    case 'call.resume':
      if (call.phase === 'outgoing') return connect(machine, call, nowMs);
      return isAnswered(call)
        ? goOn(machine, call, [send(call.peerId, accept(call.callId, call.video))])
        : stay(machine);
    case 'call.decline':
      if (call.phase !== 'outgoing') return receiveEnd(machine, call, nowMs, 'call.hang-up');
      return end(machine, call, nowMs, { reason: message.body.reason, note: plainWords(message.body.note ?? '') });
    case 'call.cancel':
    case 'call.hang-up':
      return receiveEnd(machine, call, nowMs, message.kind);
    case 'call.media': {
      const { microphone, camera } = message.body;
      return isAnswered(call)
        ? { machine: { ...machine, call: { ...call, remote: { microphone, camera } } }, effects: [] }
        : stay(machine);
    }
  }
}

function receiveEnd(machine: Machine, call: RunningCall, nowMs: number, kind: 'call.cancel' | 'call.hang-up'): Step {
  if (call.phase === 'outgoing') return end(machine, call, nowMs, { reason: 'declined' });
  if (call.phase === 'incoming') return end(machine, call, nowMs, { reason: 'cancelled' });
  const wasCrossed = kind === 'call.cancel' && call.phase === 'connecting';
  return end(machine, call, nowMs, { reason: wasCrossed ? 'cancelled' : 'they-hung-up' });
}

function receiveRing(machine: Machine, event: Received, ring: Ring, nowMs: number): Step {
  const { from } = event;
  const { callId } = ring;
  const { call } = machine;
  if (isOver(machine, from, callId)) return { machine, effects: refuseDead(call, from, callId) };
  if (!event.isWelcome) return { machine, effects: [send(from, decline(callId, 'busy'))] };
  if (!isRunning(call)) return startRinging(machine, from, ring, nowMs);
  if (call.peerId !== from) return refuseBusy(machine, from, ring, nowMs);
  if (call.callId === callId) return receiveRingAgain(machine, call);
  if (call.phase === 'outgoing') {
    return call.hasRung && event.amLower ? stay(machine) : adopt(machine, call, callId, nowMs);
  }
  // They have forgotten the call we are in, or a cancel got lost: the old one is over, the new one rings.
  const old = end(machine, call, nowMs, { reason: call.phase === 'incoming' ? 'cancelled' : 'they-hung-up' });
  const next = startRinging(old.machine, from, ring, nowMs);
  return { machine: next.machine, effects: [...old.effects, ...next.effects] };
}

/** A ring that I ended before they knew. They may have let my own ring wait for it, so mine is sent again. */
function refuseDead(call: CallState, from: PeerId, callId: CallId): readonly Effect[] {
  const refusal = send(from, decline(callId, 'declined'));
  if (call.phase !== 'outgoing' || call.peerId !== from || !call.hasRung) return [refusal];
  return [refusal, send(from, { kind: 'call.ring', body: { callId: call.callId, video: call.video } })];
}

/** The same ring over another link: tell them where we are. */
function receiveRingAgain(machine: Machine, call: RunningCall): Step {
  if (call.phase === 'incoming') {
    return {
      machine: { ...machine, call: { ...call, isLinked: true } },
      effects: [send(call.peerId, ringing(call.callId))],
    };
  }
  return isAnswered(call) ? goOn(machine, call, [send(call.peerId, accept(call.callId, call.video))]) : stay(machine);
}

/** Both called each other; theirs counts. Both made a gesture, so it is answered at once. */
function adopt(machine: Machine, call: RunningCall, callId: CallId, nowMs: number): Step {
  const without = rememberOver(machine, call);
  return connect(without, { ...call, callId }, nowMs, [send(call.peerId, accept(callId, call.video))]);
}

function startRinging(machine: Machine, from: PeerId, { callId, video }: Ring, nowMs: number): Step {
  // Who rings too often is told "busy" and nothing happens here.
  if (!mayRing(machine.rings, from, nowMs)) return { machine, effects: [send(from, decline(callId, 'busy'))] };
  return {
    machine: {
      ...machine,
      call: {
        phase: 'incoming',
        callId,
        peerId: from,
        video,
        direction: 'incoming',
        startedAtMs: nowMs,
        isLinked: true,
      },
      rings: noteRing(machine.rings, from, nowMs),
    },
    effects: [send(from, ringing(callId)), { do: 'set-timer', timer: 'ring', callId, ms: paces.ringForMs }],
  };
}

/** I talk to someone else. They are told, and I see later that they tried. */
function refuseBusy(machine: Machine, from: PeerId, { callId, video }: Ring, nowMs: number): Step {
  const effects = [send(from, decline(callId, 'busy'))];
  if (!mayRing(machine.rings, from, nowMs)) return { machine, effects };
  const ended = {
    callId,
    peerId: from,
    video,
    direction: 'incoming',
    startedAt: nowMs,
    talkedMs: 0,
    reason: 'busy',
    wasAnswered: false,
  } as const;
  return {
    machine: rememberOver({ ...machine, rings: noteRing(machine.rings, from, nowMs) }, { callId, peerId: from }),
    effects: [...effects, { do: 'report', ended }],
  };
}
