// Opens the parts of one room and joins each with what it needs of the others.
import type { PeerId } from '#shared/identity';
import type { EnteredRoom, Roster, RosterMember } from '#shared/room';
import type { Scope } from '#core/base/scope';
import { Breaks } from '#core/conference/breaks';
import { Consents } from '#core/conference/consents';
import { Knocks } from '#core/conference/knocks';
import { MemberStates, OwnStateTeller, type MemberState, type OwnState } from '#core/conference/member-states';
import { MemberWatch } from '#core/conference/member-watch';
import { Peeks } from '#core/conference/peeks';
import type { RoomsDeps } from '#core/conference/parts';
import { Carrying } from '#core/conference/room-carrying';
import { Reunion } from '#core/conference/reunion';
import { RoomRings } from '#core/conference/room-rings';
import { RoomTalk } from '#core/conference/room-talk';
import type { RoomWire } from '#core/conference/room-wire';
import { RosterSync } from '#core/conference/roster-sync';
import type { RoomEvents } from '#core/conference/snapshot';

export interface RoomDeps extends Omit<RoomsDeps, 'scope' | 'mayRing'> {
  readonly wire: RoomWire;
  readonly entered: EnteredRoom;
  readonly scope: Scope;
  readonly emit: <K extends keyof RoomEvents>(event: K, payload: RoomEvents[K]) => void;
  /** Whom the room has to do with changed: links with others may go. */
  readonly peopleChanged: () => void;
  /** The stay is over and everything about it was said. */
  readonly ended: () => void;
}

/** What the parts ask of the room that they are parts of. */
export interface RoomHooks {
  readonly isInside: () => boolean;
  readonly isHeld: () => boolean;
  /** Null while I am not inside. */
  readonly readOwn: () => OwnState | null;
  readonly rosterChanged: (before: Roster, roster: Roster) => void;
  readonly update: () => void;
}

export interface RoomParts {
  readonly sync: RosterSync;
  readonly watch: MemberWatch;
  readonly reunion: Reunion;
  readonly states: MemberStates;
  readonly teller: OwnStateTeller;
  readonly breaks: Breaks;
  readonly knocks: Knocks;
  readonly peeks: Peeks;
  readonly rings: RoomRings;
  readonly talk: RoomTalk;
  readonly consents: Consents;
  readonly carrying: Carrying;
  /** Other members with an open link. */
  readonly others: () => readonly PeerId[];
  readonly isMember: (peerId: PeerId) => boolean;
  /** Whether a member's own word is that they are connected with `other`. */
  readonly saysConnected: (peerId: PeerId, other: PeerId) => boolean;
}

interface People {
  readonly isMember: (peerId: PeerId) => boolean;
  readonly nameOf: (peerId: PeerId) => string;
  readonly others: () => readonly PeerId[];
  readonly stateOf: (peerId: PeerId) => MemberState | null;
  /** Those with a link who may read the roster. */
  readonly readers: () => readonly PeerId[];
  readonly saysConnected: (peerId: PeerId, other: PeerId) => boolean;
}

function readPeople(deps: RoomDeps, roster: () => Roster, states: MemberStates, breaks: Breaks): People {
  const memberOf = (peerId: PeerId): RosterMember | undefined =>
    roster().members.find((member) => member.peerId === peerId);
  const mayTell = (peerId: PeerId): boolean =>
    peerId !== deps.self && deps.wire.isOpen(peerId) && !breaks.isExhausted(peerId);
  const stateOf = (peerId: PeerId): MemberState | null => {
    const member = memberOf(peerId);
    return member ? states.of(peerId, member.stay) : null;
  };
  return {
    stateOf,
    isMember: (peerId) => memberOf(peerId) !== undefined,
    nameOf: (peerId) => memberOf(peerId)?.name ?? '',
    others: () =>
      roster()
        .members.map((member) => member.peerId)
        .filter(mayTell),
    readers: () => roster().admitted.filter(mayTell),
    saysConnected: (peerId, other) => {
      const pairs = stateOf(peerId)?.pairs ?? [];
      return pairs.some((pair) => pair.peerId === other && pair.state === 'connected');
    },
  };
}

function openBreaks({ entered, emit, wire }: RoomDeps, hooks: RoomHooks): Breaks {
  const { roomId } = entered;
  return new Breaks({
    refused: (peerId, what) => {
      emit('refused', { roomId, peerId, what });
      hooks.update();
    },
    exhausted: (peerId) => wire.session(peerId)?.close('protocol-broken'),
  });
}

function isRecorder({ self }: RoomDeps, { readOwn }: RoomHooks, { stateOf }: People, peerId: PeerId): boolean {
  const state = peerId === self ? readOwn() : stateOf(peerId);
  return state?.recording === 'running' || state?.recording === 'paused';
}

/** The parts know each other through what is opened here. */
export function openParts(deps: RoomDeps, hooks: RoomHooks): RoomParts {
  const { self, wire, entered } = deps;
  const { roomId, name } = entered;
  const common = { ...deps, roomId, name, changed: hooks.update };
  const states = new MemberStates();
  const breaks = openBreaks(deps, hooks);
  const people = readPeople(deps, () => sync.roster, states, breaks);
  const { others, isMember, nameOf, readers, saysConnected } = people;
  const { rosterChanged: changed, isInside } = hooks;
  const refused = (from: PeerId): void => {
    breaks.note(from, 'entries');
  };
  const sync: RosterSync = new RosterSync({ ...common, readers, changed, refused }, entered.roster);
  const roster = (): Roster => sync.roster;
  const watch: MemberWatch = new MemberWatch({
    ...common,
    isHeardByOthers: (peerId) => others().some((other) => other !== peerId && saysConnected(other, peerId)),
    lost: (peerId, stay) => void sync.act({ kind: 'lost', peerId, stay }).catch(() => undefined),
  });
  const teller = new OwnStateTeller({
    ...common,
    read: hooks.readOwn,
    send: (to, state) => wire.send(to, 'room.state', state),
    everybody: others,
  });
  const rings = new RoomRings({ ...common, people: () => roster().members.length });
  const isRung = (peerId: PeerId): boolean => rings.isInvited(peerId);
  const knocks = new Knocks({
    ...common,
    roster,
    isInside,
    isRung,
    admit: (peerId) => sync.act({ kind: 'admit', peerId }),
    sendRoster: (to) => sync.sendAll(to, 'always'),
    others,
  });
  const isRecording = (peerId: PeerId): boolean => isRecorder(deps, hooks, people, peerId);
  const peeks = new Peeks({ ...common, roster, isInside, isRung, isRecording });
  const talk = new RoomTalk({
    ...common,
    others,
    nameOf,
    broke: (peerId, what) => {
      breaks.note(peerId, what);
    },
  });
  const carrying = new Carrying({
    self,
    wish: (to, body) => wire.send(to, 'room.carry', { roomId, ...body }),
    claim: (to, peerId) => wire.send(to, 'room.carrying', { roomId, peerId }),
    isWilling: () => hooks.readOwn()?.carries === true && !hooks.isHeld(),
    isConnected: (peerId) => isMember(peerId) && watch.fareOf(peerId) === 'connected',
    isMember,
  });
  const consents = new Consents(common);
  const reunion = new Reunion(common);
  const parts = { sync, watch, reunion, states, teller, breaks, knocks, peeks, rings, talk, consents, carrying };
  return { ...parts, others, isMember, saysConnected };
}
