// Files to and from people: drops, what is taken without asking, shared folders, and what they may take of the line.
import type { FileEntry } from '#shared/drop';
import { fileKind } from '#shared/file-kinds';
import type { PeerId } from '#shared/identity';
import type { BulkLanes } from '#core/bulk/bulk-lanes';
import type { Calls } from '#core/call/calls';
import type { UploadSeen } from '#core/cast/lending';
import type { Rooms } from '#core/conference/rooms';
import { Allowances } from '#core/drop/allowances';
import { Drops } from '#core/drop/drops';
import { Tally } from '#core/drop/tally';
import type { Peers } from '#core/peers/peers';
import type { Shares } from '#core/shares/shares';
import { heedLine } from './heed-line';
import type { KnownPeople } from './known-people';
import type { NetworkDeps, Parts } from './network-deps';
import { openShares } from './open-shares';

/** What is taken without asking: from contacts, up to a size, and nothing that could run. */
const takesAtOnce =
  (people: KnownPeople, allowances: Allowances) =>
  (from: PeerId, files: readonly FileEntry[]): boolean => {
    const contact = people.obstacle(from) === null ? people.get(from) : undefined;
    const bytes = files.reduce((sum, { size }) => sum + size, 0);
    const isHarmless = files.every(({ path }) => fileKind(path.at(-1) ?? '') !== 'program');
    return contact !== undefined && isHarmless && allowances.takesAtOnce(contact.contactId, bytes);
  };

/** Files to and from everybody with a link; slower while this person talks with somebody. */
export function openDrops(
  { host, content, sha256, clock, random, lineCost }: NetworkDeps,
  {
    identity,
    people,
    scope,
    ...parts
  }: Omit<Parts, 'mailbox' | 'doctor'> & {
    peers: Peers;
    lanes: BulkLanes;
    rooms: Rooms;
    calls: Calls;
    uploadSeen: UploadSeen;
  },
): { drops: Drops; allowances: Allowances; shares: Shares } {
  const { peers, lanes, rooms, calls, uploadSeen } = parts;
  const allowances = new Allowances(host);
  void allowances.load().catch(() => undefined); // everybody is asked about then
  const nameOf = (peerId: PeerId): string => {
    if (peerId === identity.peerId) return identity.name;
    const members = rooms.store.snapshot.current?.members ?? [];
    return people.get(peerId)?.name ?? members.find((member) => member.peerId === peerId)?.name ?? '';
  };
  const takes = takesAtOnce(people, allowances);
  const tally = new Tally({ clock, keep: async (counts) => await host.noteTransfers({ counts }), scope });
  const drops: Drops = new Drops({
    self: identity.peerId,
    nameOf,
    peers,
    lanes,
    content,
    sha256,
    clock,
    random,
    acceptsAtOnce: (from, offer) => takes(from, offer.entries) || shares.isWanted(from, offer),
    isShared: (dropId) => shares.isAskedFor(dropId),
    counted: (peerId, sentBytes, receivedBytes) => {
      tally.note(peerId, sentBytes, receivedBytes);
      uploadSeen.note(sentBytes);
    },
    isTalking: () => rooms.hasMedia || calls.store.snapshot.phase === 'active',
    scope,
  });
  const shares = openShares({ host, peers, clock, random, sha256, people, drops, scope });
  scope.onEnd(host.on('placeWanted', ({ dropId, file, block }) => drops.want(dropId, file, block)));
  heedLine({ host, drops, lineCost, clock, scope });
  return { drops, allowances, shares };
}
