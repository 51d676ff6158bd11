// What follows from a drop alone: what it is called, whom it still concerns, how far it is. Decisions only.
import type { DropReceiver, DropSnapshot, DropStage, DroppedFile } from '#core/drop/snapshot';
import { fileKind, type FileKind } from '#shared/file-kinds';
import type { PeerId } from '#shared/identity';

const ending: readonly DropStage['phase'][] = ['finished', 'declined', 'cancelled', 'failed'];

export const isOver = ({ phase }: DropStage): boolean => ending.includes(phase);
/** Somebody can still get it. */
const isOut = ({ phase }: DropStage): boolean => phase === 'declined' || phase === 'cancelled' || phase === 'failed';

const fileName = ({ path }: DroppedFile): string => path.at(-1) ?? '';

/** The folder that everything is in, or null. */
export function folderOf(files: readonly DroppedFile[]): string | null {
  const top = files[0]?.path[0];
  const isFolder = top !== undefined && files.every(({ path }) => path.length > 1 && path[0] === top);
  return isFolder ? top : null;
}

/** Names of what can run programs. */
export const programsIn = ({ files }: Pick<DropSnapshot, 'files'>): readonly string[] =>
  files.map(fileName).filter((name) => fileKind(name) === 'program');

/** What it is called in one word, and how many files that leaves out. */
export function titleOf({ files, fileCount }: Pick<DropSnapshot, 'files' | 'fileCount'>): {
  name: string;
  more: number;
} {
  const folder = folderOf(files);
  if (folder !== null) return { name: folder, more: 0 };
  const [first] = files;
  return { name: first ? fileName(first) : '', more: Math.max(0, fileCount - 1) };
}

export const takersOf = ({ receivers }: Pick<DropSnapshot, 'receivers'>): readonly DropReceiver[] =>
  receivers.filter(({ stage }) => !isOut(stage));

/** Bytes that are where they shall be, and all of them. Outgoing it counts every receiver that goes on. */
export function progressOf(drop: DropSnapshot): { doneBytes: number; allBytes: number } {
  if (drop.direction === 'incoming' || drop.stage.phase === 'preparing')
    return { doneBytes: drop.doneBytes, allBytes: drop.bytes };
  const takers = takersOf(drop).filter(({ stage }) => stage.phase !== 'offered');
  const doneBytes = takers.reduce((sum, taker) => sum + taker.doneBytes, 0);
  return { doneBytes, allBytes: drop.bytes * Math.max(1, takers.length) };
}

/** 0-1. An empty file is done once it is said to be. */
export function ratioOf(drop: DropSnapshot): number {
  const { doneBytes, allBytes } = progressOf(drop);
  if (allBytes === 0) return drop.stage.phase === 'finished' ? 1 : 0;
  return Math.min(1, doneBytes / allBytes);
}

/** Rounded down: 100 only when all of it is there. */
export const percentOf = (doneBytes: number, allBytes: number): number =>
  allBytes === 0 ? 0 : Math.min(100, Math.floor((doneBytes / allBytes) * 100));

export const concerns = (drop: DropSnapshot, peerId: PeerId): boolean =>
  drop.roomId === null && (drop.from === peerId || drop.receivers.some((receiver) => receiver.peerId === peerId));

export type DropKind = FileKind | 'folder' | 'several';

export function dropKind({ files, fileCount }: Pick<DropSnapshot, 'files' | 'fileCount'>): DropKind {
  const [first] = files;
  if (folderOf(files) !== null) return 'folder';
  if (!first || fileCount > 1) return 'several';
  return fileKind(fileName(first));
}
