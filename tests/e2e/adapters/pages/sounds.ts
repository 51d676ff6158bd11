// Devices, echo and tones in a page, made when a test first asks for them.
import { BrowserEchoTest } from '#adapters/browser-echo-test';
import { BrowserMedia } from '#adapters/browser-media';
import { BrowserTones } from '#adapters/browser-tones';
import { createMediaView } from '#adapters/media-view';
import { Speaker } from '#adapters/speaker';
import { Store } from '#core/base/store';
import type { MediaTrack, SourceState } from '#core/ports';
import { Meter, wait } from '#tests/e2e/adapters/pages/meter';

export class Sounds {
  readonly #speaker = new Speaker();
  readonly media = new BrowserMedia({ speaker: this.#speaker });
  readonly tones = new BrowserTones();
  readonly echo = new BrowserEchoTest(async () => await this.media.openEchoMicrophone());
  readonly remote = new Store<{ audio: MediaTrack | null; video: MediaTrack | null }>({ audio: null, video: null });
  readonly view = createMediaView({ remote: this.remote, local: this.media.store, speaker: this.#speaker });

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

  /** Peaks of a side of the echo test over a time: [ms since now, level]. */
  async echoLevels(side: 'in' | 'out', forMs: number): Promise<[number, number][]> {
    const startedAt = performance.now();
    const levels: [number, number][] = [];
    const stop = this.echo.watchLevel(side, (level) => levels.push([performance.now() - startedAt, level]));
    await wait(forMs);
    stop();
    return levels;
  }
}
