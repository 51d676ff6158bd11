// Drops, what they are made of, and shared folders.
import type { Handlers } from '#shared/contract';
import { Failure } from '#shared/failure';
import { done, now } from '#main/handlers/answer';
import type { Services } from '#main/services/services';
import type { ShellActions } from '#main/shell-actions';

export function dropHandlers(
  { drops, dropAllowances, transferTotals }: Services,
  shell: Pick<ShellActions, 'showFolder'>,
) {
  return {
    readFreeBytes: async () => await drops.readFreeBytes(),
    listDrops: async () => await now(() => drops.list()),
    readDrop: async ({ dropId }) => await drops.read(dropId),
    keepDrop: async (input) => await drops.keep(input),
    noteDrop: async (input) => {
      await drops.note(input);
      return undefined;
    },
    discardDrop: async (input) => {
      await drops.discard(input);
      return undefined;
    },
    forgetDrops: async (input) => {
      await drops.forget(input);
      return undefined;
    },
    showDrop: async ({ dropId }) => {
      const { folder, item } = await drops.placeOf(dropId);
      if (!(await shell.showFolder(folder, item))) throw new Failure('files-unshown');
      return undefined;
    },
    noteTransfers: async ({ counts }) => await done(() => transferTotals.note(counts)),
    readTransferTotals: async () => await now(() => transferTotals.read()),
    listDropAllowances: async () => await now(() => dropAllowances.list()),
    setDropAllowance: async (input) =>
      await done(() => {
        dropAllowances.set(input);
      }),
  } satisfies Partial<Handlers>;
}

export function contentHandlers({ drops }: Services) {
  return {
    readHoldings: async (input) => await drops.readHoldings(input),
    describeFile: async (input) => await drops.describe(input),
    writeHashes: async (input) => {
      await drops.writeHashes(input);
      return undefined;
    },
    readHashes: async (input) => await drops.readHashes(input),
    writeBlocks: async (input) => {
      await drops.writeBlocks(input);
      return undefined;
    },
    readBlocks: async (input) => await drops.readBlocks(input),
    finishFile: async (input) => await drops.finish(input),
  } satisfies Partial<Handlers>;
}

export function seenShareHandlers({ shares }: Services) {
  return {
    noteSeenPage: async (input) => await done(() => shares.seen.notePage(input)),
    noteSeenHits: async (input) => await done(() => shares.seen.noteHits(input)),
    forgetSeen: async (input) => await done(() => shares.seen.forget(input)),
    readSeen: async (input) => await now(() => shares.seen.read(input)),
    searchSeen: async (input) => await now(() => shares.seen.search(input)),
    listSeenSharers: async () => await now(() => shares.seen.sharers()),
    listShareWants: async () => await now(() => shares.wants.list()),
    keepShareWant: async (input) => await now(() => shares.wants.keep(input)),
    forgetShareWant: async ({ dropId }) => await done(() => shares.wants.forget(dropId)),
  } satisfies Partial<Handlers>;
}

export function shareHandlers({ shares }: Services, shell: Pick<ShellActions, 'chooseFolder'>) {
  return {
    listShares: async () => await now(() => shares.list()),
    addShare: async ({ path, audience }) => {
      const chosen = await shell.chooseFolder(path);
      if (chosen === null) throw new Failure('aborted', 'no folder chosen');
      return await shares.add({ path: chosen, audience });
    },
    setShareAudience: async (input) =>
      await done(() => {
        shares.setAudience(input);
      }),
    removeShare: async ({ shareId }) =>
      await done(() => {
        shares.remove(shareId);
      }),
    rereadShare: async ({ shareId }) => {
      await shares.reread(shareId);
      return undefined;
    },
    readShareFor: async (input) => await now(() => shares.page(input)),
    searchSharesFor: async (input) => await now(() => shares.search(input)),
    openShareFor: async (input) => await shares.open(input),
    findLentFor: async (input) => await shares.lent.find(input),
    readLentBlocks: async (input) => await shares.lent.readBlocks(input),
    readLentHashes: async (input) => await shares.lent.readHashes(input),
  } satisfies Partial<Handlers>;
}
