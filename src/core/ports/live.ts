// A live stream: what is captured becomes encoded frames, frames are sealed and signed, and frames become a picture and sound
// again. Adapters implement these with WebCodecs and Web Crypto; tests with fakes.
import type { FailureCode } from '#shared/failure';
import type { Subscribable } from '#core/base/emitter';
import type { ReadableStore } from '#core/base/store';
import type { MediaTrack } from '#core/ports';

type Bytes = Uint8Array<ArrayBuffer>;

/** One encoded frame of a picture, or 20 to 60 ms of encoded sound. */
export interface LiveFrame {
  readonly kind: 'video' | 'audio';
  /** Can be decoded without any other. Always true of sound. */
  readonly isKey: boolean;
  /** When it was captured, microseconds; one clock for picture and sound, rising within each. See `LiveEncoder.nowUs`. */
  readonly timestampUs: number;
  readonly codec: LiveCodec;
  /** Of the picture, pixels; 0 of sound. */
  readonly width: number;
  readonly height: number;
  /** What the encoder made for the output, and nobody else reads. */
  readonly data: Bytes;
}

export const liveCodecs = ['vp8', 'vp9', 'av1', 'opus'] as const;
export type LiveCodec = (typeof liveCodecs)[number];

// ---- what is cast -------------------------------------------------------------------------------------------------

export type CastSourceKind = 'camera' | 'screen' | 'file';

export interface CastSourceState {
  readonly phase: 'off' | 'opening' | 'ready';
  /** Of what is shown, or being opened. */
  readonly kind: CastSourceKind | null;
  /** Of the file; empty of the others. */
  readonly name: string;
  readonly video: MediaTrack | null;
  /** The microphone and what the source plays itself, mixed; one track from opening to closing. */
  readonly audio: MediaTrack | null;
  readonly microphone: 'off' | 'opening' | 'on';
  /** The source plays something itself. */
  readonly hasOwnSound: boolean;
}

/** What this person casts, seen and heard by them before anybody else. */
export interface CastSource {
  readonly store: ReadableStore<CastSourceState>;
  /** It ended by itself: a film that is over, a window that was closed, a camera unplugged. Nothing is shown then. */
  readonly events: Subscribable<{ ended: CastSourceKind }>;
  /**
   * Replaces what was shown once the new is there. Asks the person where the system does. Fails `camera-…`, `screen-…`,
   * `film-unplayable`, `aborted`; what was shown before goes on then.
   */
  openCamera(): Promise<void>;
  openScreen(): Promise<void>;
  openFile(file: File): Promise<void>;
  /** Fails `microphone-…`. */
  setMicrophone(isOn: boolean): Promise<void>;
  close(): void;
}

// ---- encoding -----------------------------------------------------------------------------------------------------

export interface LiveEncoderOptions {
  /** At least one of the two. Replaced while it runs by `use`. */
  readonly video: MediaTrack | null;
  readonly audio: MediaTrack | null;
  readonly maxHeight: number;
  readonly maxFramesPerSecond: number;
  readonly videoBitsPerSecond: number;
  readonly audioBitsPerSecond: number;
  /** A key frame at least this often. */
  readonly keyFrameEveryMs: number;
  /** Sound in one packet, ms: 20, 40 or 60. */
  readonly audioFrameMs: 20 | 40 | 60;
}

export interface LiveEncoderEvents {
  encoded: LiveFrame;
  /** It cannot go on (`codec-missing`), or not before other tracks come, because all it had ended (`source-ended`). */
  failed: FailureCode;
}

export interface LiveEncoder {
  readonly events: Subscribable<LiveEncoderEvents>;
  /** This moment on the clock of the frames: a frame was captured `nowUs() - timestampUs` ago. Never goes back. */
  nowUs(): number;
  /** Other tracks from now on, e.g. another camera; the clock goes on. Also after `source-ended`. */
  use(video: MediaTrack | null, audio: MediaTrack | null): void;
  /** The next picture is one; bounded to one in 500 ms. */
  requestKeyFrame(): void;
  close(): void;
}

/** Fails `codec-missing` when nothing that this browser encodes is known to others. */
export type OpenLiveEncoder = (options: LiveEncoderOptions) => Promise<LiveEncoder>;

// ---- playing ----------------------------------------------------------------------------------------------------

export interface LiveOutputState {
  /** `waiting` for the first key frame, `stalled` when it ran dry. */
  readonly phase: 'waiting' | 'playing' | 'stalled' | 'failed';
  readonly code: FailureCode | null;
  /** How old what is shown now is, ms; null until something is shown. */
  readonly behindMs: number | null;
  /** What lies ready to be shown, ms. */
  readonly bufferedMs: number;
  /** Of the picture; null without one. */
  readonly size: { readonly width: number; readonly height: number } | null;
  readonly framesShown: number;
  /** Came too late, or could not be decoded. */
  readonly framesDropped: number;
  /** Times it ran dry. */
  readonly stalls: number;
}

export interface LiveOutput {
  readonly state: ReadableStore<LiveOutputState>;
  /** What is shown and heard, to be put into an element. */
  readonly tracks: ReadableStore<{ readonly video: MediaTrack | null; readonly audio: MediaTrack | null }>;
  /** `needsKeyFrame`: nothing can be shown before one comes. */
  readonly events: Subscribable<{ needsKeyFrame: undefined }>;
  /**
   * In any order; a frame that came before is ignored.
   * @param capturedAtMs by this machine's clock
   */
  push(frame: LiveFrame, capturedAtMs: number): void;
  /** How far behind the capture it plays, ms; picture and sound alike. */
  setDelay(delayMs: number): void;
  close(): void;
}

export type OpenLiveOutput = (options: { readonly delayMs: number }) => LiveOutput;

// ---- crypto -----------------------------------------------------------------------------------------------------

/** Of one cast: the private key cannot be taken out of it. */
export interface LiveSigner {
  /** Ed25519 (RFC 8032), 32 bytes. */
  readonly publicKey: Bytes;
  sign(bytes: Bytes): Promise<Bytes>;
}

export type VerifyLive = (bytes: Bytes, signature: Bytes) => Promise<boolean>;

/** SFrame (RFC 9605) with AES_128_GCM_SHA256_128 and one base key. */
export interface FrameCipher {
  /** @param counter never twice with the same key */
  seal(counter: number, metadata: Bytes, plaintext: Bytes): Promise<Bytes>;
  /** Null when it was not sealed with this key, counter or metadata. */
  open(metadata: Bytes, sealed: Bytes): Promise<{ readonly counter: number; readonly plaintext: Bytes } | null>;
}

export interface LiveCrypto {
  createSigner(): Promise<LiveSigner>;
  /** Of a public key. Fails `key-unacceptable`. */
  verifier(publicKey: Bytes): Promise<VerifyLive>;
  /** @param baseKey 16 bytes @param keyId SFrame KID */
  frameCipher(baseKey: Bytes, keyId: number): Promise<FrameCipher>;
}
