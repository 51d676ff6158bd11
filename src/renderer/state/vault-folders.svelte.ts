// Folders that back themselves up, as main tells it, and what the person does with them.
import type { Host } from '#shared/contract';
import { Failure } from '#shared/failure';
import type { VaultItemId } from '#shared/vault';
import type { VaultFolder, VaultFolderId, VaultFolderKeep } from '#shared/vault-folder';
import type { Scope } from '#core/base/scope';
import { m } from '#messages/messages';
import type { ToastsState } from '#state/toasts.svelte';

export interface VaultFoldersDeps {
  readonly host: Pick<
    Host,
    'on' | 'listVaultFolders' | 'watchVaultFolder' | 'setVaultFolder' | 'backUpVaultFolder' | 'unwatchVaultFolder'
  >;
  readonly toasts: ToastsState;
  readonly scope: Scope;
}

/** The numbers of versions to choose from. */
export const keepChoices: readonly VaultFolderKeep[] = [2, 5, 10, 20];

export class VaultFoldersState {
  readonly #deps: VaultFoldersDeps;
  #list = $state.raw<readonly VaultFolder[]>([]);
  #isReading = false;
  #isStale = false;

  constructor(deps: VaultFoldersDeps) {
    this.#deps = deps;
    deps.scope.onEnd(deps.host.on('vaultChanged', () => void this.load()));
    void this.load();
  }

  get list(): readonly VaultFolder[] {
    return this.#list;
  }

  byId(folderId: VaultFolderId): VaultFolder | null {
    return this.#list.find((folder) => folder.folderId === folderId) ?? null;
  }

  ofItem(itemId: VaultItemId): VaultFolder | null {
    return this.#list.find((folder) => folder.itemId === itemId) ?? null;
  }

  /** One reading at a time: what changes meanwhile is read once more after it. What could not be read stays as it was. */
  async load(): Promise<void> {
    this.#isStale = true;
    if (this.#isReading) return;
    this.#isReading = true;
    while (this.#isStale) {
      this.#isStale = false;
      this.#list = await this.#deps.host.listVaultFolders().catch(() => this.#list);
    }
    this.#isReading = false;
  }

  /** False when none was chosen, or it cannot be watched: that is said then. */
  async add(path: string, keep: VaultFolderKeep): Promise<boolean> {
    return await this.#attempt(async () => await this.#deps.host.watchVaultFolder({ path, keep }));
  }

  async setKeep({ folderId, state }: VaultFolder, keep: VaultFolderKeep): Promise<boolean> {
    const isPaused = state === 'paused';
    return await this.#attempt(async () => await this.#deps.host.setVaultFolder({ folderId, keep, isPaused }));
  }

  async setPaused(folder: VaultFolder, isPaused: boolean): Promise<void> {
    const { folderId } = folder;
    const keep = keepOf(folder);
    await this.#attempt(async () => await this.#deps.host.setVaultFolder({ folderId, keep, isPaused }));
  }

  async backUp({ folderId }: VaultFolder): Promise<void> {
    await this.#attempt(async () => await this.#deps.host.backUpVaultFolder({ folderId }));
  }

  async unwatch({ folderId, name }: Pick<VaultFolder, 'folderId' | 'name'>): Promise<boolean> {
    const isDone = await this.#attempt(async () => await this.#deps.host.unwatchVaultFolder({ folderId }));
    if (isDone) this.#deps.toasts.show({ title: m.vaultFolder.unwatch.done(name) });
    return isDone;
  }

  async #attempt(command: () => Promise<unknown>): Promise<boolean> {
    try {
      await command();
      await this.load();
      return true;
    } catch (reason) {
      if (Failure.from(reason).code !== 'aborted') this.#deps.toasts.fail(reason);
      return false;
    }
  }
}

export const keepOf = ({ keep }: VaultFolder): VaultFolderKeep => keepChoices.find((one) => one === keep) ?? 5;
