// Builds what a room looks like from outside out of what its parts know.
import type { PeerId } from '#shared/identity';
import type { Roster, StayId } from '#shared/room';
import { placesOf } from '#core/conference/hands';
import type { PairState } from '#core/conference/messages';
import type { CarrierFacts, Pair } from '#core/conference/carrier-policy';
import type { MemberState, OwnState } from '#core/conference/member-states';
import type { SentMedia } from '#core/conference/parts';
import type { RoomMember } from '#core/conference/snapshot';

export interface Facts {
  readonly self: PeerId;
  readonly roster: Roster;
  readonly own: OwnState | null;
  readonly stateOf: (peerId: PeerId, stay: StayId) => MemberState | null;
  readonly pairOf: (peerId: PeerId) => PairState;
  readonly throughOf: (peerId: PeerId) => PeerId | null;
  readonly isSuspect: (peerId: PeerId) => boolean;
}

const silent = { microphone: false, camera: false, screen: false, screenAudio: false, isHolding: false } as const;

type Said = Omit<OwnState, 'roomId' | 'stay'>;

const unsaid: Said = { ...silent, hand: null, carries: false, recording: 'no', pairs: [] };

function saidBy({ self, own, stateOf }: Facts, peerId: PeerId, stay: StayId): Said {
  return (peerId === self ? own : stateOf(peerId, stay)) ?? unsaid;
}

/** In the order of seats. */
export function viewMembers(facts: Facts): readonly RoomMember[] {
  const { roster, self, pairOf, throughOf, isSuspect } = facts;
  const hands = roster.members.map(({ peerId, stay }) => ({ peerId, order: saidBy(facts, peerId, stay).hand }));
  const places = placesOf(hands);
  return roster.members.map(({ peerId, name, stay, joinedAt }) => {
    const said = saidBy(facts, peerId, stay);
    const isSelf = peerId === self;
    return {
      peerId,
      name,
      isSelf,
      isOpener: peerId === roster.opener,
      joinedAtMs: joinedAt,
      pair: isSelf ? 'self' : pairOf(peerId),
      through: isSelf ? null : throughOf(peerId),
      // A voice that is carried comes without word from its person; who is mute sends silence through the carrier.
      microphone: said.microphone || (!isSelf && throughOf(peerId) !== null),
      camera: said.camera,
      screen: said.screen,
      screenAudio: said.screenAudio,
      hand: places.get(peerId) ?? null,
      isHolding: said.isHolding,
      recording: said.recording,
      pairs: said.pairs,
      isSuspect: isSuspect(peerId),
    };
  });
}

/** What the others say they send; who said nothing yet sends nothing that is played. */
export function remoteMedia({ roster, self, stateOf, throughOf }: Facts): ReadonlyMap<PeerId, SentMedia> {
  const others = roster.members.filter(({ peerId }) => peerId !== self);
  return new Map(
    others.map(({ peerId, stay }) => {
      const { microphone, camera, screen, screenAudio, isHolding } = stateOf(peerId, stay) ?? silent;
      const isCarried = throughOf(peerId) !== null;
      return [peerId, { microphone: microphone || isCarried, camera, screen, screenAudio, isHolding }];
    }),
  );
}

/** What everybody says of who reaches whom, for choosing carriers: the same on all sides once all have spoken. */
export function carrierFacts(facts: Facts): { members: readonly CarrierFacts[]; pairs: readonly Pair[] } {
  const members: CarrierFacts[] = [];
  const pairs: Pair[] = [];
  const inside = new Set(facts.roster.members.map(({ peerId }) => peerId));
  for (const { peerId, stay } of facts.roster.members) {
    const said = saidBy(facts, peerId, stay);
    const known = said.pairs.filter((pair) => inside.has(pair.peerId) && pair.peerId !== peerId);
    const connectedTo = known.filter(({ state }) => state === 'connected').map((pair) => pair.peerId);
    members.push({ peerId, carries: said.carries, connectedTo: new Set(connectedTo) });
    for (const { peerId: other, state } of known) {
      if (state === 'unreachable' || state === 'carried') pairs.push([peerId, other]);
    }
  }
  return { members, pairs };
}
