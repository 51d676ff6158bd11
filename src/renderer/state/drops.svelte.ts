// Files that go and come: what is on the way, whom something can be dropped on, and what can be done about each.
import type { DropId, FileEntry } from '#shared/drop';
import type { NamedFiles } from '#shared/chat-files';
import type { Contact, ContactId } from '#shared/contact';
import type { Host } from '#shared/contract';
import type { PeerId } from '#shared/identity';
import type { RoomId } from '#shared/room';
import type { Scope } from '#core/base/scope';
import type { DropSnapshot } from '#core/drop/snapshot';
import type { Clock } from '#core/ports';
import type { GivenFile, PlayableFile } from '#core/ports/content';
import { m } from '#messages/messages';
import type { AllowancesPort, DropsPort, FileIntake } from '#state/deps';
import { DropDrag } from '#state/drop-drag.svelte';
import { dropNamed } from '#state/file-message';
import { concerns, folderOf, isOver, progressOf } from '#state/drop-facts';
import { DropSpeed } from '#state/drop-speed';
import type { DropTarget } from '#state/drop-target';
import type { DropNames, DropPace } from '#state/drop-words';
import { Live } from '#state/live.svelte';
import type { ToastsState } from '#state/toasts.svelte';

export interface DropsDeps {
  readonly host: Pick<Host, 'showDrop' | 'readFreeBytes'>;
  readonly self: PeerId;
  readonly drops: DropsPort;
  readonly allowances: AllowancesPort;
  readonly intake: FileIntake;
  readonly clock: Clock;
  readonly toasts: ToastsState;
  readonly scope: Scope;
  findContact(peerId: PeerId): Contact | null;
  /** My own name for somebody, or what they call themself. */
  readonly nameOf: (peerId: PeerId, theirs: string) => string;
  /** The drop is on its way: whoever it goes to is told where they talk. */
  given(dropId: DropId, files: readonly FileEntry[], target: DropTarget): Promise<void>;
}

/** What was pasted, until the person says that it shall go. */
export interface PastedFiles {
  readonly files: readonly GivenFile[];
  readonly target: DropTarget;
}

type Picking =
  { readonly kind: 'send'; readonly target: DropTarget } | { readonly kind: 'again'; readonly drop: DropSnapshot };

export class DropsState {
  readonly #deps: DropsDeps;
  readonly #store: Live<readonly DropSnapshot[]>;
  // eslint-disable-next-line svelte/prefer-svelte-reactivity -- what shows a speed is drawn again with every change of the drop
  readonly #speeds = new Map<DropId, DropSpeed>();
  readonly drag = new DropDrag();
  readonly #allowances: Live<ReadonlyMap<ContactId, number>>;
  #pasted = $state.raw<PastedFiles | null>(null);
  #picking: Picking | null = null;
  #openPicker: ((what: 'files' | 'folder') => void) | null = null;
  readonly asked: readonly DropSnapshot[] = $derived.by(() => this.all.filter(({ stage }) => stage.phase === 'asked'));
  readonly running: readonly DropSnapshot[] = $derived.by(() =>
    this.all.filter(({ stage }) => stage.phase !== 'asked' && !isOver(stage)),
  );

