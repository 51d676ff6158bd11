// The whole life of a call as a pure function: a state and an event give a state and what is to be done.
import type { CallId, EndReason } from '#shared/call-record';
import type { FailureCode } from '#shared/failure';
import type { PeerId } from '#shared/identity';
import { receive, type Received } from '#core/call/call-received';
import {
  connect,
  end,
  goOn,
  isAnswered,
  isRunning,
  reconnect,
  send,
  silence,
  stay,
  type CallMessage,
  type CallTimer,
  type Machine,
  type RunningCall,
  type Step,
} from '#core/call/call-state';
import { forgive } from '#core/call/ring-policy';
import { limits } from '#core/wire/limits';
import { paces } from '#core/wire/paces';

/** What the person here did. The only events that may open a device. */
type Gesture =
  | { type: 'called'; callId: CallId; peerId: PeerId; video: boolean }
  | { type: 'answered'; video: boolean }
  | { type: 'declined'; note: string | null }
  | { type: 'hung-up' }
  | { type: 'dismissed' }
  | { type: 'rejoined'; callId: CallId; peerId: PeerId; video: boolean }
  /** A call or an answer that must not be, or not any more (a changed key, a blocked contact). */
  | { type: 'refused'; callId: CallId; peerId: PeerId; video: boolean; code: FailureCode };

type LinkEvent =
  /** A proven link with this person that the call has not used yet. */
  | { type: 'linked'; peerId: PeerId }
  | { type: 'unlinked'; peerId: PeerId; code: FailureCode | null }
  /** The same link is being repaired, and works again. */
  | { type: 'faltered'; peerId: PeerId }
  | { type: 'recovered'; peerId: PeerId }
  | { type: 'unreached'; peerId: PeerId; code: FailureCode };

export type CallEvent =
  | Gesture
  | LinkEvent
  | Received
  /** My own lanes are filled, or there is nothing to fill them with. */
  | { type: 'media-settled'; callId: CallId }
  | { type: 'timed-out'; callId: CallId; timer: CallTimer };

export function step(machine: Machine, event: CallEvent, nowMs: number): Step {
  switch (event.type) {
    case 'called':
      return called(machine, event, nowMs);
    case 'answered':
      return answered(machine, event.video, nowMs);
    case 'declined':
      return declined(machine, event.note, nowMs);
    case 'hung-up':
      return hungUp(machine, nowMs);
    case 'dismissed':
      return machine.call.phase === 'ended' ? stay({ ...machine, call: { phase: 'idle' } }) : stay(machine);
    case 'rejoined':
      return rejoined(machine, event, nowMs);
    case 'refused':
      return refused(machine, event, nowMs);
    case 'received':
      return receive(machine, event, nowMs);
    case 'media-settled':
      return settled(machine, event.callId);
    case 'timed-out':
      return timedOut(machine, event.callId, event.timer, nowMs);
    default:
      return isRunning(machine.call) && machine.call.peerId === event.peerId
        ? linkChanged(machine, machine.call, event, nowMs)
        : stay(machine);
  }
}

function called(machine: Machine, event: Extract<Gesture, { type: 'called' }>, nowMs: number): Step {
  if (isRunning(machine.call)) return stay(machine);
  const { callId, peerId, video } = event;
  const one = { callId, peerId, video, direction: 'outgoing', startedAtMs: nowMs } as const;
  return {
    machine: {
      ...machine,
      call: { ...one, phase: 'outgoing', isRinging: false, hasRung: false, wasRung: false },
      rings: forgive(machine.rings, peerId),
    },
    effects: [
      { do: 'set-timer', timer: 'ring', callId, ms: paces.ringForMs },
      { do: 'reach', peerId, tries: 0 },
      { do: 'open-media', video },
    ],
  };
}

