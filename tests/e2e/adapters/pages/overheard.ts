// Runs inside a page before its own scripts: overhears what any AudioContext plays, and knows which are still open.

declare global {
  interface Window {
    overheard: {
      /** Peak of the last 40 ms over all contexts, 0-1. */
      peak(): number;
      open(): number;
    };
  }
}

/** For `page.addInitScript`. */
export function overhear(): void {
  const taps = new Map<BaseAudioContext, AnalyserNode>();
  const contexts: AudioContext[] = [];
  const connect = Reflect.get(AudioNode.prototype, 'connect') as (this: AudioNode, ...args: unknown[]) => unknown;
  AudioNode.prototype.connect = function (this: AudioNode, ...args: unknown[]) {
    if (args[0] instanceof AudioDestinationNode) {
      const tap = taps.get(this.context) ?? new AnalyserNode(this.context, { fftSize: 2048 });
      taps.set(this.context, tap);
      Reflect.apply(connect, this, [tap]);
    }
    return Reflect.apply(connect, this, args);
  } as typeof AudioNode.prototype.connect;
  window.AudioContext = new Proxy(window.AudioContext, {
    construct(target, args: [AudioContextOptions?]) {
      const context = new target(...args);
      contexts.push(context);
      return context;
    },
  });
  window.overheard = {
    peak() {
      let peak = 0;
      for (const tap of taps.values()) {
        const samples = new Float32Array(tap.fftSize);
        tap.getFloatTimeDomainData(samples);
        if (tap.context.state === 'running') for (const sample of samples) peak = Math.max(peak, Math.abs(sample));
      }
      return peak;
    },
    open: () => contexts.filter(({ state }) => state !== 'closed').length,
  };
}