  constructor(deps: DropsDeps) {
    this.#deps = deps;
    this.#store = new Live(deps.drops.store);
    this.#allowances = new Live(deps.allowances.store);
    deps.scope.onEnd(deps.drops.store.onChange(() => this.#measure(deps.drops.store.snapshot)));
    this.#measure(deps.drops.store.snapshot);
  }

  /** The newest first. */
  get all(): readonly DropSnapshot[] {
    return this.#store.current;
  }

  /** 0-1 over everything on the way; null when nothing is. */
  get ratio(): number | null {
    const moving = this.running.filter(({ stage, isLoan }) => stage.phase === 'running' && !isLoan);
    const sums = moving.map(progressOf);
    const allBytes = sums.reduce((sum, each) => sum + each.allBytes, 0);
    return allBytes === 0 ? null : sums.reduce((sum, each) => sum + each.doneBytes, 0) / allBytes;
  }

  /** What goes on, in a few words; null when nothing does. */
  get sum(): string | null {
    if (this.asked.length > 0) return m.dropped.sidebarAsked(this.asked.length);
    if (this.running.length === 0) return null;
    const { ratio } = this;
    return m.dropped.sidebarRunning(this.running.length, ratio === null ? null : Math.floor(ratio * 100));
  }

  inRoom(roomId: RoomId): readonly DropSnapshot[] {
    return this.all.filter((drop) => drop.roomId === roomId);
  }

  with(peerId: PeerId): readonly DropSnapshot[] {
    return this.all.filter((drop) => concerns(drop, peerId));
  }

  /** What a message of this author names; null where it is not known, or not theirs. */
  named(offer: NamedFiles, author: PeerId): DropSnapshot | null {
    return dropNamed(this.all, offer, author);
  }

  /** What everybody of this drop is called: my name for them, or the one they had then. */
  namesIn(drop: DropSnapshot): DropNames {
    const { self, nameOf } = this.#deps;
    const nameThen = (peerId: PeerId): string | undefined =>
      peerId === drop.from ? drop.fromName : drop.receivers.find((receiver) => receiver.peerId === peerId)?.name;
    return {
      self,
      nameOf: (peerId) => (peerId === self ? m.common.you : nameOf(peerId, nameThen(peerId) ?? m.call.stranger)),
    };
  }

  paceOf(drop: DropSnapshot): DropPace {
    const speed = this.#speeds.get(drop.dropId)?.bytesPerSecond ?? null;
    const { doneBytes, allBytes } = progressOf(drop);
    const isMoving = speed !== null && speed > 1;
    return { bytesPerSecond: speed, leftMs: isMoving ? ((allBytes - doneBytes) * 1_000) / speed : null };
  }

  // ---- sending -----------------------------------------------------------------------------------------------------

  /** What was dropped; a folder is read to its last file. */
  async sendDropped(transfer: DataTransfer, target: DropTarget): Promise<void> {
    // Asked at once: a transfer is empty after its event.
    const reading = this.#deps.intake.ofTransfer(transfer);
    await this.#attempt(async () => await this.#send(await reading, target));
  }

  /** `open` lets the person choose and ends in `takeChosen`. Answers its own off. */
  bindPicker(open: (what: 'files' | 'folder') => void): () => void {
    this.#openPicker = open;
    return () => (this.#openPicker = null);
  }

  choose(what: 'files' | 'folder', target: DropTarget): void {
    this.#picking = { kind: 'send', target };
    this.#openPicker?.(what);
  }

  /** The files of a drop that the browser let go of. */
  chooseAgain(drop: DropSnapshot): void {
    this.#picking = { kind: 'again', drop };
    this.#openPicker?.(folderOf(drop.files) === null ? 'files' : 'folder');
  }

  async takeChosen(list: FileList): Promise<void> {
    const picking = this.#picking;
    this.#picking = null;
    await this.#attempt(async () => {
      const files = await this.#deps.intake.ofList(list);
      if (picking?.kind === 'send') await this.#send(files, picking.target);
      if (picking?.kind === 'again') await this.#deps.drops.giveAgain(picking.drop.dropId, files);
    });
  }

  /** Keeps what was pasted until the person confirms; nothing shows where it would go. */
  async paste(transfer: DataTransfer, target: DropTarget): Promise<void> {
    const reading = this.#deps.intake.ofTransfer(transfer);
    await this.#attempt(async () => {
      const files = await reading;
      if (files.length > 0) this.#pasted = { files, target };
    });
  }

  get pasted(): PastedFiles | null {
    return this.#pasted;
  }

  async sendPasted(): Promise<void> {
    const pasted = this.#pasted;
    this.#pasted = null;
    if (pasted) await this.#attempt(async () => await this.#send(pasted.files, pasted.target));
  }

  discardPasted(): void {
    this.#pasted = null;
  }

  async #send(files: readonly GivenFile[], target: DropTarget): Promise<void> {
    if (files.length === 0) {
      this.#deps.toasts.show({ severity: 'warning', title: m.dropped.nothing });
      return;
    }
    const people = target.kind === 'person' ? [target.peerId] : target.people;
    const roomId = target.kind === 'room' ? target.roomId : null;
    const dropId = await this.#deps.drops.send(files, { people, roomId });
    await this.#deps.given(
      dropId,
      files.map(({ entry }) => entry),
      target,
    );
  }

  // ---- answers and acts ---------------------------------------------------------------------------------------------

  accept(drop: DropSnapshot): void {
    this.#deps.drops.accept(drop.dropId);
  }

  /** Takes it, and from now on everything of this contact up to a size, except what can run programs. */
  async acceptAlways(drop: DropSnapshot, maxBytes: number): Promise<void> {
    this.accept(drop);
    const contact = this.#deps.findContact(drop.from);
    if (contact) await this.allow(contact.contactId, maxBytes);
  }

  allowanceOf(contactId: ContactId): number | null {
    return this.#allowances.current.get(contactId) ?? null;
  }

  async allow(contactId: ContactId, maxBytes: number | null): Promise<void> {
    await this.#attempt(async () => await this.#deps.allowances.set(contactId, maxBytes));
  }

  decline(drop: DropSnapshot): void {
    this.#deps.drops.decline(drop.dropId);
  }

  pause(drop: DropSnapshot): void {
    this.#deps.drops.pause(drop.dropId);
  }

  resume(drop: DropSnapshot): void {
    this.#deps.drops.resume(drop.dropId);
  }

  cancel(drop: DropSnapshot): void {
    this.#deps.drops.cancel(drop.dropId);
  }

  retry(drop: DropSnapshot): void {
    this.#deps.drops.retry(drop.dropId);
  }

  clear(drop: DropSnapshot): void {
    this.#deps.drops.clear(drop.dropId);
  }

  clearAll(over: readonly DropSnapshot[]): void {
    for (const drop of over) this.clear(drop);
  }

  /** Null when the folder for downloads cannot be asked. */
  async readFreeBytes(): Promise<number | null> {
    return await this.#deps.host.readFreeBytes().then(
      ({ freeBytes }) => freeBytes,
      () => null,
    );
  }

  async preview(dropId: DropId): Promise<Blob | null> {
    return await this.#deps.intake.preview(dropId).catch(() => null);
  }

  /** Null when neither main nor the page has it at hand. */
  async play(dropId: DropId, position: number): Promise<PlayableFile | null> {
    return await this.#deps.intake.play(dropId, position).catch(() => null);
  }

  async show(drop: DropSnapshot): Promise<void> {
    await this.#attempt(async () => {
      await this.#deps.host.showDrop({ dropId: drop.dropId });
    });
  }

  // ------------------------------------------------------------------------------------------------------------------

  #measure(drops: readonly DropSnapshot[]): void {
    const nowMs = this.#deps.clock.now();
    for (const drop of drops) {
      if (drop.stage.phase !== 'running') {
        this.#speeds.delete(drop.dropId);
        continue;
      }
      const speed = this.#speeds.get(drop.dropId) ?? new DropSpeed();
      this.#speeds.set(drop.dropId, speed);
      speed.note(progressOf(drop).doneBytes, nowMs);
    }
    for (const dropId of this.#speeds.keys())
      if (!drops.some((drop) => drop.dropId === dropId)) this.#speeds.delete(dropId);
  }

  async #attempt(command: () => Promise<void>): Promise<void> {
    try {
      await command();
    } catch (reason) {
      this.#deps.toasts.fail(reason);
    }
  }
}
