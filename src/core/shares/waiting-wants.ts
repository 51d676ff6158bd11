// Downloads that wait for somebody who is away: kept over restarts, begun one after the other when they are here, and given up when
// they are not shared with me any more.
import type { DropId } from '#shared/drop';
import { Failure } from '#shared/failure';
import type { PeerId } from '#shared/identity';
import type { ShareWant } from '#shared/seen-share';
import type { ShareEntry, SharePath } from '#shared/share';
import { Emitter, type Subscribable } from '#core/base/emitter';
import type { Scope } from '#core/base/scope';
import { Store, type ReadableStore } from '#core/base/store';
import type { Clock, Host } from '#core/ports';
import { paces } from '#core/wire/paces';

export interface WaitingWantsDeps {
  readonly host: Pick<Host, 'listShareWants' | 'keepShareWant' | 'forgetShareWant'>;
  readonly clock: Clock;
  readonly isHere: (peerId: PeerId) => boolean;
  /** Asks for it under that name. Fails as `Shares.want` does. */
  readonly ask: (want: ShareWant) => Promise<void>;
  readonly scope: Scope;
}

export interface WaitingEvents {
  began: ShareWant;
  /** It is not there for me any more, or more than one download bears. */
  gone: ShareWant;
}

export class WaitingWants {
  readonly #deps: WaitingWantsDeps;
  readonly #store = new Store<readonly ShareWant[]>([]);
  readonly #events = new Emitter<WaitingEvents>();
  /** Whoever is being asked, one thing after the other. */
  readonly #asking = new Set<PeerId>();

  constructor(deps: WaitingWantsDeps) {
    this.#deps = deps;
    void this.#load();
  }

  /** The oldest first. */
  get store(): ReadableStore<readonly ShareWant[]> {
    return this.#store;
  }

  get events(): Subscribable<WaitingEvents> {
    return this.#events;
  }

  /** Fails `shares-waiting-full`. The same thing is not asked for twice. */
  async add(peerId: PeerId, folder: SharePath, entry: ShareEntry, dropId: DropId): Promise<void> {
    const isSame = (want: ShareWant): boolean =>
      want.peerId === peerId && [...want.folder, want.entry.name].join('/') === [...folder, entry.name].join('/');
    if (this.#store.snapshot.some(isSame)) return;
    const { name, kind, bytes, files } = entry;
    const want = await this.#deps.host.keepShareWant({
      dropId,
      peerId,
      folder: [...folder],
      entry: { name, kind, bytes, files },
    });
    this.#store.set([...this.#store.snapshot, want]);
    this.came(peerId);
  }

  async remove(dropId: DropId): Promise<void> {
    this.#store.set(this.#store.snapshot.filter((want) => want.dropId !== dropId));
    await this.#deps.host.forgetShareWant({ dropId });
  }

  /** Somebody can be asked now. */
  came(peerId: PeerId): void {
    if (!this.#asking.has(peerId)) void this.#begin(peerId);
  }

  async #load(): Promise<void> {
    const kept = await this.#deps.host.listShareWants().catch((): ShareWant[] => []); // read at the next start
    if (this.#deps.scope.hasEnded) return;
    this.#store.set(kept);
    for (const peerId of new Set(kept.map((want) => want.peerId))) this.came(peerId);
  }

  async #begin(peerId: PeerId): Promise<void> {
    const { isHere, scope } = this.#deps;
    this.#asking.add(peerId);
    let next = this.#next(peerId);
    while (next && isHere(peerId) && !scope.hasEnded) {
      const isAnswered = await this.#ask(next);
      await this.#pause(isAnswered ? paces.sharesWaitingPaceMs : paces.sharesWaitingRetryMs);
      next = this.#next(peerId);
    }
    this.#asking.delete(peerId);
  }

  #next(peerId: PeerId): ShareWant | undefined {
    return this.#store.snapshot.find((want) => want.peerId === peerId);
  }

  /** False when it has to be asked again later. */
  async #ask(want: ShareWant): Promise<boolean> {
    const { isHere, ask } = this.#deps;
    try {
      await ask(want);
      await this.remove(want.dropId).catch(() => undefined);
      this.#events.emit('began', want);
      return true;
    } catch (reason) {
      const { code } = Failure.from(reason);
      if (code !== 'share-gone' && code !== 'share-too-much') return !isHere(want.peerId);
      await this.remove(want.dropId).catch(() => undefined);
      this.#events.emit('gone', want);
      return true;
    }
  }

  async #pause(ms: number): Promise<void> {
    const { clock, scope } = this.#deps;
    await new Promise<void>((resolve) => {
      const cancel = clock.after(ms, resolve);
      scope.onEnd(() => {
        cancel();
        resolve();
      });
    });
  }
}
