// Runs inside a page before its own scripts: its microphone gives a steady tone. The device is opened as ever, with its
// permission, its name and its end; only what it hears is replaced.

/** For `page.addInitScript`. */
export function speakInTone(hertz: number): void {
  const { mediaDevices } = navigator;
  const capture = mediaDevices.getUserMedia.bind(mediaDevices);
  mediaDevices.getUserMedia = async (constraints) => {
    const stream = await capture(constraints);
    for (const device of stream.getAudioTracks()) {
      const context = new AudioContext({ sampleRate: 48_000 });
      const out = new MediaStreamAudioDestinationNode(context, { channelCount: 1 });
      const tone = new OscillatorNode(context, { frequency: hertz });
      tone.connect(new GainNode(context, { gain: 0.5 })).connect(out);
      tone.start();
      const [track] = out.stream.getAudioTracks();
      if (!track) throw new Error('A destination without a track.');
      const stop = track.stop.bind(track);
      Object.defineProperty(track, 'label', { value: device.label });
      track.getSettings = () => device.getSettings();
      track.stop = () => {
        stop();
        device.stop();
        void context.close();
      };
      device.addEventListener('ended', () => track.dispatchEvent(new Event('ended')));
      stream.removeTrack(device);
      stream.addTrack(track);
    }
    return stream;
  };
}
