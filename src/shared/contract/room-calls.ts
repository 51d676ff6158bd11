// Rooms: opening and entering them, links into them, and the roster of each.
import * as v from 'valibot';
import { call, nothing } from '#shared/contract/call';
import { PeerId } from '#shared/identity';
import {
  EnteredRoom,
  KnownRoom,
  RoomDoor,
  RoomId,
  RoomLinkText,
  RoomName,
  RoomOutlook,
  RoomPreview,
  RosterAct,
  RosterChange,
  SignedEntry,
} from '#shared/room';
import { SealedBlob } from '#shared/signal';

export const roomCalls = {
  /** A new room with me inside it, not yet seated: `actInRoom` with `join` follows. */
  openRoom: call(v.strictObject({ name: RoomName }), EnteredRoom),
  /** A link into this room that anybody may use until it expires. Fails `room-unknown`. */
  makeRoomLink: call(
    v.strictObject({ roomId: RoomId, hours: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(720)) }),
    v.strictObject({ link: v.string(), expiresAt: v.number() }),
  ),
  inspectRoomLink: call(v.strictObject({ text: RoomLinkText }), RoomPreview),
  /** Keeps the pass of the link and lets its maker be linked with from now on. */
  enterRoom: call(v.strictObject({ text: RoomLinkText }), EnteredRoom),
  /** Opens a room of before again from what is kept on disk. */
  reopenRoom: call(v.strictObject({ roomId: RoomId }), EnteredRoom),
  /** At the door: the link's maker may be linked with until `leaveDoor`. Fails as `enterRoom` and `reopenRoom` do. */
  standAtDoor: call(RoomDoor, RoomOutlook),
  leaveDoor: call(nothing, nothing),
  listRooms: call(nothing, v.array(KnownRoom)),
  /** Nobody can be linked with for this room's sake any more; it stays in the list. */
  closeRoom: call(v.strictObject({ roomId: RoomId }), nothing),
  forgetRoom: call(v.strictObject({ roomId: RoomId }), nothing),
  /** For a link whose maker is no contact: asks them, sealed, to let signals of mine in. */
  sealRoomRequest: call(v.strictObject({ roomId: RoomId }), v.strictObject({ to: PeerId, blob: SealedBlob })),
  /** Signs and applies an entry of mine; fails `room-unknown`, `room-refused` when I may not. */
  actInRoom: call(v.strictObject({ roomId: RoomId, act: RosterAct }), RosterChange),
  /** Whether the pass somebody shows was made by a member of this room, for this room, and still holds. */
  checkRoomPass: call(
    v.strictObject({ roomId: RoomId, pass: SignedEntry }),
    v.strictObject({ verdict: v.picklist(['holds', 'expired', 'refused']) }),
  ),
  applyRosterEntries: call(
    v.strictObject({ roomId: RoomId, entries: v.pipe(v.array(SignedEntry), v.maxLength(64)) }),
    RosterChange,
  ),
  listRosterEntries: call(v.strictObject({ roomId: RoomId }), v.array(SignedEntry)),
};
