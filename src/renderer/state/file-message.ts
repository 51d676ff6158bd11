// A message of files beside the drop it names: which drop that is, and what is so where there is none. The message only points;
// what is shown and accepted is the offer itself, once it is here.
import type { ChatMessage } from '#shared/chat';
import type { NamedFiles } from '#shared/chat-files';
import type { PeerId } from '#shared/identity';
import type { DropSnapshot, DroppedFile } from '#core/drop/snapshot';
import { m } from '#messages/messages';
import { titleOf } from '#state/drop-facts';

/** The files as a drop has them. */
export const filesNamed = ({ files, fileCount }: NamedFiles): { files: DroppedFile[]; fileCount: number } => ({
  files: files.map(({ path, size }) => ({ path, bytes: size })),
  fileCount,
});

/** In a few words: "Photo.jpg", "Harbour walk", "3 files". */
export function filesLine(offer: NamedFiles): string {
  const { name, more } = titleOf(filesNamed(offer));
  return more === 0 ? name : m.dropped.count(offer.fileCount);
}

/** Of whoever wrote the message and of nobody else, and never of a room: those stay in it. */
export const dropNamed = <D extends Pick<DropSnapshot, 'dropId' | 'from' | 'roomId'>>(
  drops: readonly D[],
  { dropId }: NamedFiles,
  author: PeerId,
): D | null => drops.find((drop) => drop.dropId === dropId && drop.from === author && drop.roomId === null) ?? null;

/** Whether one of these messages is that of the drop. */
export const isNamedIn = (
  messages: readonly ChatMessage[],
  drop: Pick<DropSnapshot, 'dropId' | 'from' | 'roomId'>,
): boolean =>
  messages.some(({ content, from }) => content.kind === 'files' && dropNamed([drop], content.offer, from) !== null);

export interface Unoffered {
  readonly isMine: boolean;
  /** The author's. */
  readonly name: string;
  readonly isContact: boolean;
  readonly isOnline: boolean;
  /** An offer that is on its way would have come. */
  readonly hasWaited: boolean;
}

/** Why nothing can be done about the files of a message: its drop is not known here. */
export function unofferedWords({ isMine, name, isContact, isOnline, hasWaited }: Unoffered): string {
  if (isMine) return m.chat.files.unlisted;
  if (!isContact) return m.chat.files.stranger(name);
  if (!isOnline) return m.chat.files.away(name);
  return hasWaited ? m.chat.files.gone : m.chat.files.awaited;
}
