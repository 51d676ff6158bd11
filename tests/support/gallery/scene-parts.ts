// What scenes are made of.
import type { Contact } from '#shared/contact';
import type { AppState } from '#state/app.svelte';
import type { TableState } from '#state/table.svelte';
import type { FakeWorld } from './fake-world';
import * as people from './people';

export type Then = (world: FakeWorld, app: AppState) => void | Promise<void>;

export interface Scene {
  /** Before the app starts. */
  readonly before?: (world: FakeWorld) => void;
  /** Once it has started. */
  readonly then?: Then;
  /** Clicks these buttons and menu items, by accessible name, in this order. */
  readonly press?: readonly string[];
}

export function tableOf(app: AppState): TableState {
  if (app.stage.name !== 'open') throw new Error(`not at the table but ${app.stage.name}`);
  return app.stage.table;
}

export function online(world: FakeWorld): void {
  world.presence.set(
    new Map([
      [people.ada.peerId, 'online'],
      [people.bo.peerId, 'online'],
      [people.carmen.peerId, 'repairing'],
    ]),
  );
  world.reachability.set([
    { name: '127.0.0.1:9717', scope: 'machine', phase: 'open' },
    { name: '0.peerjs.com', scope: 'internet', phase: 'open' },
  ]);
}

export const visiting =
  (who: Contact): Then =>
  async (_world, app) => {
    await tableOf(app).visit(who.contactId);
  };

/** This computer has too much to do. */
export const eased = (world: FakeWorld): void => world.media.set({ ...world.media.snapshot, isCameraEased: true });

export const live = (world: FakeWorld, isMuted: boolean, isCameraOn: boolean): void =>
  world.media.set({
    microphone: { phase: 'live', deviceId: 'm1', label: 'Built-in microphone' },
    camera: isCameraOn ? { phase: 'live', deviceId: 'c1', label: 'FaceCam 1080p' } : { phase: 'off' },
    isCameraEased: false,
    isMuted,
    audioTrack: null,
    videoTrack: null,
  });
