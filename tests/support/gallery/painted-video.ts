// Pictures that move a little, in place of cameras, and voices that come and go.
import type { MediaView } from '#state/media-view';

interface Palette {
  readonly from: string;
  readonly to: string;
  readonly skin: string;
  readonly shirt: string;
}

const theirs: Palette = { from: '#c9a27a', to: '#3a2a22', skin: '#e3b994', shirt: '#374b5c' };
const mine: Palette = { from: '#86a8a4', to: '#3f5a56', skin: '#c98e68', shirt: '#5a2f3c' };

function paint(canvas: HTMLCanvasElement, palette: Palette): void {
  const { width, height } = canvas;
  const pen = canvas.getContext('2d');
  if (!pen) return;
  const ground = pen.createLinearGradient(0, 0, width, height);
  ground.addColorStop(0, palette.from);
  ground.addColorStop(1, palette.to);
  pen.fillStyle = ground;
  pen.fillRect(0, 0, width, height);
  const x = width / 2;
  pen.fillStyle = palette.shirt;
  pen.beginPath();
  pen.ellipse(x, height * 1.05, width * 0.24, height * 0.36, 0, 0, Math.PI * 2);
  pen.fill();
  pen.fillStyle = palette.skin;
  pen.fillRect(x - width * 0.035, height * 0.58, width * 0.07, height * 0.18);
  pen.beginPath();
  pen.ellipse(x, height * 0.45, width * 0.085, height * 0.19, 0, 0, Math.PI * 2);
  pen.fill();
}

function show(element: HTMLVideoElement, palette: Palette): () => void {
  const canvas = document.createElement('canvas');
  canvas.width = 1280;
  canvas.height = 800;
  paint(canvas, palette);
  const stream = canvas.captureStream(5);
  element.srcObject = stream;
  void element.play().catch(() => undefined);
  const timer = setInterval(() => paint(canvas, palette), 200);
  return () => {
    clearInterval(timer);
    for (const track of stream.getTracks()) track.stop();
    element.srcObject = null;
  };
}

/** `speaker`: whose voice is heard. */
export function paintedView(speaker: 'remote' | 'microphone' | null): MediaView {
  return {
    playRemoteAudio: () => () => undefined,
    showRemoteVideo: (element) => show(element, theirs),
    showOwnVideo: (element) => show(element, mine),
    showMember: (_peerId, _picture, element) => show(element, theirs),
    showOwnScreen: (element) => show(element, mine),
    watchMemberLevel: () => () => undefined,
    watchOwnVoice: () => () => undefined,
    setVolume: () => undefined,
    setSpatial: () => undefined,
    setSeats: () => undefined,
    watchLevel: (source, onLevel) => {
      const timer = setInterval(() => onLevel(source === speaker ? 0.35 : 0.004), 50);
      return () => {
        clearInterval(timer);
      };
    },
  };
}
