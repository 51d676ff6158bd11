// Where decoded pictures become a track: a generator of the browser's, or a canvas where it has none.
import { createPictureTrack, type PictureTrack } from '#adapters/track-streams';

export interface PictureSink {
  readonly track: MediaStreamTrack | null;
  /** Closes the picture. */
  show(picture: VideoFrame): void;
  close(): void;
}

function generated(track: PictureTrack): PictureSink {
  const writer = track.writable.getWriter();
  return {
    track,
    show: (picture) => {
      writer.write(picture).catch(() => {
        picture.close(); // the track was stopped
      });
    },
    close: () => {
      writer.close().catch(() => undefined);
      track.stop();
    },
  };
}

function painted(): PictureSink {
  const canvas = document.createElement('canvas');
  const context = canvas.getContext('2d', { alpha: false });
  const track = canvas.captureStream().getVideoTracks()[0] ?? null;
  return {
    track,
    show: (picture) => {
      const { displayWidth: width, displayHeight: height } = picture;
      if (canvas.width !== width) canvas.width = width;
      if (canvas.height !== height) canvas.height = height;
      context?.drawImage(picture, 0, 0);
      picture.close();
    },
    close: () => {
      track?.stop();
    },
  };
}

export function createPictureSink(): PictureSink {
  const track = createPictureTrack();
  return track ? generated(track) : painted();
}
