// What people of a drop tell each other over the control channel. Blocks travel beside it, over the bulk channel.
import * as v from 'valibot';
import { HeaderBytes } from '#shared/content';
import { DropId, FileEntry, maxDropFiles } from '#shared/drop';
import { failureCodes } from '#shared/failure';
import { PeerId } from '#shared/identity';
import { RoomId } from '#shared/room';
import { BlockRanges } from '#core/drop/block-ranges';
import { limits } from '#core/wire/limits';

const Count = (max: number) => v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(max));
const People = v.pipe(v.array(PeerId), v.maxLength(limits.dropPeople));
const FileIndex = Count(maxDropFiles - 1);
/** Null where words for it would say nothing more. */
const Code = v.nullable(v.picklist(failureCodes));

const statePhases = ['running', 'waiting', 'paused', 'finished', 'declined', 'cancelled', 'failed'] as const;

/** What a file is made of: its header and, of a small file, the hashes of its blocks. */
const Content = v.strictObject({
  file: FileIndex,
  header: v.pipe(HeaderBytes, v.maxLength(limits.dropHeaderBytes)),
  hashes: v.nullable(v.pipe(v.instance(Uint8Array), v.maxLength(limits.dropHashesBytes))),
});
export type Content = v.InferOutput<typeof Content>;

export const dropMessages = {
  /** I know file drop. Whoever does not say so has an older Roundtable. */
  'drop.hello': v.strictObject({ version: v.literal(1) }),
  /** In parts, from the first entry on. `people` are all whom it goes to: they may pass blocks on to each other. */
  'drop.offer': v.strictObject({
    dropId: DropId,
    roomId: v.nullable(RoomId),
    people: People,
    files: Count(maxDropFiles),
    from: FileIndex,
    entries: v.pipe(v.array(FileEntry), v.minLength(1), v.maxLength(512)),
  }),
  /** From the one who drops: what these files are made of. Files are read one after the other, and told as they are. */
  'drop.contents': v.strictObject({
    dropId: DropId,
    contents: v.pipe(v.array(Content), v.minLength(1), v.maxLength(64)),
  }),
  /** I take part. Blocks sent to me of this drop carry `stream`; I know what the first `contents` files are made of. */
  'drop.join': v.strictObject({
    dropId: DropId,
    stream: Count(0xffff),
    isAnswer: v.boolean(),
    contents: Count(maxDropFiles),
  }),
  /** I take no part any more, or begin anew: nothing more comes of what was asked of me. */
  'drop.leave': v.strictObject({ dropId: DropId }),
  'drop.have': v.strictObject({ dropId: DropId, isWhole: v.boolean(), blocks: BlockRanges }),
  'drop.ask': v.strictObject({ dropId: DropId, blocks: BlockRanges }),
  /** The pages of block hashes that begin at these blocks. */
  'drop.ask-pages': v.strictObject({ dropId: DropId, blocks: BlockRanges }),
  'drop.unask': v.strictObject({ dropId: DropId, blocks: BlockRanges }),
  /** Choked: what was asked of me is forgotten, and nothing is to be asked. Everybody begins choked. */
  'drop.choke': v.strictObject({ dropId: DropId, isChoked: v.boolean() }),
  /** How it stands with me. */
  'drop.state': v.strictObject({
    dropId: DropId,
    phase: v.picklist(statePhases),
    code: Code,
    doneBytes: Count(Number.MAX_SAFE_INTEGER),
    feeders: People,
  }),
  'drop.ping': v.strictObject({ serial: Count(0xffff_ffff) }),
  'drop.pong': v.strictObject({ serial: Count(0xffff_ffff) }),
} as const;
