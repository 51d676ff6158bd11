// The page of the adapter tests: everything a test drives hangs on the window, and starts only when it asks.
import { Peer, type PeerJSOption } from 'peerjs';
import { openPeerJsRendezvous } from '#adapters/peerjs-rendezvous';
import type { PeerId } from '#shared/identity';
import type { RendezvousServer } from '#shared/ice';
import { rendezvousCases } from '#tests/suites/rendezvous-suite';
import { Disk } from '#tests/e2e/adapters/pages/disk';
import { LinkEnd } from '#tests/e2e/adapters/pages/link-end';
import { LiveStage } from '#tests/e2e/adapters/pages/live-stage';
import { MediaPeople } from '#tests/e2e/adapters/pages/media-people';
import { Meter, wait } from '#tests/e2e/adapters/pages/meter';
import { Plugs } from '#tests/e2e/adapters/pages/plugs';
import { Sounds } from '#tests/e2e/adapters/pages/sounds';
import { Taped } from '#tests/e2e/adapters/pages/taped';
import { StereoEar } from '#tests/e2e/adapters/pages/stereo-ear';
import { TrackWatch } from '#tests/e2e/adapters/pages/track-watch';
import { Viewer } from '#tests/e2e/adapters/pages/viewer';

const rendezvous = {
  open: (self: string, server: RendezvousServer) => openPeerJsRendezvous(self as PeerId, server), // sound: tests use real ids
  /** Runs the acceptance suite, all cases at once; answers what went wrong, by case. */
  async acceptance(server: RendezvousServer): Promise<Record<string, string>> {
    const open = (self: PeerId) => openPeerJsRendezvous(self, { ...server, token: `token-of-${self}` });
    const results = await Promise.all(
      rendezvousCases.map(async ({ name, run }) => {
        try {
          await run({ open });
          return [name, 'passed'] as const;
        } catch (reason) {
          return [name, String(reason)] as const;
        }
      }),
    );
    return Object.fromEntries(results);
  },
};

/** Somebody with plain PeerJS. */
async function openStockPeer(id: string, port: number): Promise<Peer> {
  const options: PeerJSOption = { host: '127.0.0.1', port, path: '/roundtable', key: 'roundtable', secure: false };
  // eslint-disable-next-line @typescript-eslint/no-unsafe-class-instance-assignment -- PeerJS exports only the type of that class
  const peer = new Peer(id, options);
  await new Promise((resolve) => peer.on('open', resolve));
  return peer;
}

const stock = {
  async listen(id: string, port: number): Promise<void> {
    await openStockPeer(id, port);
  },
  /** Offers a data connection and a call, and waits two seconds for an answer. */
  async offer(id: string, port: number): Promise<{ isAnswered: boolean }> {
    const peer = await openStockPeer('a-stranger', port);
    const offered = [peer.connect(id), peer.call(id, new MediaStreamAudioDestinationNode(new AudioContext()).stream)];
    await new Promise((resolve) => setTimeout(resolve, 2_000));
    const isAnswered = offered.some(({ peerConnection }) => peerConnection.remoteDescription !== null);
    peer.destroy();
    return { isAnswered };
  },
};

const adapters = {
  stock,
  rendezvous,
  LinkEnd,
  LiveStage,
  TrackWatch,
  Sounds,
  Taped,
  StereoEar,
  Viewer,
  Plugs,
  Meter,
  MediaPeople,
  Disk,
  wait,
};

declare global {
  interface Window {
    adapters: typeof adapters;
  }
}

window.adapters = adapters;
