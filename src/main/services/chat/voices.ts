// Voice messages: an Ogg Opus file cut into entries of its author's log, and put together again.
import type { ConversationId, EntryId } from '#shared/chat';
import { voiceBytesMost } from '#shared/chat';
import { Failure } from '#shared/failure';
import { readBody } from '#main/services/chat/body-layout';
import { kindCodes, type Voice } from '#main/services/chat/bodies';
import type { EntryRow, EntryRows } from '#main/services/chat/entry-rows';
import { areOggPages } from '#main/services/ogg-pages';
import { serviceLimits as limits } from '#main/services/service-limits';

/** Null for what is no voice message, or whose words are not here. */
export function voiceOf({ code, body }: Pick<EntryRow, 'code' | 'body'>): Voice | null {
  const said = code === kindCodes.voice && body ? readBody('voice', body) : null;
  return said?.kind === 'voice' ? said : null;
}

/** Fails `voice-unplayable` for anything but one Ogg Opus file of bounded size (RFC 7845). */
export function piecesOf(sound: Uint8Array): Uint8Array[] {
  assertOpus(sound);
  const pieces: Uint8Array[] = [];
  for (let at = 0; at < sound.length; at += limits.voicePieceBytes)
    pieces.push(sound.subarray(at, at + limits.voicePieceBytes));
  return pieces;
}

/** Fails `chat-unknown` where there is no such message, `voice-unplayable` when a piece is missing or it is no sound. */
export function soundOf(rows: EntryRows, conversationId: ConversationId, messageId: EntryId): Uint8Array<ArrayBuffer> {
  const row = rows.find(messageId);
  const voice = row?.conversation_id === conversationId && row.is_hidden === 0 ? voiceOf(row) : null;
  if (!row || !voice) throw new Failure('chat-unknown', 'no such voice message');
  const found = pieceRows(rows, row);
  if (found.length < voice.pieces.length) throw new Failure('voice-unplayable', 'a piece is missing');
  const pieces = found.map(({ body }) => {
    const said = body && readBody('sound', body);
    if (said?.kind !== 'sound') throw new Failure('voice-unplayable', 'a piece was deleted');
    return said.bytes;
  });
  const sound = new Uint8Array(Buffer.concat(pieces));
  assertOpus(sound);
  return sound;
}

/** The pieces of a voice message that are here, in their order: only sound of its own author, whatever else it may name. */
export function pieceRows(rows: EntryRows, row: EntryRow): EntryRow[] {
  return (voiceOf(row)?.pieces ?? []).flatMap((id) => {
    const piece = rows.find(id);
    const isOurs = piece?.conversation_id === row.conversation_id && piece.author === row.author;
    return isOurs && piece.code === kindCodes.sound ? [piece] : [];
  });
}

/** The first page says what it is (RFC 7845 section 5.1): no other decoder is ever given what a stranger sent. */
function assertOpus(sound: Uint8Array): void {
  const first = Buffer.from(sound.buffer, sound.byteOffset, Math.min(sound.length, 64)).toString('latin1');
  const isOpus = first.startsWith('OggS') && first.slice(28, 36) === 'OpusHead';
  if (sound.length > voiceBytesMost || !isOpus || !areOggPages(sound))
    throw new Failure('voice-unplayable', 'no sound');
}
