// Brings each message of a room to the part it is for, and only from those who may say it.
import type { PeerId } from '#shared/identity';
import type { Entrance } from '#core/conference/entrance';
import type { RecordingPart, RoomMediaPart } from '#core/conference/parts';
import type { RoomParts } from '#core/conference/room-parts';
import type { RoomMessage } from '#core/conference/room-wire';

export interface Receivers extends RoomParts {
  readonly isInside: boolean;
  /** Whom I enter by: they send me the roster before I am admitted in my own view of it. */
  readonly host: PeerId | null;
  readonly entrance: Entrance | null;
  readonly media: RoomMediaPart | null;
  readonly recording: RecordingPart | null;
}

export function receive(to: Receivers, from: PeerId, message: RoomMessage): void {
  const { kind, body } = message;
  const isAdmitted = to.sync.roster.admitted.includes(from);
  if (kind === 'room.knock') void to.knocks.receive(from, body);
  else if (kind === 'room.peek') void to.peeks.receive(from, body);
  else if (kind === 'room.knock-answer') to.entrance?.receiveAnswer(from, body.answer);
  else if (kind === 'room.ring-over') to.rings.receiveOver(from, body.reason);
  else if (kind === 'room.digest') {
    if (isAdmitted) to.sync.receiveDigest(from, body.digest);
  } else if (kind === 'room.entries') {
    if (isAdmitted || from === to.host) to.sync.receiveEntries(from, body.entries);
  } else if (kind === 'room.state') {
    // The roster may tell of the stay a moment later.
    if (isAdmitted) to.states.take(from, body);
  } else if (to.isInside && to.isMember(from)) receiveFromMember(to, from, message);
}

function receiveFromMember(to: Receivers, from: PeerId, { kind, body }: RoomMessage): void {
  if (kind === 'room.say') to.talk.receiveLine(from, body);
  else if (kind === 'room.react') to.talk.receiveReaction(from, body.reaction);
  else if (kind === 'room.ask-mute') to.talk.receiveMuteWish(from);
  else if (kind === 'room.floor') receiveFloor(to, from, body.turn);
  else if (kind === 'room.watch') to.media?.setWatched(from, { video: body.video, screen: body.screen });
  else if (kind === 'room.knocking') to.knocks.receiveKnocking(from, body);
  else if (kind === 'room.carry') to.carrying.receiveWish(from, body);
  else if (kind === 'room.carrying') to.carrying.receiveClaim(from, body.peerId);
  else if (kind === 'room.record') to.consents.receive(from, body.recordingId);
  else if (kind === 'room.consent') to.recording?.receiveConsent(from, body.recordingId, body.consent);
}

function receiveFloor({ media, breaks }: Receivers, from: PeerId, turn: number): void {
  if (media?.receiveFloor(from, turn) === false) breaks.note(from, 'level');
}
