// The vault: what the person does with it, and what goes between an owner and a keeper.
import type { Handlers } from '#shared/contract';
import { Failure } from '#shared/failure';
import { done, now } from '#main/handlers/answer';
import type { Services } from '#main/services/services';
import type { ShellActions } from '#main/shell-actions';

export function vaultHandlers({ vault }: Services, shell: Pick<ShellActions, 'showFolder'>) {
  return {
    readVault: async () => await vault.view(),
    beginPut: async (input) => await vault.putting.begin(input),
    writePut: async (input) => {
      await vault.putting.write(input);
      return undefined;
    },
    finishPut: async (input) => {
      await vault.putting.finish(input);
      return undefined;
    },
    abortPut: async (input) => {
      await vault.putting.abort(input);
      return undefined;
    },
    removeVaultItem: async ({ itemId }) => {
      await vault.removeItem(itemId);
      return undefined;
    },
    removeVaultVersion: async ({ versionId }) => {
      await vault.removeVersion(versionId);
      return undefined;
    },
    restoreVault: async ({ versionId }) => await vault.restoring.restore(versionId),
    drillVault: async () => await vault.restoring.drill(),
    cancelVaultRun: async ({ runId }) => {
      await vault.restoring.cancel(runId);
      return undefined;
    },
    forgetVaultRun: async ({ runId }) =>
      await done(() => {
        vault.restoring.forget(runId);
      }),
    showVaultRun: async ({ runId }) => {
      const { folder, item } = await vault.restoring.placeOf(runId);
      if (!(await shell.showFolder(folder, item))) throw new Failure('files-unshown');
      return undefined;
    },
    setVaultPledge: async (input) => {
      await vault.keeping.setPledge(input);
      return undefined;
    },
    dropVaultPledge: async (input) => {
      await vault.keeping.dropPledge(input);
      return undefined;
    },
  } satisfies Partial<Handlers>;
}

export function vaultFolderHandlers({ vault }: Services, shell: Pick<ShellActions, 'chooseFolder'>) {
  return {
    listVaultFolders: async () => await now(() => vault.folders.list()),
    watchVaultFolder: async ({ path, keep }) => {
      const chosen = await shell.chooseFolder(path);
      if (chosen === null) throw new Failure('aborted', 'no folder chosen');
      return await vault.folders.add({ path: chosen, keep });
    },
    setVaultFolder: async (input) => {
      await vault.folders.set(input);
      return undefined;
    },
    backUpVaultFolder: async ({ folderId }) =>
      await done(() => {
        vault.folders.backUp(folderId);
      }),
    unwatchVaultFolder: async ({ folderId }) =>
      await done(() => {
        vault.folders.remove(folderId);
      }),
  } satisfies Partial<Handlers>;
}

export function vaultSharingHandlers({ vault }: Services) {
  return {
    shareVaultItem: async (input) =>
      await done(() => {
        vault.sharing.share(input);
      }),
    endVaultShare: async (input) =>
      await done(() => {
        vault.sharing.end(input);
      }),
    declineVaultShare: async (input) =>
      await done(() => {
        vault.shared.decline(input);
      }),
  } satisfies Partial<Handlers>;
}

export function vaultOwnerHandlers({ vault }: Services) {
  return {
    noteVaultPledge: async ({ keeper, bytes }) =>
      await done(() => {
        vault.notePledge(keeper, bytes);
      }),
    readVaultWork: async (input) => await vault.nextWork(input),
    readOwnPiece: async (input) => await vault.readOwn(input),
    noteVaultAnswer: async (input) => {
      await vault.noteAnswer(input);
      return undefined;
    },
    noteVaultLacking: async (input) =>
      await done(() => {
        vault.noteLacking(input);
      }),
    writeWantedPiece: async (input) => await now(() => vault.writeWanted(input)),
    noteVaultAudit: async (input) =>
      await done(() => {
        vault.noteAudit(input);
      }),
    noteVaultOrderDone: async (input) =>
      await done(() => {
        vault.work.noteOrderDone(input);
      }),
    noteVaultShare: async (input) =>
      await done(() => {
        vault.shared.note(input);
      }),
    noteVaultShareHeld: async (input) =>
      await done(() => {
        vault.sharing.noteHeld(input);
      }),
    noteVaultPlace: async (input) =>
      await done(() => {
        vault.notePlace(input);
      }),
    noteVaultMends: async (input) =>
      await done(() => {
        vault.giving.noteMends(input);
      }),
    noteVaultMendHeld: async (input) =>
      await done(() => {
        vault.giving.noteHeld(input);
      }),
    noteVaultMended: async (input) => await now(() => vault.giving.noteMended(input)),
    noteVaultHeadKept: async ({ keeper, head }) =>
      await done(() => {
        vault.heads.noteKept(keeper, head);
      }),
    noteVaultHeadHeld: async ({ keeper, head }) =>
      await done(() => {
        vault.heads.noteHeld(keeper, head);
      }),
  } satisfies Partial<Handlers>;
}

export function vaultKeeperHandlers({ vault }: Services) {
  return {
    readVaultPledgeFor: async ({ owner }) => await now(() => ({ bytes: vault.keeping.pledgeFor(owner) })),
    offerVaultPiece: async (input) => await vault.keeping.offer(input),
    writeVaultPiece: async (input) => await vault.keeping.write(input),
    readVaultPiece: async (input) => await vault.keeping.read(input),
    readGrantedPiece: async (input) => await vault.grantedReads.read(input),
    readVaultMends: async () => await now(() => ({ isWilling: vault.isWillingToMend })),
    takeVaultMend: async (input) => await now(() => vault.mending.take(input)),
    noteVaultMendedNoted: async (input) =>
      await done(() => {
        vault.mending.noteNoted(input);
      }),
    takeVaultOrder: async (input) => await vault.keeping.takeOrder(input),
    takeVaultHead: async (input) => await now(() => vault.keeping.takeHead(input)),
    readVaultHead: async ({ owner }) => await now(() => vault.keeping.readHead(owner)),
  } satisfies Partial<Handlers>;
}
