// What this person casts: a camera, a screen or a film with what it plays, and the microphone mixed into its sound. Apart
// from calls and rooms, so that muting there is not muting here.
import { Failure } from '#shared/failure';
import { Emitter } from '#core/base/emitter';
import { Store } from '#core/base/store';
import type { MediaTrack, ScreenSource } from '#core/ports';
import type { CastSource, CastSourceKind, CastSourceState } from '#core/ports/live';
import { holdUnheardContext, type AudioContextHold } from '#adapters/audio-context';
import type { OpenVoiceMicrophone } from '#adapters/browser-voice-recorder';
import { openMediaFile } from '#adapters/media-file';

/** A source that plays until it is stopped or ends by itself. */
interface Shown {
  readonly video: MediaStreamTrack | null;
  readonly audio: MediaStreamTrack | null;
  /** Called once when it ends by itself; not after stop(). */
  onEnd(listener: () => void): void;
  stop(): void;
}

export interface BrowserCastSourceDeps {
  readonly screen: ScreenSource;
  readonly openCamera: () => Promise<MediaStreamTrack>;
  readonly openMicrophone: OpenVoiceMicrophone;
}

const off: CastSourceState = {
  phase: 'off',
  kind: null,
  name: '',
  video: null,
  audio: null,
  microphone: 'off',
  hasOwnSound: false,
};

/** Where everything that sounds goes into one track. */
interface Mix {
  readonly hold: AudioContextHold;
  readonly out: MediaStreamAudioDestinationNode;
}

export class BrowserCastSource implements CastSource {
  readonly store = new Store<CastSourceState>(off);
  readonly events = new Emitter<{ ended: CastSourceKind }>();
  readonly #deps: BrowserCastSourceDeps;
  #mix: Mix | null = null;
  #shown: Shown | null = null;
  #shownSound: MediaStreamAudioSourceNode | null = null;
  #microphone: (() => void) | null = null;
  /** Counts openings, so that one which was overtaken comes to nothing. */
  #opening = 0;
  #microphoneOpening = 0;

  constructor(deps: BrowserCastSourceDeps) {
    this.#deps = deps;
  }

  async openCamera(): Promise<void> {
    await this.#open('camera', '', async () => {
      const video = await this.#deps.openCamera();
      video.contentHint = 'motion';
      return { video, audio: null, onEnd: (listener) => whenEnded(video, listener), stop: () => video.stop() };
    });
  }

  async openScreen(): Promise<void> {
    await this.#open('screen', '', async () => {
      const { screen } = this.#deps;
      await screen.open();
      const shared = screen.store.snapshot;
      const video = shared?.video ?? null;
      const audio = shared?.audio ?? null;
      if (!(video instanceof MediaStreamTrack)) throw new Failure('screen-missing');
      return {
        video,
        audio: audio instanceof MediaStreamTrack ? audio : null,
        onEnd: (listener) => whenEnded(video, listener),
        stop: () => {
          if (screen.store.snapshot?.video === video) screen.close();
        },
      };
    });
  }

  async openFile(file: File): Promise<void> {
    await this.#open('file', file.name, async () => await playFile(file));
  }

  async setMicrophone(isOn: boolean): Promise<void> {
    const own = (this.#microphoneOpening += 1);
    this.#microphone?.();
    this.#microphone = null;
    this.#change({ microphone: isOn ? 'opening' : 'off' });
    if (!isOn) return;
    const opened = await this.#deps.openMicrophone();
    if (own !== this.#microphoneOpening) {
      if (typeof opened !== 'string') opened.stop();
      return;
    }
    if (typeof opened === 'string') {
      this.#change({ microphone: 'off' });
      throw new Failure(opened);
    }
    const leave = this.#listen(opened.track);
    this.#microphone = () => {
      leave.disconnect();
      opened.stop();
    };
    opened.track.addEventListener('ended', () => {
      if (own === this.#microphoneOpening) void this.setMicrophone(false);
    });
    this.#change({ microphone: 'on', audio: this.#mixed().out.stream.getAudioTracks()[0] ?? null });
  }

  close(): void {
    this.#opening += 1;
    this.#microphoneOpening += 1;
    this.#microphone?.();
    this.#microphone = null;
    this.#hide();
    this.#mix?.hold.release();
    this.#mix = null;
    this.store.set(off);
  }

  async #open(kind: CastSourceKind, name: string, open: () => Promise<Shown>): Promise<void> {
    const own = (this.#opening += 1);
    const before = this.store.snapshot;
    this.#change({ phase: 'opening', kind, name });
    let shown: Shown;
    try {
      shown = await open();
    } catch (reason) {
      if (own === this.#opening)
        this.#change({
          phase: before.video || before.hasOwnSound ? 'ready' : 'off',
          kind: before.kind,
          name: before.name,
        });
      throw reason;
    }
    if (own !== this.#opening) {
      shown.stop();
      throw new Failure('aborted', 'overtaken');
    }
    this.#show(kind, shown);
  }

  #show(kind: CastSourceKind, shown: Shown): void {
    this.#hide();
    this.#shown = shown;
    this.#shownSound = shown.audio ? this.#listen(shown.audio) : null;
    shown.onEnd(() => {
      if (this.#shown !== shown) return;
      this.#hide();
      this.#change({ phase: 'off', kind: null, name: '', video: null, hasOwnSound: false });
      this.events.emit('ended', kind);
    });
    const audio = this.#mixed().out.stream.getAudioTracks()[0] ?? null;
    this.#change({ phase: 'ready', kind, video: shown.video, audio, hasOwnSound: shown.audio !== null });
  }

  #hide(): void {
    this.#shownSound?.disconnect();
    this.#shownSound = null;
    this.#shown?.stop();
    this.#shown = null;
  }

  #listen(track: MediaStreamTrack): MediaStreamAudioSourceNode {
    const { hold, out } = this.#mixed();
    const node = hold.context.createMediaStreamSource(new MediaStream([track]));
    node.connect(out);
    return node;
  }

  #mixed(): Mix {
    if (this.#mix) return this.#mix;
    const hold = holdUnheardContext();
    const out = hold.context.createMediaStreamDestination();
    this.#mix = { hold, out };
    return this.#mix;
  }

  #change(change: Partial<CastSourceState>): void {
    this.store.set({ ...this.store.snapshot, ...change });
  }
}

const asTrack = (track: MediaTrack | null): MediaStreamTrack | null =>
  track instanceof MediaStreamTrack ? track : null;

/** From its beginning to its end. */
async function playFile(file: File): Promise<Shown> {
  const film = await openMediaFile(file);
  try {
    await film.play();
  } catch (reason) {
    film.close();
    throw reason;
  }
  const { video, audio } = film.tracks.snapshot;
  return {
    video: asTrack(video),
    audio: asTrack(audio),
    onEnd: (listener) => {
      const off = film.state.onChange(() => {
        if (film.state.snapshot.phase !== 'ended') return;
        off();
        listener();
      });
    },
    stop: () => film.close(),
  };
}

function whenEnded(track: MediaStreamTrack, listener: () => void): void {
  track.addEventListener('ended', listener, { once: true });
}
