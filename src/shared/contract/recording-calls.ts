// Recordings of rooms, and the consents that belong to them.
import * as v from 'valibot';
import { call, nothing } from '#shared/contract/call';
import { DisplayName, PeerId } from '#shared/identity';
import { RecordingId, RoomId, RoomName, SignedConsent } from '#shared/room';

export const recordingCalls = {
  /** Signs my consent to be recorded by `recorder`. */
  signConsent: call(v.strictObject({ roomId: RoomId, recordingId: RecordingId, recorder: PeerId }), SignedConsent),
  /**
   * Makes a folder for an Ogg Opus file per track; `tracks` name the files, which begin with their first pages. Fails
   * `recording-folder`, `disk-full`.
   */
  startRecording: call(
    v.strictObject({
      roomId: RoomId,
      name: RoomName,
      tracks: v.pipe(v.array(DisplayName), v.minLength(1), v.maxLength(13)),
    }),
    v.strictObject({ recordingId: RecordingId }),
  ),
  /** A further speaker's file in a running recording that has one file per speaker; answers its index. */
  addRecordingTrack: call(
    v.strictObject({ recordingId: RecordingId, name: DisplayName }),
    v.strictObject({ track: v.pipe(v.number(), v.integer()) }),
  ),
  /**
   * Appends whole Ogg pages; what was answered is on disk. Fails `disk-full`, `recording-folder` (nothing was appended, and
   * the same may be tried again), `recording-refused` while no consent is kept.
   */
  appendRecording: call(
    v.strictObject({
      recordingId: RecordingId,
      track: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(12)),
      bytes: v.pipe(v.instance(Uint8Array), v.maxLength(256 * 1024)),
    }),
    nothing,
  ),
  /** Checks a consent and keeps it beside the files; false when its signature or its facts are wrong. */
  keepConsent: call(
    v.strictObject({ recordingId: RecordingId, from: PeerId, name: DisplayName, consent: SignedConsent }),
    v.strictObject({ isGenuine: v.boolean() }),
  ),
  /** Ends the files; answers where they are. A recording without any sound leaves nothing behind. */
  finishRecording: call(
    v.strictObject({ recordingId: RecordingId }),
    v.strictObject({ folder: v.string(), files: v.array(v.string()) }),
  ),
  /** Shows the recording in the file manager; fails `recording-unshown` where there is none. */
  showRecording: call(v.strictObject({ recordingId: RecordingId }), nothing),
};
