// What each lane of a connection may carry: its kind, codecs and RTP header extensions. Every format and extension costs
// a line per lane in the description, and every extension bytes in each packet.
import type { Lane, MediaKind } from '#core/ports';

export const laneKinds: Readonly<Record<Lane, MediaKind>> = {
  audio: 'audio',
  video: 'video',
  screen: 'video',
  'screen-audio': 'audio',
  carried: 'audio',
};

/** Redundant audio (RFC 2198) survives the loss of every other packet; worth its bytes where a person speaks directly. */
const audio = ['audio/red', 'audio/opus'];
const sound = ['audio/opus'];
const screen = ['video/vp8', 'video/vp9', 'video/rtx'];
const video = [...screen, 'video/h264', 'video/red', 'video/ulpfec'];
const wantedCodecs: Readonly<Record<Lane, readonly string[]>> = {
  audio,
  video,
  screen,
  'screen-audio': sound,
  carried: sound,
};

/** The one profile of a format that everybody has. */
function isCommonProfile({ mimeType, sdpFmtpLine = '' }: RTCRtpCodec): boolean {
  switch (mimeType.toLowerCase()) {
    case 'video/vp9':
      return sdpFmtpLine.includes('profile-id=0');
    case 'video/h264':
      return /profile-level-id=42e01f/i.test(sdpFmtpLine) && sdpFmtpLine.includes('packetization-mode=1');
    default:
      return true;
  }
}

const isRed = ({ mimeType }: RTCRtpCodec): boolean => mimeType.toLowerCase() === 'audio/red';

/** In the browser's order, but redundant audio first. */
export function preferredCodecs(lane: Lane): RTCRtpCodec[] {
  const wanted = new Set(wantedCodecs[lane]);
  return (RTCRtpReceiver.getCapabilities(laneKinds[lane])?.codecs ?? [])
    .filter((codec) => wanted.has(codec.mimeType.toLowerCase()) && isCommonProfile(codec))
    .toSorted((a, b) => Number(isRed(b)) - Number(isRed(a)));
}

/** By the end of their URI: the lane's name, feedback for the congestion control, loudness (RFC 6464), a phone's turn. */
const wantedExtensions = [
  ':sdes:mid',
  'transport-wide-cc-extensions-01',
  ':ssrc-audio-level',
  ':video-orientation',
  '/video-content-type',
] as const;

interface HeaderExtension {
  readonly direction: string;
  readonly uri: string;
}

function isExtensionList(value: unknown): value is HeaderExtension[] {
  return Array.isArray(value) && value.every((entry) => typeof (entry as HeaderExtension | null)?.uri === 'string');
}

/** W3C webrtc-extensions section 4; where a browser lacks it, all its extensions are negotiated. */
export function limitHeaderExtensions(transceiver: RTCRtpTransceiver): void {
  const get: unknown = Reflect.get(transceiver, 'getHeaderExtensionsToNegotiate');
  const set: unknown = Reflect.get(transceiver, 'setHeaderExtensionsToNegotiate');
  if (typeof get !== 'function' || typeof set !== 'function') return;
  const all: unknown = Reflect.apply(get, transceiver, []);
  if (!isExtensionList(all)) return;
  const limited = all.map(({ uri, direction }) => {
    return { uri, direction: wantedExtensions.some((end) => uri.endsWith(end)) ? direction : 'stopped' };
  });
  Reflect.apply(set, transceiver, [limited]);
}
