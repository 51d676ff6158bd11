// A room of equals as main and renderer speak of it: its links, its signed roster and who is inside. Signatures and the
// merge of the roster are main's; docs/protocol/room.md has the byte layouts.
import * as v from 'valibot';
import { DisplayName, PeerId } from '#shared/identity';
import { linkReader } from '#shared/link-text';

export const RoomId = v.pipe(v.string(), v.regex(/^[0-9a-f]{32}$/), v.brand('RoomId'));
export type RoomId = v.InferOutput<typeof RoomId>;

export const RoomName = DisplayName;

/** `roundtable:r1/<base64url>`, or any https page that carries the same text in its fragment. */
export const roomLinkMaxLength = 768;
export const RoomLinkText = v.pipe(v.string(), v.maxLength(roomLinkMaxLength * 2));

/** The version and payload of a room link, or null when the text is none. */
export const parseRoomLink = linkReader('r', { payloadLength: 640, textLength: roomLinkMaxLength });

/** One signed line of the roster as it travels between members; opaque to all but main. */
export const SignedEntry = v.pipe(v.instance(Uint8Array), v.minLength(1), v.maxLength(1_024));

/** 8 random bytes as hex: one stay of one person in a room, from joining to leaving. */
export const StayId = v.pipe(v.string(), v.regex(/^[0-9a-f]{16}$/), v.brand('StayId'));
export type StayId = v.InferOutput<typeof StayId>;

/** What a member may write into the roster; main fills in author, time, what it has seen, and signs. */
export const RosterAct = v.variant('kind', [
  /** I sit down (again, under a new stay). Main makes the stay. */
  v.strictObject({ kind: v.literal('join'), name: DisplayName }),
  v.strictObject({ kind: v.literal('leave') }),
  /** Lets a person in. */
  v.strictObject({ kind: v.literal('admit'), peerId: PeerId }),
  /** My voice for removing a person; the opener's, or two members', takes effect. */
  v.strictObject({ kind: v.literal('remove'), peerId: PeerId }),
  /** I could not reach this stay for `paces.memberGoneMs`. Its owner answers with a new stay when that is wrong. */
  v.strictObject({ kind: v.literal('lost'), peerId: PeerId, stay: StayId }),
  v.strictObject({ kind: v.literal('lock'), isLocked: v.boolean() }),
]);
export type RosterAct = v.InferOutput<typeof RosterAct>;

/** Someone who is inside now. The order of members is the order of seats, the same everywhere. */
export const RosterMember = v.strictObject({
  peerId: PeerId,
  name: DisplayName,
  stay: StayId,
  joinedAt: v.number(),
});
export type RosterMember = v.InferOutput<typeof RosterMember>;

/** What the entries add up to: equal for equal sets of entries, whatever order they came in. */
export const Roster = v.strictObject({
  opener: PeerId,
  isLocked: v.boolean(),
  members: v.array(RosterMember),
  /** Who may be inside, whether they are or not. */
  admitted: v.array(PeerId),
  /** Who was let in once and removed since: a link alone does not let them in again, only somebody's word. */
  removed: v.array(PeerId),
  /** Voices for removing somebody that are not enough yet. */
  votes: v.array(v.strictObject({ peerId: PeerId, by: v.array(PeerId) })),
  /** SHA-256 over the sorted entry ids, hex: equal when two members know the same entries. */
  digest: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)),
});
export type Roster = v.InferOutput<typeof Roster>;

/** A room this person is in or was asked into. `entries` are all signed entries known here. */
export const EnteredRoom = v.strictObject({
  roomId: RoomId,
  name: RoomName,
  /** Who made the link that was entered by: the first to knock at. Null for a room opened here. */
  host: v.nullable(PeerId),
  /** The proof of holding a link, shown to a member when knocking. Null for a room opened here. */
  pass: v.nullable(SignedEntry),
  roster: Roster,
});
export type EnteredRoom = v.InferOutput<typeof EnteredRoom>;

/** Whom to ask who is inside, before joining. Nothing of it is kept. */
export const RoomOutlook = v.strictObject({
  roomId: RoomId,
  /** The link's maker, to be reached for it; null for a room of before or a link of my own. */
  maker: v.nullable(PeerId),
  /** Shown with the question; null where the link has run out. */
  pass: v.nullable(SignedEntry),
  /** Who else may be inside and would know me: asked only where there is a link with them already. */
  admitted: v.array(PeerId),
});
export type RoomOutlook = v.InferOutput<typeof RoomOutlook>;

/** By a link, or a room of before. */
export const RoomDoor = v.variant('by', [
  v.strictObject({ by: v.literal('link'), text: RoomLinkText }),
  v.strictObject({ by: v.literal('room'), roomId: RoomId }),
]);
export type RoomDoor = v.InferOutput<typeof RoomDoor>;

/** What a room link says, after its signature was checked. */
export const RoomPreview = v.strictObject({
  roomId: RoomId,
  name: RoomName,
  maker: PeerId,
  makerName: DisplayName,
  expiresAt: v.number(),
});
export type RoomPreview = v.InferOutput<typeof RoomPreview>;

/** `accepted`: entries that were new and are valid, to be passed on. `refused`: how many were forged or not allowed. */
export const RosterChange = v.strictObject({
  roster: Roster,
  accepted: v.array(SignedEntry),
  refused: v.pipe(v.number(), v.integer(), v.minValue(0)),
});
export type RosterChange = v.InferOutput<typeof RosterChange>;

/** A room of before, kept so that it can be opened again. */
export const KnownRoom = v.strictObject({
  roomId: RoomId,
  name: RoomName,
  lastInsideAt: v.number(),
  people: v.array(DisplayName),
});
export type KnownRoom = v.InferOutput<typeof KnownRoom>;

/** A recording on disk; made and named by main. */
export const RecordingId = v.pipe(v.string(), v.regex(/^[0-9a-f]{32}$/), v.brand('RecordingId'));
export type RecordingId = v.InferOutput<typeof RecordingId>;

/** "I agree to be recorded by this person in this recording", signed by who agrees. */
export const SignedConsent = v.pipe(v.instance(Uint8Array), v.minLength(1), v.maxLength(512));