function answered(machine: Machine, video: boolean, nowMs: number): Step {
  const { call } = machine;
  if (call.phase !== 'incoming') return stay(machine);
  const opening = { do: 'open-media', video } as const;
  const accept: CallMessage = { kind: 'call.accept', body: { callId: call.callId, video } };
  if (call.isLinked) return connect(machine, call, nowMs, [send(call.peerId, accept), opening]);
  // Answered while the link was away: they hear of it when it is back.
  const waiting = { ...call, phase: 'connecting', answeredAtMs: nowMs, remote: silence } as const;
  const later = reconnect({ ...machine, rings: forgive(machine.rings, call.peerId) }, waiting, nowMs, false);
  return { machine: later.machine, effects: [opening, ...later.effects] };
}

function declined(machine: Machine, note: string | null, nowMs: number): Step {
  const { call } = machine;
  if (call.phase !== 'incoming') return stay(machine);
  const words = note?.slice(0, limits.declineNoteLength) ?? null;
  const says: CallMessage = { kind: 'call.decline', body: { callId: call.callId, reason: 'declined', note: words } };
  return end(machine, call, nowMs, { reason: 'declined', says });
}

function hungUp(machine: Machine, nowMs: number): Step {
  const { call } = machine;
  if (!isRunning(call)) return stay(machine);
  if (call.phase === 'incoming') return declined(machine, null, nowMs);
  const { callId } = call;
  if (call.phase === 'outgoing') {
    return end(machine, call, nowMs, { reason: 'cancelled', says: { kind: 'call.cancel', body: { callId } } });
  }
  return end(machine, call, nowMs, { reason: 'hung-up', says: { kind: 'call.hang-up', body: { callId } } });
}

function rejoined(machine: Machine, event: Extract<Gesture, { type: 'rejoined' }>, nowMs: number): Step {
  if (isRunning(machine.call)) return stay(machine);
  const { callId, peerId, video } = event;
  const one = { callId, peerId, video, direction: 'outgoing', startedAtMs: nowMs } as const;
  const call = { ...one, phase: 'connecting', answeredAtMs: nowMs, remote: silence } as const;
  const over = machine.over.filter((old) => old.callId !== callId);
  const away = reconnect({ ...machine, over }, call, nowMs, false);
  return { machine: away.machine, effects: [...away.effects, { do: 'open-media', video }] };
}

function refused(machine: Machine, event: Extract<Gesture, { type: 'refused' }>, nowMs: number): Step {
  const { callId, peerId, video, code } = event;
  const reason: EndReason = code === 'key-changed' ? 'key-changed' : 'failed';
  const { call } = machine;
  if (isRunning(call)) return call.callId === callId ? stopped(machine, call, code, nowMs) : stay(machine);
  const one = { callId, peerId, video, direction: 'outgoing', startedAtMs: nowMs } as const;
  return end(machine, { ...one, phase: 'outgoing', isRinging: false, hasRung: false, wasRung: false }, nowMs, {
    reason,
    code,
  });
}

/** What the other side hears tells it nothing about why. */
function stopped(machine: Machine, call: RunningCall, code: FailureCode, nowMs: number): Step {
  const { callId } = call;
  if (call.phase === 'incoming') {
    const says: CallMessage = { kind: 'call.decline', body: { callId, reason: 'busy', note: null } };
    return end(machine, call, nowMs, { reason: code === 'key-changed' ? code : 'failed', code, says });
  }
  if (code !== 'key-changed') return hungUp(machine, nowMs);
  const kind = call.phase === 'outgoing' ? 'call.cancel' : 'call.hang-up';
  return end(machine, call, nowMs, { reason: code, code, says: { kind, body: { callId } } });
}

function settled(machine: Machine, callId: CallId): Step {
  const { call } = machine;
  if (call.phase !== 'connecting' || call.callId !== callId) return stay(machine);
  return stay({ ...machine, call: { ...call, phase: 'active' } });
}

