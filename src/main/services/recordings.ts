// The recordings this person makes: in a folder of their own among the downloads, never anywhere else.
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import type { CallInput, CallOutput } from '#shared/contract';
import { Failure } from '#shared/failure';
import { RecordingId } from '#shared/room';
import { toHex } from '#main/services/byte-layout';
import type { Clock } from '#main/services/clock';
import type { IdentityStore } from '#main/services/identity-store';
import { makeRecordingFolder, Recording } from '#main/services/recording';
import { readConsent, signConsent } from '#main/services/recording-consent';
import type { OpenRecordingFile } from '#main/services/recording-file';
import { recordingFolderName } from '#main/services/recording-names';
import { serviceLimits as limits } from '#main/services/service-limits';

const folderName = 'Roundtable recordings';

export interface RecordingsOptions {
  readonly downloadsFolder: string;
  readonly identity: Pick<IdentityStore, 'keys'>;
  readonly clock: Clock;
  readonly random: (length: number) => Uint8Array;
  /** Tests put failing disks in its place. */
  readonly openFile?: OpenRecordingFile;
}

export class Recordings {
  readonly #options: RecordingsOptions;
  /** The one longest untouched first. */
  readonly #running = new Map<RecordingId, Recording>();
  readonly #folders = new Map<RecordingId, string>();

  constructor(options: RecordingsOptions) {
    this.#options = options;
  }

  /** Fails `recording-folder` or `disk-full`. */
  async start({ roomId, name, tracks }: CallInput<'startRecording'>): Promise<CallOutput<'startRecording'>> {
    const { downloadsFolder, identity, clock, random, openFile = open } = this.#options;
    const recordingId = v.parse(RecordingId, toHex(random(16)));
    const facts = { recordingId, roomId, name, recorder: identity.keys.peerId, startedAt: clock.now() };
    const parent = join(downloadsFolder, folderName);
    const folder = await makeRecordingFolder(parent, recordingFolderName(name, facts.startedAt));
    const recording = new Recording(facts, folder, openFile);
    for (const track of tracks) recording.addTrack(track);
    this.#running.set(recordingId, recording);
    this.#remember(recordingId, folder);
    // A window that was reloaded left its recording behind: what is in it stands, and nothing more will come.
    const [oldest] = this.#running.keys();
    if (oldest !== undefined && this.#running.size > limits.recordingsAtOnce)
      await this.finish({ recordingId: oldest });
    return { recordingId };
  }

  addTrack({ recordingId, name }: CallInput<'addRecordingTrack'>): CallOutput<'addRecordingTrack'> {
    return { track: this.#touch(recordingId).addTrack(name) };
  }

  /** Fails `recording-folder` or `disk-full`; nothing was appended then, and the same can be tried again. */
  async append({ recordingId, track, bytes }: CallInput<'appendRecording'>): Promise<void> {
    await this.#touch(recordingId).append(track, bytes);
  }

  signConsent({ roomId, recordingId, recorder }: CallInput<'signConsent'>): Uint8Array<ArrayBuffer> {
    const { identity, clock } = this.#options;
    return signConsent(identity.keys, { roomId, recordingId, recorder }, clock.now());
  }

  keepConsent({ recordingId, from, name, consent }: CallInput<'keepConsent'>): CallOutput<'keepConsent'> {
    const recording = this.#touch(recordingId);
    const read = readConsent(consent, recording.facts, from);
    if (read) recording.keepConsent(read, name);
    return { isGenuine: read !== null };
  }

  async finish({ recordingId }: CallInput<'finishRecording'>): Promise<CallOutput<'finishRecording'>> {
    const recording = this.#touch(recordingId);
    this.#running.delete(recordingId);
    const files = await recording.finish();
    if (files.length === 0) this.#folders.delete(recordingId);
    return { folder: recording.folder, files };
  }

  folderOf(recordingId: RecordingId): string {
    const folder = this.#folders.get(recordingId);
    if (folder === undefined) throw new Failure('input-invalid', 'no such recording');
    return folder;
  }

  #touch(recordingId: RecordingId): Recording {
    const recording = this.#running.get(recordingId);
    if (!recording) throw new Failure('input-invalid', 'no such recording');
    this.#running.delete(recordingId);
    this.#running.set(recordingId, recording);
    return recording;
  }

  #remember(recordingId: RecordingId, folder: string): void {
    this.#folders.set(recordingId, folder);
    const [oldest] = this.#folders.keys();
    if (oldest !== undefined && this.#folders.size > limits.recordingsRemembered) this.#folders.delete(oldest);
  }
}
