// One recording on disk: its folder, a file per track, and beside them the signed consents of everybody in it.
import { mkdir, rm, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Failure } from '#shared/failure';
import type { PeerId } from '#shared/identity';
import type { RecordingId, RoomId } from '#shared/room';
import { isErrorCode, writeFileAtomic } from '#main/services/atomic-file';
import { areOggPages } from '#main/services/ogg-pages';
import { peerKey } from '#main/services/peer-keys';
import type { Consent } from '#main/services/recording-consent';
import { RecordingFile, recordingFailure, type OpenRecordingFile } from '#main/services/recording-file';
import { recordingName, safeStem } from '#main/services/recording-names';
import { serviceLimits as limits } from '#main/services/service-limits';

export interface RecordingFacts {
  readonly recordingId: RecordingId;
  readonly roomId: RoomId;
  readonly name: string;
  readonly recorder: PeerId;
  readonly startedAt: number;
}

interface NamedConsent extends Consent {
  readonly name: string;
}

const maxNamesakes = 100;

/** Makes a folder of this name, or of this name with a number; answers its path. */
export async function makeRecordingFolder(parent: string, stem: string): Promise<string> {
  try {
    await mkdir(parent, { recursive: true });
    for (let count = 1; count <= maxNamesakes; count += 1) {
      const folder = join(parent, recordingName(stem, count));
      try {
        await mkdir(folder, { mode: 0o700 });
        return folder;
      } catch (error) {
        if (!isErrorCode(error, 'EEXIST')) throw error;
      }
    }
  } catch (error) {
    throw recordingFailure(error);
  }
  throw new Failure('recording-folder', 'too many recordings of one minute');
}

export class Recording {
  readonly facts: RecordingFacts;
  readonly folder: string;
  readonly #open: OpenRecordingFile;
  readonly #files: RecordingFile[] = [];
  readonly #consents = new Map<PeerId, NamedConsent>();
  /** Consents that stand in the file on disk. */
  #consentsWritten = 0;
  #isOver = false;
  /** One thing at a time, in the order asked. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(facts: RecordingFacts, folder: string, openFile: OpenRecordingFile) {
    this.facts = facts;
    this.folder = folder;
    this.#open = openFile;
  }

  /** Answers the track's index. */
  addTrack(name: string): number {
    if (this.#files.length >= limits.recordingTracks) throw new Failure('input-invalid', 'too many tracks');
    return this.#files.push(new RecordingFile(this.folder, safeStem(name, 'Speaker'), this.#open)) - 1;
  }

  async append(track: number, pages: Uint8Array): Promise<void> {
    await this.#inTurn(async () => {
      const file = this.#files[track];
      if (this.#isOver || !file || !areOggPages(pages)) throw new Failure('input-invalid', 'no such track or no pages');
      if (this.#consents.size === 0) throw new Failure('recording-refused', 'nobody agreed');
      await this.#writeConsents();
      await file.append(pages);
    });
  }

  /** On disk before the next sound is. */
  keepConsent(consent: Consent, name: string): void {
    const isKnown = this.#consents.has(consent.signer);
    if (!isKnown && this.#consents.size >= limits.consentsKept) throw new Failure('input-invalid', 'too many consents');
    if (!isKnown) this.#consents.set(consent.signer, { ...consent, name });
  }

  /** The names of the files that hold sound; without any, the folder goes too. */
  async finish(): Promise<string[]> {
    return await this.#inTurn(async () => {
      this.#isOver = true;
      const files = this.#files.flatMap(({ name }) => name ?? []);
      for (const file of this.#files) await file.removeIfEmpty().catch(() => undefined);
      if (files.length === 0) await this.#removeFolder();
      return files;
    });
  }

  /** Only what this made is removed: a folder with anything else in it stays. */
  async #removeFolder(): Promise<void> {
    if (this.#consentsWritten > 0) await rm(join(this.folder, 'consents.json'), { force: true }).catch(() => undefined);
    await rmdir(this.folder).catch(() => undefined);
  }

  async #writeConsents(): Promise<void> {
    const count = this.#consents.size;
    if (count === this.#consentsWritten) return;
    const text = `${JSON.stringify(consentsDocument(this.facts, [...this.#consents.values()]), null, 2)}\n`;
    try {
      await writeFileAtomic(join(this.folder, 'consents.json'), text);
    } catch (error) {
      throw recordingFailure(error);
    }
    this.#consentsWritten = count;
  }

  async #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(work);
    this.#last = turn.catch(() => undefined);
    return await turn;
  }
}

const base64url = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64url');

/** For whoever wants to check who agreed, and when: docs/protocol/recording.md says how. */
function consentsDocument(facts: RecordingFacts, consents: readonly NamedConsent[]): unknown {
  return {
    version: 1,
    format:
      'Each signature is Ed25519 by the key, over "roundtable/recording-consent/1", a zero byte and the statement.',
    room: { id: facts.roomId, name: facts.name },
    recording: { id: facts.recordingId, startedAt: new Date(facts.startedAt).toISOString(), recorder: facts.recorder },
    consents: consents.map(({ signer, name, at, statement, signature }) => ({
      name,
      peerId: signer,
      key: base64url(peerKey(signer).bytes),
      at: new Date(at).toISOString(),
      statement: base64url(statement),
      signature: base64url(signature),
    })),
  };
}
