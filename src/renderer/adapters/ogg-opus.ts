// An Ogg stream of Opus packets (RFC 3533, RFC 7845): its headers, silence at its beginning, and the pages of an encoder put
// into their places.

/** Samples per second that every position in such a stream counts in. */
export const opusSampleRate = 48_000;
/** 20 ms. */
export const opusFrameSamples = 960;

const pageHeaderBytes = 27;
const beginOfStream = 0x02;
const endOfStream = 0x04;
/** The granule position of a page on which no packet ends. */
const noPosition = 0xffff_ffff_ffff_ffffn;
const vendor = 'opus-recorder';

/** Fullband CELT, 20 ms, mono, any number of frames (RFC 6716 section 3.1). */
const silentFrameHeader = (31 << 3) | 3;
/** The longest packet: 120 ms. */
const silentFramesPerPacket = 6;
/** No page holds more than a second: players seek by pages. */
const silentPacketsPerPage = 8;

const checksums = Uint32Array.from({ length: 256 }, (_, index) => {
  let rest = index << 24;
  for (let bit = 0; bit < 8; bit += 1) rest = rest & 0x8000_0000 ? (rest << 1) ^ 0x04c1_1db7 : rest << 1;
  return rest >>> 0;
});

/** CRC-32 as Ogg has it: not reflected, from zero. */
function checksumOf(page: Uint8Array): number {
  let rest = 0;
  for (const byte of page) rest = ((rest << 8) ^ (checksums[((rest >>> 24) ^ byte) & 0xff] ?? 0)) >>> 0;
  return rest;
}

interface PageLabel {
  readonly flags: number;
  readonly position: bigint;
  readonly serial: number;
  readonly sequence: number;
}

/** Writes the label into the page's header, and the checksum that then is right. */
function label(
  page: Uint8Array<ArrayBuffer>,
  { flags, position, serial, sequence }: PageLabel,
): Uint8Array<ArrayBuffer> {
  const view = new DataView(page.buffer, page.byteOffset, page.byteLength);
  view.setUint8(5, flags);
  view.setBigUint64(6, position, true);
  view.setUint32(14, serial, true);
  view.setUint32(18, sequence, true);
  view.setUint32(22, 0, true);
  view.setUint32(22, checksumOf(page), true);
  return page;
}

/** A page of whole packets, each shorter than 255 bytes. */
function pageOf(packets: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const page = new Uint8Array(packets.reduce((sum, packet) => sum + packet.length, pageHeaderBytes + packets.length));
  page.set([0x4f, 0x67, 0x67, 0x53]); // "OggS", version 0
  page[26] = packets.length;
  let at = pageHeaderBytes + packets.length;
  for (const [index, packet] of packets.entries()) {
    page[pageHeaderBytes + index] = packet.length;
    page.set(packet, at);
    at += packet.length;
  }
  return page;
}

function identification(preSkip: number): Uint8Array {
  const head = new Uint8Array(19);
  const view = new DataView(head.buffer);
  new TextEncoder().encodeInto('OpusHead', head);
  view.setUint8(8, 1); // version
  view.setUint8(9, 1); // channels
  view.setUint16(10, preSkip, true);
  view.setUint32(12, opusSampleRate, true);
  return head;
}

function comment(): Uint8Array {
  const name = new TextEncoder().encode(vendor);
  const tags = new Uint8Array(8 + 4 + name.length + 4);
  new TextEncoder().encodeInto('OpusTags', tags);
  new DataView(tags.buffer).setUint32(8, name.length, true);
  tags.set(name, 12);
  return tags;
}

export interface OggOpusOptions {
  readonly serial: number;
  /** Samples at the beginning of the encoder's output that nobody gave it. */
  readonly preSkip: number;
  /** Samples of silence before what the encoder gives; whole frames. */
  readonly silentSamples: number;
}

export class OggOpusStream {
  readonly #options: OggOpusOptions;
  #sequence = 0;

  constructor(options: OggOpusOptions) {
    this.#options = options;
  }

  /** Both headers, each on a page of its own, and the silence. */
  begin(): Uint8Array<ArrayBuffer>[] {
    const head = this.#add(pageOf([identification(this.#options.preSkip)]), beginOfStream, 0n);
    return [head, this.#add(pageOf([comment()]), 0, 0n), ...this.#silence()];
  }

  /** A page of the encoder, in its place. */
  next(page: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
    return this.#add(page, flagsOf(page), this.#moved(positionOf(page)));
  }

  /**
   * The last pages of the encoder; the very last one says where the sound ends.
   * @param samples that were given to the encoder
   */
  end(pages: readonly Uint8Array<ArrayBuffer>[], samples: number): Uint8Array<ArrayBuffer>[] {
    const { preSkip, silentSamples } = this.#options;
    const full = pages.filter((page) => page[26] !== 0); // an encoder may close with a page of nothing
    const end = BigInt(silentSamples + preSkip + samples);
    return full.map((page, at) =>
      at < full.length - 1 ? this.next(page) : this.#add(page, flagsOf(page) | endOfStream, end),
    );
  }

  /** Packets of empty frames: a decoder that has decoded nothing yet plays them as zeros (RFC 6716 section 4.4). */
  #silence(): Uint8Array<ArrayBuffer>[] {
    const pages: Uint8Array<ArrayBuffer>[] = [];
    let frames = this.#options.silentSamples / opusFrameSamples;
    let position = 0;
    while (frames > 0) {
      const packets: Uint8Array[] = [];
      while (frames > 0 && packets.length < silentPacketsPerPage) {
        const count = Math.min(frames, silentFramesPerPacket);
        packets.push(Uint8Array.of(silentFrameHeader, count));
        frames -= count;
        position += count * opusFrameSamples;
      }
      pages.push(this.#add(pageOf(packets), 0, BigInt(position)));
    }
    return pages;
  }

  #moved(position: bigint): bigint {
    return position === noPosition ? noPosition : position + BigInt(this.#options.silentSamples);
  }

  #add(page: Uint8Array<ArrayBuffer>, flags: number, position: bigint): Uint8Array<ArrayBuffer> {
    const sequence = this.#sequence;
    this.#sequence += 1;
    return label(page, { flags, position, serial: this.#options.serial, sequence });
  }
}

/** Only whether the page goes on with a packet of the one before: the rest is this stream's to say. */
function flagsOf(page: Uint8Array): number {
  return (page[5] ?? 0) & 0x01;
}

function positionOf(page: Uint8Array): bigint {
  return new DataView(page.buffer, page.byteOffset, page.byteLength).getBigUint64(6, true);
}
