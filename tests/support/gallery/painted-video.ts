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
  return showPainted(element, (canvas) => paint(canvas, palette));
}

function showPainted(element: HTMLVideoElement, painted: (canvas: HTMLCanvasElement) => void): () => void {
  const canvas = document.createElement('canvas');
  canvas.width = 1280;
  canvas.height = 800;
  painted(canvas);
  const stream = canvas.captureStream(5);
  // The capture begins with the first change after it.
  requestAnimationFrame(() => painted(canvas));
  element.srcObject = stream;
  void element.play().catch(() => undefined);
  const timer = setInterval(() => painted(canvas), 200);
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
    showOwnCast: (element) => show(element, mine),
    watchOwnCast: (onLevel) => {
      onLevel(0.2);
      return () => undefined;
    },
    playCast: (element) => show(element, theirs),
    keepOnSpeaker: () => () => undefined,
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

const palettes: readonly Palette[] = [
  theirs,
  { from: '#9db4c9', to: '#2c3a4d', skin: '#f0cfae', shirt: '#7a4a2b' },
  { from: '#b9c6a2', to: '#39452c', skin: '#8d5a3b', shirt: '#d8cbb4' },
  { from: '#d6b3b3', to: '#4d2f36', skin: '#d9a57e', shirt: '#2f4858' },
  { from: '#c7bedb', to: '#3a3350', skin: '#f2d3bd', shirt: '#43604c' },
];

/** A page of text and a chart, as somebody may share it. */
function paintScreen(canvas: HTMLCanvasElement): void {
  const { width, height } = canvas;
  const pen = canvas.getContext('2d');
  if (!pen) return;
  pen.fillStyle = '#fbfaf7';
  pen.fillRect(0, 0, width, height);
  pen.fillStyle = '#e4ded4';
  pen.fillRect(0, 0, width, height * 0.06);
  pen.fillStyle = '#2b2622';
  pen.fillRect(width * 0.08, height * 0.14, width * 0.36, height * 0.045);
  pen.fillStyle = '#a39b91';
  for (let line = 0; line < 12; line += 1) {
    pen.fillRect(width * 0.08, height * (0.25 + line * 0.05), width * (0.3 + ((line * 7) % 5) * 0.015), height * 0.016);
  }
  pen.fillStyle = '#0f766e';
  for (let bar = 0; bar < 7; bar += 1) {
    const tall = height * (0.16 + ((bar * 5) % 7) * 0.07);
    pen.fillRect(width * (0.55 + bar * 0.055), height * 0.84 - tall, width * 0.036, tall);
  }
}

/** A room in which `speaker` is heard: a member's key, `microphone`, or nobody. */
export function paintedRoom(speaker: string | null): MediaView {
  const level = (isHeard: boolean, onLevel: (level: number) => void): (() => void) => {
    const timer = setInterval(() => onLevel(isHeard ? 0.3 : 0.003), 50);
    return () => clearInterval(timer);
  };
  return {
    ...paintedView(speaker === 'microphone' ? 'microphone' : null),
    showMember: (peerId, picture, element) =>
      picture === 'screen'
        ? showPainted(element, paintScreen)
        : show(element, palettes[(peerId.charCodeAt(1) + peerId.charCodeAt(2)) % palettes.length] ?? theirs),
    watchMemberLevel: (peerId, onLevel) => level(peerId === speaker, onLevel),
  };
}
