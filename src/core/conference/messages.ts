// What members of a room tell each other over their control links (docs/protocol/room.md).
import * as v from 'valibot';
import { DisplayName, PeerId } from '#shared/identity';
import { RecordingId, RoomId, RoomLinkText, RoomName, SignedConsent, SignedEntry, StayId } from '#shared/room';
import { limits } from '#core/wire/limits';

const room = { roomId: RoomId };
const count = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(0xffff_ffff));

/** How a member fares with another one. */
export const PairState = v.picklist(['connecting', 'connected', 'reconnecting', 'carried', 'unreachable']);
export type PairState = v.InferOutput<typeof PairState>;

export const reactions = ['👍', '👏', '❤️', '😂', '😮', '🎉'] as const;

export const roomMessages = {
  /** A contact asks me into their room. */
  'room.ring': v.strictObject({ ...room, link: RoomLinkText, name: RoomName, people: v.pipe(count, v.maxValue(32)) }),
  'room.ring-over': v.strictObject({ ...room, reason: v.picklist(['withdrawn', 'joined', 'declined', 'busy']) }),

  /** Let me in: the pass from the link that I opened, or null when I was admitted before. */
  'room.knock': v.strictObject({ ...room, name: DisplayName, pass: v.nullable(SignedEntry) }),
  /** The answer to a knock. `waiting`: the room is locked and its members are asked. */
  'room.knock-answer': v.strictObject({
    ...room,
    answer: v.picklist(['admitted', 'waiting', 'declined', 'locked', 'expired', 'refused', 'full', 'ended']),
  }),
  /** Who is inside? Asked before joining, by the pass of a link, or null by who was admitted or rung before. */
  'room.peek': v.strictObject({ ...room, name: DisplayName, pass: v.nullable(SignedEntry) }),
  /** `locked`: who is inside is not told. `ended`: I am not inside. People are in the order of seats. */
  'room.peek-answer': v.strictObject({
    ...room,
    answer: v.picklist(['inside', 'locked', 'expired', 'refused', 'ended']),
    isLocked: v.boolean(),
    people: v.pipe(
      v.array(v.strictObject({ peerId: PeerId, name: DisplayName, isOpener: v.boolean(), isRecording: v.boolean() })),
      v.maxLength(limits.roomMembers),
    ),
  }),

  /** A member tells the others that somebody knocks, or knocks no more. */
  'room.knocking': v.strictObject({ ...room, peerId: PeerId, name: DisplayName, isOver: v.boolean() }),

  /** What I know of the roster; who knows something else sends its entries. */
  'room.digest': v.strictObject({ ...room, digest: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)) }),
  'room.entries': v.strictObject({ ...room, entries: v.pipe(v.array(SignedEntry), v.maxLength(24)) }),

  /** How I am; each replaces the one before. Facts about me alone, never a command. */
  'room.state': v.strictObject({
    ...room,
    stay: StayId,
    counter: count,
    microphone: v.boolean(),
    camera: v.boolean(),
    screen: v.boolean(),
    screenAudio: v.boolean(),
    /** The order of raised hands; null when down. */
    hand: v.nullable(count),
    isHolding: v.boolean(),
    /** I lend bandwidth: the voice of a member may be carried through me. */
    carries: v.boolean(),
    recording: v.picklist(['no', 'asking', 'running', 'paused']),
    pairs: v.pipe(
      v.array(v.strictObject({ peerId: PeerId, state: PairState, through: v.nullable(PeerId) })),
      v.maxLength(limits.roomMembers),
    ),
  }),
  /** Which of your pictures I look at, and how tall they are here, px; the sender saves what nobody sees. */
  'room.watch': v.strictObject({
    ...room,
    video: v.pipe(count, v.maxValue(4_320)),
    screen: v.pipe(count, v.maxValue(4_320)),
  }),

  'room.say': v.strictObject({
    ...room,
    id: v.pipe(v.string(), v.regex(/^[0-9a-f]{16}$/)),
    /** Longer than `limits.roomLineLength` is refused by the room, so that who sent it can be named. */
    text: v.pipe(v.string(), v.minLength(1), v.maxLength(limits.roomLineLength * 4)),
  }),
  'room.react': v.strictObject({ ...room, reaction: v.picklist(reactions) }),
  /** I speak now: a number above all that I heard of, or 0 while I never did. */
  'room.floor': v.strictObject({ ...room, turn: count }),
  /** A wish that the receiver mute themself; their app only shows it. */
  'room.ask-mute': v.strictObject(room),

  /** Carry the voice of `peerId` to me, and mine to them: we cannot connect. */
  'room.carry': v.strictObject({ ...room, peerId: PeerId, isOn: v.boolean() }),
  /** Whose voice is in my `carried` lane to you, or null. */
  'room.carrying': v.strictObject({ ...room, peerId: v.nullable(PeerId) }),

  /** I want to record; answer with a consent or null. */
  'room.record': v.strictObject({ ...room, recordingId: RecordingId }),
  'room.consent': v.strictObject({ ...room, recordingId: RecordingId, consent: v.nullable(SignedConsent) }),
} as const;
