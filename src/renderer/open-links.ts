// Links with people, and what keeps them: contacts, rooms, casts; signals that travel through members.
import type { FailureCode } from '#shared/failure';
import type { PeerId } from '#shared/identity';
import type { Casts } from '#core/cast/casts';
import { UploadSeen } from '#core/cast/lending';
import { RoomRecording } from '#core/conference/recording';
import { RoomMedia } from '#core/conference/room-media';
import { Rooms } from '#core/conference/rooms';
import { ByHand } from '#core/peers/by-hand';
import { MutualRendezvous } from '#core/peers/mutual';
import { Peers, type PeersDeps } from '#core/peers/peers';
import type { Connection } from '#core/ports';
import { nameReader, type NetworkDeps, type Parts } from './network-deps';
import { openCasts } from './open-casts';
import { openRelays } from './open-relays';

export function openLinks(deps: NetworkDeps, parts: Parts, openConnection: (isPolite: boolean) => Connection) {
  const { host, clock, random, media, screen, recorder, watchOwnLevel } = deps;
  const { identity, people, mailbox, doctor, scope } = parts;
  const self = identity.peerId;
  const isFriend = (peerId: PeerId): boolean => people.obstacle(peerId) === null;
  const isAccepted = (peerId: PeerId): boolean => {
    const obstacle = people.obstacle(peerId);
    const isStranger = obstacle === 'contact-unknown' || obstacle === 'contact-not-accepted';
    return obstacle === null || (isStranger && (rooms.isRoomPerson(peerId) || casts.isCastPerson(peerId)));
  };
  const isOfCrowd = (peerId: PeerId): boolean =>
    casts.isCastPerson(peerId) && !isFriend(peerId) && !rooms.isRoomPerson(peerId);
  const listened = doctor.listenedMailbox;
  const elsewhere: PeersDeps['elsewhere'] = (attempt, code) => relays.elsewhere(attempt, code);
  const common = { self, mailbox: listened, host, clock, random, scope };
  const peers: Peers = new Peers({ ...common, openConnection, isAccepted, isOfCrowd, elsewhere });
  doctor.follow(peers);
  const obstacle = (peerId: PeerId): FailureCode | null => people.obstacle(peerId);
  const byHand = new ByHand({ ...deps, self, peers, mailbox, openConnection, obstacle, scope });
  const rooms: Rooms = new Rooms({
    ...deps,
    self,
    readName: nameReader(host, identity),
    peers,
    mailbox,
    mayRing: isFriend,
    openMedia: (stay) => new RoomMedia({ self, media, screen, clock, watchOwnLevel, scope: stay }),
    openRecording: (stay) => new RoomRecording({ host, recorder, clock, self, scope: stay }),
    scope,
  });
  const uploadSeen = new UploadSeen(clock);
  const casts: Casts = openCasts(
    deps,
    {
      self,
      readName: nameReader(host, identity),
      peers,
      mailbox,
      isFriend: (peerId) => isFriend(peerId) || rooms.isRoomPerson(peerId),
      scope,
    },
    uploadSeen,
  );
  const { relays, helping } = openRelays(deps, { self, peers, mailbox, isFriend, scope });
  const mutual = new MutualRendezvous({
    peers,
    clock,
    random,
    mayCarry: (from, to) => rooms.mayCarry(from, to) || casts.mayCarry(from, to) || relays.mayCarrySignals(from, to),
    carriersFor: (to) => [
      ...new Set([...rooms.carriersFor(to), ...casts.carriersFor(to), ...relays.signalCarriersFor(to)]),
    ],
    scope,
  });
  return { peers, byHand, rooms, casts, uploadSeen, mutual, relays, helping };
}
