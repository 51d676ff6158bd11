// The size a VP8 key frame decodes to (RFC 6386 section 9.1): looked at before a decoder makes room for it.

/** Of each side, pixels, and of both together: more than anybody shows, and less than what would fill a machine. */
const sideAtMost = 4_096;
const areaAtMost = 4_096 * 2_304;

/** The frame tag, the start code and two sizes. */
const headerBytes = 10;
const startCode = [0x9d, 0x01, 0x2a];
const sizeBits = 0x3fff;

/** Whether it is a key frame of a size that is decoded here. */
export function isPlayableKey(coded: Uint8Array): boolean {
  const [tag = 1] = coded;
  if (coded.length < headerBytes || (tag & 1) === 1) return false;
  if (startCode.some((byte, at) => coded[3 + at] !== byte)) return false;
  const view = new DataView(coded.buffer, coded.byteOffset);
  const [width, height] = [view.getUint16(6, true) & sizeBits, view.getUint16(8, true) & sizeBits];
  const isSmall = width <= sideAtMost && height <= sideAtMost && width * height <= areaAtMost;
  return isSmall && width > 0 && height > 0;
}
