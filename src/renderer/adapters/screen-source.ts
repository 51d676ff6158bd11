// The screen, window or tab that this person chose to show, from the browser's own picker until it ends.
import { Failure, type FailureCode } from '#shared/failure';
import { Store } from '#core/base/store';
import type { ScreenSource, SharedScreen } from '#core/ports';
import { mediaDevices } from '#adapters/capture';

/** TypeScript's DOM lacks the members that only some browsers know (W3C screen-capture section 5.3). */
interface Wishes extends DisplayMediaStreamOptions {
  readonly systemAudio: 'include';
  readonly selfBrowserSurface: 'exclude';
  readonly surfaceSwitching: 'include';
}

const wishes: Wishes = {
  video: { width: { max: 1920 }, height: { max: 1080 }, frameRate: { ideal: 15, max: 30 } },
  // What plays is not speech: nothing may be filtered out of it.
  audio: { echoCancellation: false, noiseSuppression: false, autoGainControl: false },
  systemAudio: 'include',
  selfBrowserSurface: 'exclude',
  surfaceSwitching: 'include',
};

/**
 * The names are those of W3C screen-capture, getDisplayMedia(). Who closes the picker is told the same name as who may
 * not share at all; only the words differ.
 */
export function screenFailure(name: string, message: string): FailureCode {
  if (name === 'NotAllowedError') return /system|policy/i.test(message) ? 'screen-denied' : 'aborted';
  if (name === 'SecurityError' || name === 'InvalidStateError') return 'screen-denied';
  return 'screen-missing';
}

async function chooseScreen(): Promise<MediaStream> {
  const devices = mediaDevices();
  if (!devices || !('getDisplayMedia' in devices)) throw new Failure('screen-missing', 'no screen capture here');
  try {
    return await devices.getDisplayMedia(wishes);
  } catch (reason) {
    const { name, message } = reason instanceof Error ? reason : new Error(String(reason));
    throw new Failure(screenFailure(name, message), name, { cause: reason });
  }
}

function stop(stream: MediaStream): void {
  for (const track of stream.getTracks()) track.stop();
}

export class BrowserScreen implements ScreenSource {
  readonly store = new Store<SharedScreen | null>(null);
  #stream: MediaStream | null = null;
  /** Counts openings, so that one which was overtaken by a close or another opening comes to nothing. */
  #opening = 0;
  readonly #pick: (() => Promise<void>) | null;

  /** `pick` asks which before the browser is asked, where the browser does not ask by itself. */
  constructor(pick: (() => Promise<void>) | null = null) {
    this.#pick = pick;
  }

  async open(): Promise<void> {
    this.#opening += 1;
    const own = this.#opening;
    await this.#pick?.();
    if (own !== this.#opening) throw new Failure('aborted', 'overtaken');
    const stream = await chooseScreen();
    const [video] = stream.getVideoTracks();
    const [audio = null] = stream.getAudioTracks();
    if (own !== this.#opening || !video) {
      stop(stream);
      throw new Failure(video ? 'aborted' : 'screen-missing', 'overtaken, or a stream without a picture');
    }
    this.#take(stream, video, audio);
  }

  close(): void {
    this.#opening += 1;
    if (this.#stream) stop(this.#stream);
    this.#stream = null;
    this.store.set(null);
  }

  #take(stream: MediaStream, video: MediaStreamTrack, audio: MediaStreamTrack | null): void {
    if (this.#stream) stop(this.#stream);
    this.#stream = stream;
    video.contentHint = 'detail'; // letters stay sharp; frames may be dropped
    if (audio) audio.contentHint = 'music';
    const isShown = (): boolean => this.#stream === stream;
    // Ended by the browser's own bar, by the window that closed, or by the system; never by our stop().
    video.addEventListener('ended', () => {
      if (isShown()) this.close();
    });
    audio?.addEventListener('ended', () => {
      if (isShown()) this.store.set({ video, audio: null });
    });
    this.store.set({ video, audio });
  }
}
