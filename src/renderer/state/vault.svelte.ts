// The vault as main tells it: my things, who keeps them, for whom I keep, and what is being restored.
import type { ContactId } from '#shared/contact';
import type { Host } from '#shared/contract';
import { Failure, type FailureCode } from '#shared/failure';
import type { PeerId } from '#shared/identity';
import type { VaultItem, VaultPledge, VaultRun, VaultRunId, VaultVersionId } from '#shared/vault';
import type { VaultView } from '#shared/vault-view';
import type { Scope } from '#core/base/scope';
import type { Clock } from '#core/ports';
import type { ReadableFile } from '#core/ports/content';
import { m } from '#messages/messages';
import type { FileIntake } from '#state/deps';
import { DropSpeed } from '#state/drop-speed';
import { failureWords } from '#state/failure-words';
import type { NavigationState } from '#state/navigation.svelte';
import type { PeopleState } from '#state/people.svelte';
import type { ToastsState } from '#state/toasts.svelte';
import { VaultPuts, thingsIn } from '#state/vault-puts.svelte';
import { VaultSharing } from '#state/vault-sharing';
import { isRunning, runWords, vaultFailure } from '#state/vault-words';

type VaultHost = Pick<
  Host,
  | 'on'
  | 'readVault'
  | 'beginPut'
  | 'writePut'
  | 'finishPut'
  | 'abortPut'
  | 'removeVaultItem'
  | 'removeVaultVersion'
  | 'restoreVault'
  | 'drillVault'
  | 'cancelVaultRun'
  | 'forgetVaultRun'
  | 'showVaultRun'
  | 'setVaultPledge'
  | 'dropVaultPledge'
  | 'shareVaultItem'
  | 'endVaultShare'
  | 'declineVaultShare'
>;

export interface VaultStateDeps {
  readonly host: VaultHost;
  readonly intake: Pick<FileIntake, 'readable'>;
  readonly clock: Clock;
  readonly toasts: ToastsState;
  readonly scope: Scope;
  readonly people: Pick<PeopleState, 'nameOfPeer'>;
  readonly navigation: NavigationState;
}

/** While much changes, it is read so often. */
const readEveryMs = 300;

export class VaultState {
  readonly #deps: VaultStateDeps;
  readonly puts: VaultPuts;
  /** Who may read what of mine, and I of theirs. */
  readonly sharing: VaultSharing;
  #view = $state.raw<VaultView | null>(null);
  #failure = $state.raw<FailureCode | null>(null);
  /** Those of the view. Not reactive: whatever has it loaded must not have it loaded again by what was loaded. */
  #runs: readonly VaultRun[] = [];
  #isReading = false;
  #isStale = false;
  #readAtMs = 0;
  #cancelReading: () => void = () => undefined;
  #isDue = false;
  // eslint-disable-next-line svelte/prefer-svelte-reactivity -- what shows a speed is drawn again with every change of the view
  readonly #speeds = new Map<VaultRunId, DropSpeed>();

