// A page that gives and takes files over the real web shell, for the adapter tests: what it was given it can give itself.
import { blockCount, blockLength, pageCount } from '#shared/content';
import type { DropFacts, DropId } from '#shared/drop';
import { Failure } from '#shared/failure';
import type { ContentStore, GivenFile, HeldFile, IncomingDrop, OutgoingDrop } from '#core/ports/content';
import { givenByList, givenByTransfer } from '#adapters/content-given-files';
import { HostContentStore } from '#adapters/content-store';
import { createHost } from '#adapters/host-bridge';
import { KeptHandles } from '#adapters/kept-handles';
import { connectWebShell } from '#adapters/web-shell-host';

const never = new AbortController().signal;
const me = 'a'.repeat(52) as DropFacts['from']['peerId']; // sound: of the form of a peer id

function facts(direction: DropFacts['direction']): DropFacts {
  const random = crypto.getRandomValues(new Uint8Array(16));
  // Sound: 32 hex digits.
  const dropId = Array.from(random, (byte) => byte.toString(16).padStart(2, '0')).join('') as DropId;
  return { dropId, direction, from: { peerId: me, name: 'Ada' }, to: [], roomId: null, isShared: false };
}

async function eachBlock(size: number, work: (index: number) => Promise<void>): Promise<void> {
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < blockCount(size)) await work(next++);
  };
  await Promise.all(Array.from({ length: 24 }, worker));
}

async function copy(from: HeldFile, to: HeldFile): Promise<void> {
  const { size } = from.manifest;
  for (let page = 0; page < pageCount(size); page += 1)
    await to.writeHashes(page, await from.readHashes(page, never), never);
  await eachBlock(size, async (index) => {
    await to.writeBlock(index, await from.readBlock(index, never), never);
  });
}

declare global {
  interface Window {
    disk: Disk;
  }
}

export class Disk {
  readonly store: ContentStore;
  #given: OutgoingDrop | null = null;

  private constructor(store: ContentStore) {
    this.store = store;
  }

  static async open(): Promise<Disk> {
    const { api } = await connectWebShell();
    return new Disk(
      new HostContentStore({ host: createHost(api), rememberFile: undefined, handles: new KeptHandles() }),
    );
  }

  /** Shows an input whose files are given as soon as they are chosen. */
  showInput(): void {
    const input = document.createElement('input');
    input.type = 'file';
    input.multiple = true;
    document.body.append(input);
  }

  #chosen(): readonly GivenFile[] {
    return givenByList(document.querySelector('input')?.files ?? []);
  }

  async give(): Promise<{ dropId: DropId; names: string[] }> {
    this.#given = await this.store.give(facts('outgoing'), this.#chosen());
    return { dropId: this.#given.record.dropId, names: this.#given.files.map(({ entry }) => entry.path.join('/')) };
  }

  async giveAgain(dropId: DropId): Promise<void> {
    await this.store.giveAgain(dropId, this.#chosen());
  }

  async reopen(dropId: DropId): Promise<string[]> {
    const drop = await this.store.reopen(dropId);
    if (drop.direction !== 'outgoing') throw new Error('not mine');
    this.#given = drop;
    return drop.files.map(({ place }) => place);
  }

  /** The name of a drop that was made of plain files of the page, as a browser gives them on a drag. */
  async nameDropped(files: readonly { name: string; text: string }[]): Promise<string[]> {
    const transfer = new DataTransfer();
    for (const { name, text } of files) transfer.items.add(new File([text], name));
    return (await givenByTransfer(transfer)).map(({ entry }) => entry.path.join('/'));
  }

  /** Hashes what was given; answers the content's id, or the failure's code. */
  async prepare(position = 0): Promise<string> {
    return await this.#held(position).then(
      ({ manifest }) => manifest.contentId,
      (error: unknown) => Failure.from(error).code,
    );
  }

  async readCode(position: number, index: number): Promise<string> {
    const held = await this.#held(position);
    return await held.readBlock(index, never).then(
      (block) => String(block.length === blockLength(held.manifest.size, index)),
      (error: unknown) => Failure.from(error).code,
    );
  }

  /** Takes a copy of what was given, as if it came from somebody. */
  async take(position: number, name: string): Promise<void> {
    const held = await this.#held(position);
    const { size } = held.manifest;
    const drop: IncomingDrop = await this.store.take(facts('incoming'), [{ path: [name], size }]);
    const [file] = drop.files;
    if (!file) throw new Error('no file');
    await copy(held, await file.begin(held.manifest, never));
    await file.finish(never);
    await drop.note({ state: 'finished', failure: null, sentBytes: 0 });
  }

  /** Reads what was received last, through main; answers the content's id. */
  async readBack(): Promise<string> {
    const [latest] = await this.store.list();
    if (!latest) throw new Error('nothing was kept');
    const drop = await this.store.reopen(latest.dropId);
    if (drop.direction !== 'incoming') throw new Error('not an incoming one');
    const held = await drop.files[0]?.open(never);
    if (!held) throw new Error('nothing is held');
    await eachBlock(held.manifest.size, async (index) => {
      await held.readBlock(index, never);
    });
    return held.manifest.contentId;
  }

  async #held(position: number): Promise<HeldFile> {
    const file = this.#given?.files[position];
    if (!file) throw new Error('nothing was given');
    return await file.prepare(() => undefined, never);
  }
}
