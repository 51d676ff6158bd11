// Which sounds go into which file of a recording: only of people who agreed, and at most as many files as there are.
import type { PeerId } from '#shared/identity';
import type { TracksByMember } from '#core/conference/snapshot';
import type { LocalMediaSnapshot, RecordedSource } from '#core/ports';
import { limits } from '#core/wire/limits';

/** The one file of a recording that mixes everybody. */
const mixFile = 'mix';
/** Where each speaker has a file: what screens play, and whoever comes when every file is given out. */
const sharedFile = 'shared';
const sharedName = 'Shared sound';

export class RecordingFiles {
  /** File to name. */
  readonly #names = new Map<string, string>();
  readonly #perSpeaker: boolean;

  constructor(start: { perSpeaker: boolean; room: string; people: readonly { peerId: PeerId; name: string }[] }) {
    this.#perSpeaker = start.perSpeaker;
    if (!start.perSpeaker) this.#names.set(mixFile, start.room);
    else for (const { peerId, name } of start.people) this.add(peerId, name);
  }

  /** In the order they were added. */
  get files(): readonly string[] {
    return [...this.#names.keys()];
  }

  nameOf(file: string): string {
    return this.#names.get(file) ?? sharedName;
  }

  add(peerId: PeerId, name: string): void {
    if (this.#perSpeaker && this.#names.size < limits.roomMembers && !this.#names.has(peerId)) {
      this.#names.set(peerId, name);
    }
  }

  ofVoice(peerId: PeerId): string {
    if (!this.#perSpeaker) return mixFile;
    return this.#names.has(peerId) ? peerId : sharedFile;
  }

  get ofScreens(): string {
    return this.#perSpeaker ? sharedFile : mixFile;
  }
}

export function recordedSources(now: {
  readonly files: RecordingFiles;
  readonly agreed: ReadonlySet<PeerId>;
  readonly self: PeerId;
  readonly own: LocalMediaSnapshot;
  readonly tracks: TracksByMember;
}): ReadonlyMap<string, RecordedSource> {
  const { files, agreed, self, own, tracks } = now;
  const sources = new Map<string, RecordedSource>();
  if (own.audioTrack && agreed.has(self)) sources.set(self, { file: files.ofVoice(self), track: own.audioTrack });
  for (const [peerId, { audio, screenAudio }] of tracks) {
    if (!agreed.has(peerId)) continue;
    if (audio) sources.set(peerId, { file: files.ofVoice(peerId), track: audio });
    if (screenAudio) sources.set(`${peerId}/screen`, { file: files.ofScreens, track: screenAudio });
  }
  return sources;
}
