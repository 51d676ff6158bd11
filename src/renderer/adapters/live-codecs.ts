// The codecs of live frames by their WebCodecs names (W3C codec registry).
import type { LiveCodec } from '#core/ports/live';

export type PictureCodec = Exclude<LiveCodec, 'opus'>;

/** Profile 0 of each, at a level that holds 1080p; decoders take smaller and larger pictures all the same. */
const names: Readonly<Record<PictureCodec, string>> = { vp8: 'vp8', vp9: 'vp09.00.40.08', av1: 'av01.0.08M.08' };

export const pictureCodecName = (codec: PictureCodec): string => names[codec];

export const soundSampleRate = 48_000;

/**
 * VP8 first: every browser decodes it, each frame in a third of the time VP9 takes, and all are encoded in software where a
 * hall of viewers must be reached at once. The others stand in where there is none.
 */
export const encodedWith: readonly PictureCodec[] = ['vp8', 'vp9', 'av1'];
