// The text by which two people open a connection without any server, carried by hand: its one grammar, shared by deep links,
// the paste field and main, and what is sealed in it.
import * as v from 'valibot';
import { PeerId } from '#shared/identity';
import { IceCandidate, Sdp, SessionId } from '#shared/signal';

/** Characters of the longest text: 24 KiB sealed, in base64url, and room for line breaks that a mail put in. */
export const handTextMaxLength = 36_000;
export const handVersion = 1;
/** Candidates that travel in one text. */
export const handCandidates = 16;
/** For how long an offer, and the answer to it, can be used. */
export const handLifeMs = 24 * 3_600_000;

const beginning = /^\s{0,64}roundtable:h(\d{1,3})\//;
const payloadGrammar = /^[A-Za-z0-9_-]+$/;

/** `payload` is null when something that cannot be in it got into it, or it is too long. */
export interface HandText {
  readonly version: number;
  readonly payload: string | null;
}

/** `roundtable:h1/<base64url>`, broken into lines or not; null for a text that is something else. */
export function parseHandText(text: string): HandText | null {
  const begun = beginning.exec(text.slice(0, 128));
  if (!begun) return null;
  const version = Number(begun[1]);
  if (text.length > handTextMaxLength) return { version, payload: null };
  const payload = text.slice(begun[0].length).replace(/\s+/g, '');
  return { version, payload: payloadGrammar.test(payload) ? payload : null };
}

/** What is sealed in such a text: a description with everything that was gathered for it. */
export const HandSignal = v.strictObject({
  kind: v.picklist(['offer', 'answer']),
  sdp: Sdp,
  candidates: v.pipe(v.array(IceCandidate), v.maxLength(handCandidates)),
});
export type HandSignal = v.InferOutput<typeof HandSignal>;

/** Who made a text for me, and when by their clock; nothing has been done with it. */
export const HandPreview = v.strictObject({
  kind: v.picklist(['offer', 'answer']),
  from: PeerId,
  session: SessionId,
  madeAt: v.number(),
});
export type HandPreview = v.InferOutput<typeof HandPreview>;

export const OpenedHand = v.strictObject({ from: PeerId, session: SessionId, signal: HandSignal });
export type OpenedHand = v.InferOutput<typeof OpenedHand>;

export const HandTextInput = v.pipe(v.string(), v.maxLength(handTextMaxLength));
