// A drop as it is kept on this machine: who gave what to whom, and how it stands. Its bytes: shared/content.ts.
import * as v from 'valibot';
import { ContentId, FileSize } from '#shared/content';
import { failureCodes } from '#shared/failure';
import { isSafeFileName, maxNameBytes } from '#shared/file-names';
import { PeerId } from '#shared/identity';
import { RoomId } from '#shared/room';

/** What one drop is called: 16 random bytes as hex, chosen by whoever drops. */
export const DropId = v.pipe(v.string(), v.regex(/^[0-9a-f]{32}$/), v.brand('DropId'));
export type DropId = v.InferOutput<typeof DropId>;

/** One file of one drop on this machine; made by main. */
export const FileId = v.pipe(v.string(), v.regex(/^[0-9a-f]{32}$/), v.brand('FileId'));
export type FileId = v.InferOutput<typeof FileId>;

/** A file of this person that the desktop app's main process can find again by itself. */
export const SourceId = v.pipe(v.string(), v.regex(/^[0-9a-f]{32}$/), v.brand('SourceId'));
export type SourceId = v.InferOutput<typeof SourceId>;

export const maxDropFiles = 4_096;
export const maxPathDepth = 16;

const FileName = v.pipe(v.string(), v.maxLength(maxNameBytes), v.check(isSafeFileName));

/** A file of an offer: where it lies inside the drop, as name components and never as a path. The last is its own name. */
export const FileEntry = v.strictObject({
  path: v.pipe(v.array(FileName), v.minLength(1), v.maxLength(maxPathDepth)),
  size: FileSize,
});
export type FileEntry = v.InferOutput<typeof FileEntry>;

export const FileEntries = v.pipe(v.array(FileEntry), v.minLength(1), v.maxLength(maxDropFiles));

/** open: goes on by itself. paused: goes on when the person says so. The others are over. */
export const dropStates = ['open', 'paused', 'finished', 'declined', 'cancelled', 'failed'] as const;
export type DropState = (typeof dropStates)[number];

const Person = v.strictObject({ peerId: PeerId, name: v.pipe(v.string(), v.maxLength(64)) });

export const DropFacts = v.strictObject({
  dropId: DropId,
  direction: v.picklist(['incoming', 'outgoing']),
  from: Person,
  /** Everybody it goes to. */
  to: v.pipe(v.array(Person), v.maxLength(64)),
  /** The room it was dropped in; null when it went to people. */
  roomId: v.nullable(RoomId),
  /** Asked for out of a shared folder: others who share the same with the one who asked may give it too. */
  isShared: v.boolean(),
});
export type DropFacts = v.InferOutput<typeof DropFacts>;

const Bytes = v.pipe(v.number(), v.integer(), v.minValue(0));

/** What changes about a drop, as the core says it. */
export const DropProgress = v.strictObject({
  state: v.picklist(dropStates),
  failure: v.nullable(v.picklist(failureCodes)),
  /** Sent to others in all, blocks passed on included. */
  sentBytes: Bytes,
});
export type DropProgress = v.InferOutput<typeof DropProgress>;

export const DropRecord = v.strictObject({
  ...DropFacts.entries,
  ...DropProgress.entries,
  fileCount: v.pipe(v.number(), v.integer()),
  /** Of all files; and those that are on this disk, as of the last time the drop was open. */
  bytes: Bytes,
  heldBytes: Bytes,
  /** The first of its files, at most `shownFiles`. */
  files: v.array(FileEntry),
  startedAt: v.number(),
  endedAt: v.nullable(v.number()),
});
export type DropRecord = v.InferOutput<typeof DropRecord>;

export const shownFiles = 20;

/**
 * here: main can read all of it (received and put in its place, or a source of the desktop app). coming: being received.
 * elsewhere: only the page may read it. changed, gone: it was here, and is another file now or none.
 */
const filePlaces = ['here', 'coming', 'elsewhere', 'changed', 'gone'] as const;

export const KeptFile = v.strictObject({
  fileId: FileId,
  ...FileEntry.entries,
  /** Null until its blocks have been hashed, or its header came. */
  contentId: v.nullable(ContentId),
  place: v.picklist(filePlaces),
});
export type KeptFile = v.InferOutput<typeof KeptFile>;

export const KeptDrop = v.strictObject({ record: DropRecord, files: v.array(KeptFile) });
export type KeptDrop = v.InferOutput<typeof KeptDrop>;