  constructor(deps: VaultStateDeps) {
    this.#deps = deps;
    const { host, clock, scope, toasts } = deps;
    const onFailed = (name: string, reason: unknown): void => {
      const { severity, text } = vaultFailure(Failure.from(reason).code);
      toasts.show({ severity, title: m.vault.put.failed(name), text });
    };
    this.puts = new VaultPuts({ host, clock, scope, onFailed });
    this.sharing = new VaultSharing({ host, toasts, shares: () => this.#view?.shares ?? [] });
    scope.onEnd(host.on('vaultChanged', () => this.#follow()));
    scope.onEnd(() => this.#cancelReading());
    void this.load();
  }

  /** Null until main has answered. */
  get view(): VaultView | null {
    return this.#view;
  }

  /** Why it could not be read, when it could not. */
  get failure(): FailureCode | null {
    return this.#failure;
  }

  /** One reading at a time: what changes meanwhile is read once more after it. */
  async load(): Promise<void> {
    this.#isStale = true;
    if (this.#isReading) return;
    this.#isReading = true;
    while (this.#isStale) {
      this.#isStale = false;
      try {
        this.#readAtMs = this.#deps.clock.now();
        this.#view = await this.#deps.host.readVault();
        this.#failure = null;
        this.#measure(this.#view.runs);
        this.#tell(this.#runs, this.#view.runs);
        this.#runs = this.#view.runs;
      } catch (reason) {
        this.#failure = Failure.from(reason).code;
      }
    }
    this.#isReading = false;
  }

  /** My own name for somebody, or the one that main knows. */
  nameOf({ peerId, name }: { readonly peerId: PeerId; readonly name: string }): string {
    return this.#deps.people.nameOfPeer(peerId) ?? name;
  }

  /** Names of those from whom something came, the most first. */
  givers({ from }: VaultRun): string[] {
    return from
      .filter(({ bytes }) => bytes > 0)
      .toSorted((one, other) => other.bytes - one.bytes)
      .map((one) => this.nameOf(one));
  }

  /** Milliseconds; null while there is nothing to go by. */
  timeLeft({ runId, bytes, doneBytes }: VaultRun): number | null {
    const speed = this.#speeds.get(runId)?.bytesPerSecond ?? null;
    return speed !== null && speed > 1 ? (Math.max(0, bytes - doneBytes) * 1_000) / speed : null;
  }

  // ---- my things ----------------------------------------------------------------------------------------------------

  async putDropped(transfer: DataTransfer): Promise<void> {
    await this.#put(this.#deps.intake.readable(transfer));
  }

  async putChosen(list: FileList): Promise<void> {
    await this.#put(this.#deps.intake.readable(list));
  }

  /** One whose bytes stopped coming, e.g. because the page was loaded anew. */
  async stopReading(versionId: VaultVersionId): Promise<void> {
    const put = this.puts.list.find((one) => one.versionId === versionId);
    if (put) this.puts.cancel(put.id);
    else await this.#attempt(async () => await this.#deps.host.abortPut({ versionId }));
  }

  async removeItem({ itemId, name }: Pick<VaultItem, 'itemId' | 'name'>): Promise<boolean> {
    const isDone = await this.#attempt(async () => await this.#deps.host.removeVaultItem({ itemId }));
    if (isDone) this.#deps.toasts.show({ title: m.vault.remove.done(name) });
    return isDone;
  }

  async removeVersion(versionId: VaultVersionId): Promise<boolean> {
    return await this.#attempt(async () => await this.#deps.host.removeVaultVersion({ versionId }));
  }

  async restore(versionId: VaultVersionId): Promise<void> {
    await this.#attempt(async () => await this.#deps.host.restoreVault({ versionId }));
  }

  async drill(): Promise<void> {
    await this.#attempt(async () => await this.#deps.host.drillVault());
  }

  async cancelRun({ runId }: VaultRun): Promise<void> {
    await this.#attempt(async () => await this.#deps.host.cancelVaultRun({ runId }));
  }

  async forgetRun({ runId }: VaultRun): Promise<void> {
    await this.#attempt(async () => await this.#deps.host.forgetVaultRun({ runId }));
  }

  async showRun({ runId }: VaultRun): Promise<void> {
    await this.#attempt(async () => await this.#deps.host.showVaultRun({ runId }));
  }

  // ---- for others ---------------------------------------------------------------------------------------------------

  pledgeTo(contactId: ContactId): VaultPledge | null {
    return this.#view?.pledges.find((pledge) => pledge.contactId === contactId) ?? null;
  }

  async setPledge(contactId: ContactId, bytes: number): Promise<boolean> {
    return await this.#attempt(async () => await this.#deps.host.setVaultPledge({ contactId, bytes }));
  }

  /** With notice, and with a way back in the message. */
  async endPledge({ contactId, bytes }: VaultPledge, name: string): Promise<void> {
    if (contactId === null) return;
    const isDone = await this.#attempt(async () => await this.#deps.host.setVaultPledge({ contactId, bytes: null }));
    const undo = { label: m.person.undo, run: () => void this.setPledge(contactId, bytes) };
    if (isDone)
      this.#deps.toasts.show({ title: m.vault.pledge.ended(name), text: m.vault.pledge.endedText, action: undo });
  }

  async dropPledge(owner: PeerId): Promise<boolean> {
    return await this.#attempt(async () => await this.#deps.host.dropVaultPledge({ owner }));
  }

  // ------------------------------------------------------------------------------------------------------------------

  async #put(reading: Promise<readonly ReadableFile[]>): Promise<void> {
    try {
      const files = await reading;
      if (files.length > 0) this.puts.add(thingsIn(files));
      else this.#deps.toasts.show({ severity: 'warning', title: m.dropped.nothing });
    } catch (reason) {
      const { code } = Failure.from(reason);
      const { severity, title } = failureWords(code);
      if (code !== 'aborted') this.#deps.toasts.show({ severity, title, text: vaultFailure(code).text });
    }
  }

  /** At once, unless it was just read. */
  #follow(): void {
    if (this.#isDue) return;
    const { clock } = this.#deps;
    const waitMs = this.#readAtMs + readEveryMs - clock.now();
    if (waitMs <= 0) {
      void this.load();
      return;
    }
    this.#isDue = true;
    this.#cancelReading = clock.after(waitMs, () => {
      this.#isDue = false;
      void this.load();
    });
  }

  /** Restores that ended while nobody looked at them. */
  #tell(before: readonly VaultRun[], after: readonly VaultRun[]): void {
    const { toasts, navigation } = this.#deps;
    if (navigation.pane.kind === 'vault') return;
    const going = before.filter(isRunning).map(({ runId }) => runId);
    for (const run of after) {
      if (!going.includes(run.runId) || (run.state !== 'done' && run.state !== 'failed')) continue;
      const { title, text, tone } = runWords(run, this.givers(run), null);
      const show = { label: m.vault.run.look, run: () => navigation.show({ kind: 'vault' }) };
      toasts.show({ severity: tone === 'ok' ? 'info' : 'error', title, text, action: show });
    }
  }

  #measure(runs: readonly VaultRun[]): void {
    const nowMs = this.#deps.clock.now();
    for (const { runId, state, doneBytes } of runs) {
      if (state !== 'running') {
        this.#speeds.delete(runId);
        continue;
      }
      const speed = this.#speeds.get(runId) ?? new DropSpeed();
      this.#speeds.set(runId, speed);
      speed.note(doneBytes, nowMs);
    }
    for (const runId of this.#speeds.keys()) if (!runs.some((run) => run.runId === runId)) this.#speeds.delete(runId);
  }

  async #attempt(command: () => Promise<unknown>): Promise<boolean> {
    try {
      await command();
      return true;
    } catch (reason) {
      this.#deps.toasts.fail(reason);
      return false;
    }
  }
}
