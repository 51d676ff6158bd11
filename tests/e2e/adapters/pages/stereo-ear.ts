// Hears both channels of what the page's audio graph plays, from the moment it is made.
export class StereoEar {
  readonly #taps: (readonly [AnalyserNode, AnalyserNode])[] = [];

  constructor() {
    const tap = (context: BaseAudioContext): AudioNode => this.#tap(context);
    // Sound: `connect` is called with whatever it was called with.
    const connect = Reflect.get(AudioNode.prototype, 'connect') as (this: AudioNode, ...args: unknown[]) => unknown;
    AudioNode.prototype.connect = function (this: AudioNode, ...args: unknown[]) {
      if (args[0] instanceof AudioDestinationNode) Reflect.apply(connect, this, [tap(this.context)]);
      return Reflect.apply(connect, this, args);
    } as typeof AudioNode.prototype.connect;
  }

  /** RMS of the last third of a second, 0-1, of all that plays. */
  get levels(): { left: number; right: number } {
    const powers = [0, 1].map((side) =>
      this.#taps.reduce((sum, tap) => {
        const analyser = tap[side];
        if (analyser?.context.state !== 'running') return sum; // one that was closed stays at its last samples
        const samples = new Float32Array(analyser.fftSize);
        analyser.getFloatTimeDomainData(samples);
        return sum + samples.reduce((all, sample) => all + sample * sample, 0) / samples.length;
      }, 0),
    );
    const [left = 0, right = 0] = powers.map(Math.sqrt);
    return { left, right };
  }

  #tap(context: BaseAudioContext): AudioNode {
    const splitter = new ChannelSplitterNode(context, { numberOfOutputs: 2 });
    const left = new AnalyserNode(context, { fftSize: 16_384 });
    const right = new AnalyserNode(context, { fftSize: 16_384 });
    splitter.connect(left, 0);
    splitter.connect(right, 1);
    this.#taps.push([left, right]);
    // What is mono is split only after it became stereo.
    const stereo = new GainNode(context, { channelCount: 2, channelCountMode: 'explicit' });
    stereo.connect(splitter);
    return stereo;
  }
}
