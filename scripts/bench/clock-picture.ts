// Runs inside pages: a camera that shows the time, and the reading of it off a picture that came by whatever way. The time is
// a grid of black and white fields, large enough to live through any encoding.

export interface Delays {
  /** From the moment a picture was drawn to that in which it was shown, ms; one for each picture. */
  readonly delaysMs: readonly number[];
  /** The longest time in which no new picture was shown, ms. */
  readonly longestGapMs: number;
}

/** For `page.addInitScript`: cameras show the time, 640x360 at 30 frames a second. */
export function showClockAsCamera(): void {
  const { mediaDevices } = navigator;
  const capture = mediaDevices.getUserMedia.bind(mediaDevices);
  const columns = 8;
  const rows = 4;
  const openClock = (): MediaStreamTrack => {
    const canvas = document.createElement('canvas');
    canvas.width = 640;
    canvas.height = 360;
    const pen = canvas.getContext('2d');
    const draw = (): void => {
      if (!pen) return;
      const now = Math.round(performance.timeOrigin + performance.now()) % 2 ** 31;
      for (let at = 0; at < columns * rows; at += 1) {
        pen.fillStyle = Math.floor(now / 2 ** at) % 2 === 1 ? '#fff' : '#000';
        pen.fillRect((at % columns) * 80, Math.floor(at / columns) * 90, 80, 90);
      }
    };
    draw();
    const timer = setInterval(draw, 1_000 / 30);
    const [track] = canvas.captureStream(30).getVideoTracks();
    if (!track) throw new Error('A canvas without a track.');
    const stop = track.stop.bind(track);
    track.stop = () => {
      clearInterval(timer);
      stop();
    };
    return track;
  };
  mediaDevices.getUserMedia = async (constraints) => {
    if (!constraints?.video) return await capture(constraints);
    const stream = constraints.audio ? await capture({ audio: constraints.audio }) : new MediaStream();
    stream.addTrack(openClock());
    return stream;
  };
}

/** Watches the largest picture of the page for `forMs`. For `page.evaluate`. */
export async function readClock(forMs: number): Promise<Delays> {
  const columns = 8;
  const rows = 4;
  const area = (element: HTMLVideoElement): number => element.clientWidth * element.clientHeight;
  const [video] = [...document.querySelectorAll('video')].sort((one, other) => area(other) - area(one));
  const pen = new OffscreenCanvas(columns * 8, rows * 8).getContext('2d', { willReadFrequently: true });
  if (!video || !pen) throw new Error('There is no picture to look at.');
  const delaysMs: number[] = [];
  let longestGapMs = 0;
  let lastAtMs = performance.now();
  let last = -1;
  const look = (): void => {
    pen.drawImage(video, 0, 0, columns * 8, rows * 8);
    const { data } = pen.getImageData(0, 0, columns * 8, rows * 8);
    let shown = 0;
    for (let at = 0; at < columns * rows; at += 1) {
      const x = (at % columns) * 8 + 4;
      const y = Math.floor(at / columns) * 8 + 4;
      if ((data[(y * columns * 8 + x) * 4] ?? 0) > 127) shown += 2 ** at;
    }
    if (shown === last || shown >= 2 ** 31) return;
    last = shown;
    const now = performance.now();
    const delayMs = (Math.round(performance.timeOrigin + now) % 2 ** 31) - shown;
    longestGapMs = Math.max(longestGapMs, now - lastAtMs);
    lastAtMs = now;
    if (delayMs >= 0 && delayMs < 60_000) delaysMs.push(delayMs);
  };
  const untilMs = performance.now() + forMs;
  await new Promise<void>((resolve) => {
    const next = (): void => {
      look();
      if (performance.now() < untilMs) video.requestVideoFrameCallback(next);
      else resolve();
    };
    video.requestVideoFrameCallback(next);
    setTimeout(resolve, forMs + 2_000); // a picture that stands calls nobody back
  });
  return { delaysMs, longestGapMs: Math.max(longestGapMs, performance.now() - lastAtMs) };
}
