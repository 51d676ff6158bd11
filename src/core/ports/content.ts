// What the core needs to give and take files: blocks in, blocks out, and never a path. Implemented by adapters/content-*.
import type { FileManifest } from '#shared/content';
import type { DropFacts, DropId, DropProgress, DropRecord, FileEntry, SourceId } from '#shared/drop';
import type { FailureCode } from '#shared/failure';
import type { LentFile } from '#shared/share';
import type { Subscribable } from '#core/base/emitter';

export type Sha256 = (bytes: Uint8Array<ArrayBuffer>) => Promise<Uint8Array<ArrayBuffer>>;

/** The blocks of one file that are on this machine: all of them, or those that have come so far. */
export interface HeldFile {
  readonly manifest: FileManifest;
  /** One bit per block (shared/content.ts); changes in place, just before `held` is told. A set bit can be read. */
  readonly held: Uint8Array;
  /** The same for pages of block hashes. */
  readonly heldPages: Uint8Array;
  readonly events: Subscribable<{ held: number; failed: FailureCode }>;
  /** Fails `file-changed`, `file-gone` when the file is not what it was. */
  readBlock(index: number, signal: AbortSignal): Promise<Uint8Array<ArrayBuffer>>;
  /**
   * Resolves once it is written and can be read; verify it first. Several may be on their way, at most
   * `limits.blockWritesBytes` are taken at once: beyond that it waits. Fails `disk-full`, `downloads-folder`: the same may be
   * tried again later.
   */
  writeBlock(index: number, block: Uint8Array<ArrayBuffer>, signal: AbortSignal): Promise<void>;
  readHashes(page: number, signal: AbortSignal): Promise<Uint8Array<ArrayBuffer>>;
  /** Verify it first. */
  writeHashes(page: number, hashes: Uint8Array<ArrayBuffer>, signal: AbortSignal): Promise<void>;
}

/** A file this person chose. */
export interface GivenFile {
  readonly entry: FileEntry;
  /** Of one that main found by itself, out of a shared folder. */
  readonly sourceId?: SourceId;
}

/** A file whose bytes the page itself can read. */
export interface ReadableFile {
  readonly entry: FileEntry;
  readonly mtimeMs: number;
  /** Fails `file-gone`, `file-changed`, `file-unreadable`. */
  read(start: number, end: number): Promise<Uint8Array<ArrayBuffer>>;
}

/** A file that an element of the page plays, as far as it has come. */
export interface PlayableFile {
  /** For the element that plays it. */
  readonly address: string;
  /** How much of each of its equal parts is here, 0-1. */
  readHeld(): Promise<readonly number[]>;
  release(): void;
}

export interface OutgoingFile {
  readonly entry: FileEntry;
  /**
   * `elsewhere`: the browser let go of it since; the person has to allow it (`ContentStore.allowAgain`) or choose it again (`giveAgain`).
   */
  readonly place: 'here' | 'elsewhere' | 'changed' | 'gone';
  /** Reads and hashes it unless that was done before. `onRead` hears how many bytes were read in all. */
  prepare(onRead: (bytes: number) => void, signal: AbortSignal): Promise<HeldFile>;
}

export interface IncomingFile {
  readonly entry: FileEntry;
  readonly isFinished: boolean;
  /** What was held of it before; null until `begin`. */
  open(signal: AbortSignal): Promise<HeldFile | null>;
  /** Fails `file-refused` when the manifest is not of this size, or not the one it was begun with. */
  begin(manifest: FileManifest, signal: AbortSignal): Promise<HeldFile>;
  /**
   * Every block is there: flushes it and gives it its name. `held` stays readable. Files of a folder get their place
   * together, with the last one.
   */
  finish(signal: AbortSignal): Promise<void>;
}

interface OpenDrop {
  readonly record: DropRecord;
  note(progress: DropProgress): Promise<void>;
}

export interface OutgoingDrop extends OpenDrop {
  readonly direction: 'outgoing';
  readonly files: readonly OutgoingFile[];
}

export interface IncomingDrop extends OpenDrop {
  readonly direction: 'incoming';
  readonly files: readonly IncomingFile[];
  /** What is unfinished is removed; what has its name stays. */
  discard(): Promise<void>;
}

export interface ContentStore {
  list(): Promise<readonly DropRecord[]>;
  /** Of the download folder, less what running drops will still need and a reserve. */
  readFreeBytes(): Promise<number>;
  give(facts: DropFacts, files: readonly GivenFile[]): Promise<OutgoingDrop>;
  /** Fails `disk-full`, `downloads-folder`, `file-refused`; nothing is kept then. */
  take(facts: DropFacts, files: readonly FileEntry[]): Promise<IncomingDrop>;
  /** Keeps of an offer that it was declined; nothing of it is ever here. Fails as the database does. */
  decline(facts: DropFacts, files: readonly FileEntry[]): Promise<DropRecord>;
  /** One of before, to be gone on with. Fails `drop-unknown`. */
  reopen(dropId: DropId): Promise<OutgoingDrop | IncomingDrop>;
  /**
   * Lets the browser ask for the files of a drop of mine it let go of; on a press of the person. False when some have to be chosen
   * again.
   */
  allowAgain(dropId: DropId): Promise<boolean>;
  /** Files of a drop of mine, chosen again after the browser let go of them; those that fit are `here` once reopened. */
  giveAgain(dropId: DropId, files: readonly GivenFile[]): Promise<void>;
  /** Files that main found for somebody who may have them; they are read where they lie, and nothing is kept of it. */
  lend(files: readonly Pick<LentFile, 'sourceId' | 'contentId' | 'header'>[]): readonly HeldFile[];
  /** Drops that are over leave the list; their files stay. */
  forget(dropIds: readonly DropId[]): Promise<void>;
}