function timedOut(machine: Machine, callId: CallId, timer: CallTimer, nowMs: number): Step {
  const { call } = machine;
  if (!isRunning(call) || call.callId !== callId) return stay(machine);
  if (timer === 'reconnect') {
    if (call.phase !== 'reconnecting') return stay(machine);
    const says: CallMessage = { kind: 'call.hang-up', body: { callId } };
    return end(machine, call, nowMs, { reason: 'link-lost', code: 'link-lost', says });
  }
  if (call.phase === 'incoming') return end(machine, call, nowMs, { reason: 'no-answer' });
  if (call.phase !== 'outgoing') return stay(machine);
  const says: CallMessage = { kind: 'call.cancel', body: { callId } };
  return end(machine, call, nowMs, { reason: call.wasRung ? 'no-answer' : 'unreachable', says });
}

function linkChanged(machine: Machine, call: RunningCall, event: LinkEvent, nowMs: number): Step {
  switch (event.type) {
    case 'linked':
      return linked(machine, call);
    case 'unlinked':
      return unlinked(machine, call, event.code, nowMs);
    case 'unreached':
      return unreached(machine, call, event.code, nowMs);
    case 'faltered':
      return call.phase === 'connecting' || call.phase === 'active'
        ? reconnect(machine, call, nowMs, true)
        : stay(machine);
    case 'recovered':
      return call.phase === 'reconnecting' && call.isAgreed ? goOn(machine, call) : stay(machine);
  }
}

/** On a new link each side says where it stands; the other side answers to that. */
function linked(machine: Machine, call: RunningCall): Step {
  const { callId, peerId, video } = call;
  if (call.phase === 'incoming') {
    return {
      machine: { ...machine, call: { ...call, isLinked: true } },
      effects: [send(peerId, { kind: 'call.ringing', body: { callId } })],
    };
  }
  if (call.phase !== 'outgoing') return { machine, effects: [send(peerId, { kind: 'call.resume', body: { callId } })] };
  return {
    machine: { ...machine, call: { ...call, hasRung: true } },
    effects: [
      send(peerId, { kind: 'call.ring', body: { callId, video } }),
      // A link may look alive although its peer is gone: whoever is there answers a ring at once with "ringing".
      ...(call.wasRung ? [] : [{ do: 'set-timer', timer: 'reach', callId, ms: paces.reachForMs } as const]),
    ],
  };
}

const beyondRepair: ReadonlySet<FailureCode> = new Set(['protocol-broken', 'contact-not-accepted', 'version-differs']);

/** Ends a call that no further link can save; null when another link may. */
function hopeless(code: FailureCode | null): EndReason | null {
  if (code === 'identity-unproven') return 'identity-failed';
  if (code === 'key-changed') return 'key-changed';
  return code !== null && beyondRepair.has(code) ? 'failed' : null;
}

function unlinked(machine: Machine, call: RunningCall, code: FailureCode | null, nowMs: number): Step {
  const reason = hopeless(code);
  if (reason) return end(machine, call, nowMs, { reason, code });
  if (isAnswered(call)) return reconnect(machine, call, nowMs, false);
  if (call.phase === 'incoming') return stay({ ...machine, call: { ...call, isLinked: false } });
  return {
    machine: { ...machine, call: { ...call, hasRung: false, isRinging: false } },
    effects: [{ do: 'reach', peerId: call.peerId, tries: 0 }],
  };
}

const unreachable: ReadonlySet<FailureCode> = new Set([
  'peer-unreachable',
  'peer-silent',
  'rendezvous-down',
  'link-lost',
]);

function unreached(machine: Machine, call: RunningCall, code: FailureCode, nowMs: number): Step {
  const reason = hopeless(code);
  if (reason) return end(machine, call, nowMs, { reason, code });
  if (call.phase === 'outgoing') {
    return end(machine, call, nowMs, { reason: unreachable.has(code) ? 'unreachable' : 'failed', code });
  }
  if (call.phase !== 'reconnecting') return stay(machine);
  const tries = call.tries + 1;
  return {
    machine: { ...machine, call: { ...call, tries } },
    effects: [{ do: 'reach', peerId: call.peerId, tries }],
  };
}
