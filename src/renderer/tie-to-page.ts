// Ties a network to the page it runs in: what is heard and seen, the machine's network, the page's end and renewal.
import type { ViewedTracks } from '#adapters/media-view';
import type { RoomSound } from '#adapters/room-sound';
import type { Store } from '#core/base/store';
import type { TracksByMember } from '#core/conference/snapshot';
import { Scope } from '#core/base/scope';
import type { Host } from '#core/ports';
import type { OpenedNetwork } from './open-network';

export interface Page {
  readonly host: Pick<Host, 'on'>;
  /** What the page shows and plays of the other person. */
  readonly remote: Store<ViewedTracks['remote']['snapshot']>;
  /** The same of the members of the room on the stage. */
  readonly members: Store<TracksByMember>;
  readonly roomSound: Pick<RoomSound, 'setSilenced'>;
}

const silence = { audio: null, video: null };

const nobody: TracksByMember = new Map();

/** Who says "muted" in a room is not heard from that moment, as in a call. */
function followRooms({ rooms }: OpenedNetwork, { members, roomSound }: Page, scope: Scope): void {
  const silenceTheMuted = (): void => {
    const inside = rooms.store.snapshot.current?.members ?? [];
    for (const { peerId, microphone, isSelf } of inside) if (!isSelf) roomSound.setSilenced(peerId, !microphone);
  };
  scope.onEnd(rooms.store.onChange(silenceTheMuted));
  scope.onEnd(
    rooms.tracks.onChange(() => {
      members.set(rooms.tracks.snapshot);
      silenceTheMuted();
    }),
  );
}

/** Until the returned network is closed. */
export function tieToPage(network: OpenedNetwork, page: Page): OpenedNetwork {
  const { host, remote, members } = page;
  const scope = new Scope();
  const { remoteTracks, store } = network.calls;
  const { rooms } = network;
  const listen = (event: string, listener: () => void): void => {
    window.addEventListener(event, listener);
    scope.onEnd(() => {
      window.removeEventListener(event, listener);
    });
  };
  const isOutOfCalls = (): boolean => store.snapshot.phase === 'idle' || store.snapshot.phase === 'ended';
  const isOutOfRooms = (): boolean => {
    const { current, held } = rooms.store.snapshot;
    return held.length === 0 && (current === null || current.stage.phase === 'ended');
  };

  const follow = (): void => {
    const { audio } = remoteTracks.snapshot;
    const call = store.snapshot;
    // Who says "muted" is not heard from that moment, whatever is still on its way.
    if (audio instanceof MediaStreamTrack) audio.enabled = call.phase !== 'active' || call.remote.microphone;
    remote.set(remoteTracks.snapshot);
  };
  scope.onEnd(remoteTracks.onChange(follow));
  scope.onEnd(store.onChange(follow));
  followRooms(network, page, scope);

  // The page's policy does not name a server that came into use: loaded again it does, but never in a call or a room,
  // nor while there is a link that people carried, or the text for one.
  let isOutdated = false;
  const renew = (): void => {
    if (isOutdated && isOutOfCalls() && isOutOfRooms() && !network.byHand.held.snapshot) location.reload();
  };
  scope.onEnd(store.onChange(renew));
  scope.onEnd(rooms.store.onChange(renew));
  scope.onEnd(network.byHand.held.onChange(renew));
  scope.onEnd(
    host.on('pageOutdated', () => {
      isOutdated = true;
      renew();
    }),
  );

  // The machine changed its network: every link looks for a new path at once instead of waiting to notice.
  listen('online', network.repairAll);
  // Says goodbye when the page goes, so that others see it at once; not in a call, which a reload comes back to.
  listen('pagehide', () => {
    rooms.leaveAll();
    if (isOutOfCalls()) network.close();
  });
  return {
    ...network,
    close: () => {
      scope.end();
      remote.set(silence);
      members.set(nobody);
      network.close();
    },
  };
}
