import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PeerId } from '#shared/identity';
import type { RemoteState } from '#core/conference/room-facts';
import { settle } from '#tests/support/fake-clock';
import { MediaRoom, type MediaPerson } from './media-room';
import { person } from './some-people';

const members = [person(1), person(2), person(3)];
const state: fc.Arbitrary<RemoteState> = fc.record({
  microphone: fc.boolean(),
  camera: fc.boolean(),
  screen: fc.boolean(),
  screenAudio: fc.boolean(),
  isHolding: fc.boolean(),
});
const someone = fc.constantFrom(...members);
const pairs = fc.array(fc.tuple(fc.constantFrom(person(0), ...members), someone), { maxLength: 3 });

type Step =
  | { do: 'links'; who: PeerId[] }
  | { do: 'remote'; states: [PeerId, RemoteState][] }
  | { do: 'watched'; who: PeerId; video: number; screen: number }
  | { do: 'held'; isHeld: boolean }
  | { do: 'out' | 'in'; plan: [PeerId, PeerId][] }
  | { do: 'microphone' | 'camera' | 'camera-off' | 'screen' | 'screen-off' | 'wait' };

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ do: fc.constant('links' as const), who: fc.subarray(members) }),
  fc.record({
    do: fc.constant('remote' as const),
    states: fc.array(fc.tuple(someone, state), { maxLength: 3 }),
  }),
  fc.record({ do: fc.constant('watched' as const), who: someone, video: fc.nat(2_000), screen: fc.nat(2_000) }),
  fc.record({ do: fc.constant('held' as const), isHeld: fc.boolean() }),
  fc.record({ do: fc.constantFrom('out' as const, 'in' as const), plan: pairs }),
  fc.record({
    do: fc.constantFrom('microphone' as const, 'camera', 'camera-off', 'screen', 'screen-off', 'wait'),
  }),
);

async function act(room: MediaRoom, ada: MediaPerson, one: Step): Promise<void> {
  if (one.do === 'links') ada.room.setLinks(new Map([...ada.links].filter(([peerId]) => one.who.includes(peerId))));
  else if (one.do === 'remote') ada.room.setRemote(new Map(one.states));
  else if (one.do === 'watched') ada.room.setWatched(one.who, one);
  else if (one.do === 'held') ada.room.setHeld(one.isHeld);
  else if (one.do === 'out') ada.room.carryOut(new Map(one.plan));
  else if (one.do === 'in') ada.room.carryIn(new Map(one.plan));
  else if (one.do === 'microphone') await ada.media.openMicrophone();
  else if (one.do === 'camera') await ada.media.openCamera();
  else if (one.do === 'camera-off') ada.media.closeCamera();
  else if (one.do === 'screen') await ada.screen.open();
  else if (one.do === 'screen-off') ada.screen.close();
  else await room.clock.advance(2_500);
}

/** What must be true whatever happened before, from the last word on each thing alone. */
class Expected {
  links: readonly PeerId[] = members;
  remote = new Map<PeerId, RemoteState>();
  in = new Map<PeerId, PeerId>();
  isHeld = false;

  note(one: Step): void {
    if (one.do === 'links') this.links = one.who;
    else if (one.do === 'remote') this.remote = new Map(one.states);
    else if (one.do === 'in') this.in = new Map(one.plan);
    else if (one.do === 'held') this.isHeld = one.isHeld;
  }

  isLinked(peerId: PeerId): boolean {
    return !this.isHeld && this.links.includes(peerId);
  }

  /** Somebody whose tracks may be handed on. */
  isPresent(peerId: PeerId): boolean {
    const carrier = this.in.get(peerId);
    const isReached = this.isLinked(peerId) || (carrier !== undefined && this.isLinked(carrier));
    return this.remote.has(peerId) && isReached;
  }
}

function check(ada: MediaPerson, expected: Expected): void {
  const { audioTrack, videoTrack } = ada.media.store.snapshot;
  for (const [peerId, { connection }] of ada.links) {
    const isLinked = expected.isLinked(peerId);
    expect(connection.tracks.audio).toBe(isLinked ? audioTrack : null);
    expect(connection.tracks.video).toBe(isLinked ? videoTrack : null);
    expect(connection.tracks.screen).toBe(isLinked ? (ada.screen.store.snapshot?.video ?? null) : null);
    if (!isLinked) expect([connection.tracks.carried, connection.tracks['screen-audio']]).toEqual([null, null]);
  }
  const tracks = ada.room.tracks.snapshot;
  expect([...tracks.keys()].sort()).toEqual(members.filter((peerId) => expected.isPresent(peerId)));
  for (const [peerId, { audio, video }] of tracks) {
    const says = expected.remote.get(peerId);
    if (says?.microphone !== true || says.isHolding) expect(audio).toBeNull();
    if (says?.camera !== true || says.isHolding) expect(video).toBeNull();
  }
}

describe("a room's media, whatever happens in whatever order", () => {
  it('fills the lanes of members and of nobody else, and hands on what they say is on and nothing else', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
        const room = await MediaRoom.open(4);
        const ada = room.person(0);
        for (const one of room.people.slice(1)) {
          await one.media.openMicrophone();
          await one.media.openCamera();
        }
        const expected = new Expected();
        ada.room.setRemote(new Map());
        for (const one of steps) {
          await act(room, ada, one);
          expected.note(one);
          await settle();
          check(ada, expected);
        }
        for (const one of room.people) one.scope.end();
        for (const { connection } of ada.links.values())
          expect(Object.values(connection.tracks)).toEqual(Array(5).fill(null));
        expect(room.clock.pending).toBe(0);
        expect(ada.sayOwnLevel).toBeNull();
      }),
      { numRuns: 150 },
    );
  }, 30_000);
});
