// A connection that is opened by texts which people carry: seal one, look into one, use one, keep one as a file.
import * as v from 'valibot';
import { HandPreview, HandSignal, HandTextInput, OpenedHand } from '#shared/by-hand';
import { call } from '#shared/contract/call';
import { PeerId } from '#shared/identity';
import { SessionId } from '#shared/signal';

export const handCalls = {
  /** The text for them. Fails as sealing a signal does. */
  sealByHand: call(v.strictObject({ to: PeerId, session: SessionId, signal: HandSignal }), HandTextInput),
  /** Fails with the reason why this text is of no use here; changes nothing. */
  inspectByHand: call(v.strictObject({ text: HandTextInput }), HandPreview),
  /** The same, and uses it up. */
  openByHand: call(v.strictObject({ text: HandTextInput }), OpenedHand),
  /** Into the downloads folder, to be carried on a stick. */
  saveByHand: call(
    v.strictObject({ to: PeerId, text: HandTextInput }),
    v.strictObject({ name: v.string(), folder: v.string() }),
  ),
};
