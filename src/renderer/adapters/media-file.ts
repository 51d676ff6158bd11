// A film or a piece of music from this computer as a source of tracks: played by an element that nobody sees.
import { Failure } from '#shared/failure';
import { Store, type ReadableStore } from '#core/base/store';
import type { MediaTrack } from '#core/ports';

interface MediaFileState {
  readonly phase: 'paused' | 'playing' | 'ended';
  readonly atMs: number;
  readonly lengthMs: number;
}

/** What is given on live. Replaced when the element makes others, as it does when it begins anew after its end. */
interface MediaFileTracks {
  readonly video: MediaTrack | null;
  readonly audio: MediaTrack | null;
}

export interface MediaFile {
  readonly name: string;
  readonly state: ReadableStore<MediaFileState>;
  readonly tracks: ReadableStore<MediaFileTracks>;
  /** From the beginning when it has ended. Fails `film-unplayable`. */
  play(): Promise<void>;
  pause(): void;
  seek(toMs: number): void;
  close(): void;
}

/** A damaged file may never say that it cannot be played. */
const openTimeoutMs = 10_000;

/** Not in TypeScript's DOM, nor in every browser (W3C mediacapture-fromelement). */
type Capturing = HTMLVideoElement & { captureStream?: () => MediaStream };

function loaded(element: HTMLVideoElement): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = (why: string): void => {
      clearTimeout(timer);
      reject(new Failure('film-unplayable', why));
    };
    const timer = setTimeout(fail, openTimeoutMs, 'did not open in time');
    element.onloadeddata = () => {
      clearTimeout(timer);
      resolve();
    };
    element.onerror = () => {
      fail(element.error?.message ?? '');
    };
  });
}

class PlayedFile implements MediaFile {
  readonly name: string;
  readonly state = new Store<MediaFileState>({ phase: 'paused', atMs: 0, lengthMs: 0 });
  readonly tracks = new Store<MediaFileTracks>({ video: null, audio: null });
  readonly #element: HTMLVideoElement;
  readonly #stream: MediaStream;
  readonly #url: string;

  constructor(name: string, element: HTMLVideoElement, stream: MediaStream, url: string) {
    this.name = name;
    this.#element = element;
    this.#stream = stream;
    this.#url = url;
    for (const event of ['play', 'playing', 'pause', 'ended', 'seeked', 'timeupdate', 'durationchange']) {
      element.addEventListener(event, this.#tell);
    }
    stream.addEventListener('addtrack', this.#follow);
    stream.addEventListener('removetrack', this.#follow);
    this.#tell();
    this.#follow();
  }

  async play(): Promise<void> {
    try {
      await this.#element.play();
    } catch (reason) {
      if (reason instanceof DOMException && reason.name === 'AbortError') return; // paused meanwhile
      throw new Failure('film-unplayable', reason instanceof Error ? reason.name : '', { cause: reason });
    }
  }

  pause(): void {
    this.#element.pause();
  }

  seek(toMs: number): void {
    this.#element.currentTime = Math.max(0, toMs / 1_000);
  }

  close(): void {
    this.#element.pause();
    for (const track of this.#stream.getTracks()) track.stop();
    this.#element.removeAttribute('src');
    this.#element.load();
    URL.revokeObjectURL(this.#url);
    this.tracks.set({ video: null, audio: null });
  }

  readonly #tell = (): void => {
    const { paused, ended, currentTime, duration } = this.#element;
    const phase = ended ? 'ended' : paused ? 'paused' : 'playing';
    const lengthMs = Number.isFinite(duration) ? Math.round(duration * 1_000) : 0;
    this.state.set({ phase, atMs: Math.round(currentTime * 1_000), lengthMs });
  };

  readonly #follow = (): void => {
    const live = (track: MediaStreamTrack): boolean => track.readyState === 'live';
    const video = this.#stream.getVideoTracks().findLast(live) ?? null;
    const audio = this.#stream.getAudioTracks().findLast(live) ?? null;
    const before = this.tracks.snapshot;
    if (video !== before.video || audio !== before.audio) this.tracks.set({ video, audio });
  };
}

/** Opens it, paused; nothing of it is heard here. Fails `film-unplayable`. */
export async function openMediaFile(file: File): Promise<MediaFile> {
  const element: Capturing = document.createElement('video');
  if (!element.captureStream) throw new Failure('film-unplayable', 'this browser gives no tracks of files');
  const url = URL.createObjectURL(file);
  element.preload = 'auto';
  element.playsInline = true;
  element.muted = true; // the tracks have its sound all the same
  const opening = loaded(element);
  element.src = url;
  try {
    await opening;
    return new PlayedFile(file.name, element, element.captureStream(), url);
  } catch (reason) {
    URL.revokeObjectURL(url);
    throw reason;
  }
}
