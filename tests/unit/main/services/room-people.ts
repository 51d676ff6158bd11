// People in rooms: real services that hand each other their entries.
import type { RoomId, Roster, RosterAct } from '#shared/room';
import type { PeerId } from '#shared/identity';
import { person, testClock, type Person, type TestClock } from './people';

export interface RoomOf {
  readonly roomId: RoomId;
  readonly people: readonly Person[];
  readonly clock: TestClock;
}

export const act = (at: Person, roomId: RoomId, what: RosterAct) => at.services.rooms.act(roomId, what);
export const join = (at: Person, roomId: RoomId, name = 'Somebody') => act(at, roomId, { kind: 'join', name });
export const leave = (at: Person, roomId: RoomId) => act(at, roomId, { kind: 'leave' });
export const admit = (at: Person, roomId: RoomId, { peerId }: Person) => act(at, roomId, { kind: 'admit', peerId });
export const remove = (at: Person, roomId: RoomId, { peerId }: Person) => act(at, roomId, { kind: 'remove', peerId });
export const lock = (at: Person, roomId: RoomId, isLocked = true) => act(at, roomId, { kind: 'lock', isLocked });

export function roster(at: Person, roomId: RoomId): Roster {
  return at.services.rooms.apply(roomId, []).roster;
}

export function inside(at: Person, roomId: RoomId): PeerId[] {
  return roster(at, roomId).members.map(({ peerId }) => peerId);
}

/** `to` gets all that counts for `from`. */
export function tell(from: Person, to: Person, roomId: RoomId): { accepted: number; refused: number } {
  const entries = from.services.rooms.listEntries(roomId);
  let accepted = 0;
  let refused = 0;
  for (let at = 0; at < entries.length; at += 64) {
    const change = to.services.rooms.apply(roomId, entries.slice(at, at + 64));
    accepted += change.accepted.length;
    refused += change.refused;
  }
  return { accepted, refused };
}

/** Twice around, so that what came last has reached the first. */
export function tellAll(people: readonly Person[], roomId: RoomId): void {
  for (let round = 0; round < 2; round += 1)
    for (const from of people) for (const to of people) if (from !== to) tell(from, to, roomId);
}

/** The first person opens a room, and all of them sit in it. */
export async function roomOf(...names: string[]): Promise<RoomOf> {
  const clock = testClock();
  const people = await Promise.all(names.map((name) => person(name, { clock })));
  const [opener, ...guests] = people;
  if (!opener) throw new Error('nobody');
  const { roomId } = opener.services.rooms.open('Round table');
  join(opener, roomId, names[0]);
  const { link } = opener.services.rooms.makeLink(roomId, 24);
  for (const [index, guest] of guests.entries()) {
    guest.services.rooms.enter(link);
    admit(opener, roomId, guest);
    tell(opener, guest, roomId);
    join(guest, roomId, names[index + 1]);
    tell(guest, opener, roomId);
  }
  tellAll(people, roomId);
  return { roomId, people, clock };
}
