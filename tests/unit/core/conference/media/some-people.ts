// Peer ids for the tests of the room's policies, in their order.
import fc from 'fast-check';
import type { PeerId } from '#shared/identity';

const letters = 'abcdefghijklmnopqrstuvwxyz';
export const people: readonly PeerId[] = Array.from(letters, (letter) => `${letter.repeat(51)}a` as PeerId); // sound: matches the pattern

export function person(at: number): PeerId {
  const found = people[at];
  if (!found) throw new Error('no such person');
  return found;
}

/** Different people in any order. */
export const somePeople = (minLength: number, maxLength: number): fc.Arbitrary<PeerId[]> =>
  fc.shuffledSubarray([...people.slice(0, 12)], { minLength, maxLength });
