// A sound as a file: a steady tone, 16 bit, two channels, 44,100 a second; as many bytes for each second from its beginning to its end.
const perSecond = 44_100;
const headerBytes = 44;
const waveBytesPerSecond = perSecond * 4;

export function waveFile({ seconds, hertz }: { seconds: number; hertz: number }): Uint8Array<ArrayBuffer> {
  const dataBytes = seconds * waveBytesPerSecond;
  const file = new Uint8Array(headerBytes + dataBytes);
  const view = new DataView(file.buffer);
  const text = (at: number, letters: string): void => {
    for (let index = 0; index < letters.length; index += 1) view.setUint8(at + index, letters.charCodeAt(index));
  };
  text(0, 'RIFF');
  view.setUint32(4, headerBytes - 8 + dataBytes, true);
  text(8, 'WAVEfmt ');
  view.setUint32(16, 16, true);
  view.setUint16(20, 1, true);
  view.setUint16(22, 2, true);
  view.setUint32(24, perSecond, true);
  view.setUint32(28, waveBytesPerSecond, true);
  view.setUint16(32, 4, true);
  view.setUint16(34, 16, true);
  text(36, 'data');
  view.setUint32(40, dataBytes, true);
  const samples = new Int16Array(file.buffer, headerBytes);
  // A little slower in each half of it, so that no block is like another.
  for (let at = 0; at < samples.length; at += 2) {
    const value = Math.round(6_000 * Math.sin((2 * Math.PI * hertz * at) / (2 * perSecond) + at * at * 1e-12));
    samples[at] = value;
    samples[at + 1] = value;
  }
  return file;
}
