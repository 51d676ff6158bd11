// The program of one person who gives and takes files, whose process is killed again and again: main's services, the page's way of keeping
// files, and the core's links and drops, in plain Node. Only what carries their words and blocks stands in for PeerJS and WebRTC.
// Started with the folder of the profile, the person's id, and a folder for sockets.
import { basename } from 'node:path';
import { HostContentStore } from '#adapters/content-store';
import { KeptHandles } from '#adapters/kept-handles';
import { randomBytes } from '#adapters/random-bytes';
import { sha256 } from '#adapters/sha256';
import { systemClock } from '#adapters/system-clock';
import { Scope } from '#core/base/scope';
import { BulkLanes } from '#core/bulk/bulk-lanes';
import { Drops } from '#core/drop/drops';
import type { Host } from '#core/ports';
import { contentHandlers, dropHandlers } from '#main/handlers/file-handlers';
import type { DropId } from '#shared/drop';
import type { PeerId } from '#shared/identity';
import { answerFor, tell } from '#tests/support/crash/answering';
import { openPerson } from '#tests/support/crash/open-person';
import { linksOf } from '#tests/support/crash/process-links';
import { SocketConnection } from '#tests/support/crash/socket-connection';

/** What this program says by itself, besides its mail. */
export interface Sent {
  readonly sentBytes: number;
}

export interface Giving {
  readonly path: string;
  readonly size: number;
  readonly to: PeerId;
}

const [, , folder = '', id = '', socketFolder = ''] = process.argv;
const self = id as PeerId; // sound: the test gives one
const scope = new Scope();

const services = await openPerson(folder);

const main = {
  ...dropHandlers(services, { showFolder: async () => await Promise.resolve(false) }),
  ...contentHandlers(services),
};
// Sound: drops use these calls and no other; nothing here listens to main's events.
const host = main as unknown as Host;

const links = linksOf(self, socketFolder, scope);
const drops = new Drops({
  self,
  nameOf: () => 'Somebody',
  peers: links.peers,
  lanes: new BulkLanes({
    peers: links.peers,
    openSide: () => new SocketConnection(socketFolder),
    clock: systemClock,
    scope,
  }),
  content: new HostContentStore({ host, rememberFile: undefined, handles: new KeptHandles() }),
  sha256,
  clock: systemClock,
  random: randomBytes,
  acceptsAtOnce: () => true,
  isShared: () => false,
  counted: (_other, sentBytes) => {
    if (sentBytes > 0) tell({ sentBytes } satisfies Sent);
  },
  isTalking: () => false,
  scope,
});
links.begin();

answerFor({
  ...links.calls,
  know: links.know,
  give: async ({ path, size, to }: Giving) => {
    const sourceId = await services.drops.sources.remember(path);
    return await drops.send([{ entry: { path: [basename(path)], size }, sourceId }], { people: [to], roomId: null });
  },
  stage: (dropId: DropId) => drops.store.snapshot.find((drop) => drop.dropId === dropId)?.stage ?? null,
});
