// Devices, echo and tones in a page, made when a test first asks for them.
import { BrowserEchoTest } from '#adapters/browser-echo-test';
import { BrowserMedia } from '#adapters/browser-media';
import { BrowserTones } from '#adapters/browser-tones';
import { createMediaView } from '#adapters/media-view';
import { RoomSound, type MembersTracks } from '#adapters/room-sound';
import { BrowserScreen } from '#adapters/screen-source';
import { Speaker } from '#adapters/speaker';
import { Store } from '#core/base/store';
import type { MediaTrack, SourceState } from '#core/ports';
import type { CastSourceState } from '#core/ports/live';
import { Meter, wait } from '#tests/e2e/adapters/pages/meter';

const nothingCast: CastSourceState = {
  phase: 'off',
  kind: null,
  name: '',
  video: null,
  audio: null,
  microphone: 'off',
  hasOwnSound: false,
};

export class Sounds {
  readonly #speaker = new Speaker();
  readonly media = new BrowserMedia({ speaker: this.#speaker });
  readonly tones = new BrowserTones();
  readonly echo = new BrowserEchoTest(async () => await this.media.openEchoMicrophone());
  readonly remote = new Store<{ audio: MediaTrack | null; video: MediaTrack | null }>({ audio: null, video: null });
  readonly members = new Store<MembersTracks['snapshot']>(new Map());
  readonly screen = new BrowserScreen();
  readonly roomSound = new RoomSound({ members: this.members, speaker: this.#speaker });
  readonly view = createMediaView({
    remote: this.remote,
    local: this.media.store,
    speaker: this.#speaker,
    members: this.members,
    screen: this.screen,
    roomSound: this.roomSound,
    castSource: { store: new Store(nothingCast) },
  });

  get microphone(): SourceState {
    return this.media.store.snapshot.microphone;
  }

  /** What goes out now. */
  get outgoing(): MediaStreamTrack {
    const track = this.media.store.snapshot.audioTrack;
    if (!(track instanceof MediaStreamTrack)) throw new Error('nothing goes out');
    return track;
  }

  async noiseSuppressionBecomes(state: 'off' | 'on' | 'failed', timeoutMs = 10_000): Promise<void> {
    const deadline = performance.now() + timeoutMs;
    while (this.media.noiseSuppression.snapshot !== state) {
      if (performance.now() > deadline) throw new Error(`Still ${this.media.noiseSuppression.snapshot}`);
      await wait(20);
    }
  }

  /** Level of what goes out, after it has had time to settle, dBFS. */
  async outgoingLevel(settleMs = 1_500): Promise<number> {
    const meter = new Meter(this.outgoing);
    await wait(settleMs);
    const { levelDb } = meter.read();
    await meter.close();
    return levelDb;
  }

  async microphoneBecomes(phase: SourceState['phase'], timeoutMs = 10_000): Promise<void> {
    const deadline = performance.now() + timeoutMs;
    while (this.microphone.phase !== phase) {
      if (performance.now() > deadline) throw new Error(`Still ${JSON.stringify(this.microphone)}`);
      await wait(10);
    }
  }

  /** Starts the echo test; answers how long after the microphone the echo sounds, ms. */
  async echoDelay(threshold: number, timeoutMs = 10_000): Promise<number> {
    await this.echo.start();
    const firstAbove = (side: 'in' | 'out'): Promise<number> =>
      new Promise((resolve, reject) => {
        const timer = setTimeout(() => {
          reject(new Error(`nothing on side ${side} within ${timeoutMs} ms`));
        }, timeoutMs);
        const stop = this.echo.watchLevel(side, (level) => {
          if (level < threshold) return;
          clearTimeout(timer);
          setTimeout(stop);
          resolve(performance.now());
        });
      });
    const [inAtMs, outAtMs] = await Promise.all([firstAbove('in'), firstAbove('out')]);
    return outAtMs - inAtMs;
  }

  /** Levels of one source of the view over a time. */
  async levels(source: 'microphone' | 'remote', forMs: number): Promise<number[]> {
    const levels: number[] = [];
    const stop = this.view.watchLevel(source, (level) => levels.push(level));
    await wait(forMs);
    stop();
    return levels;
  }
}
