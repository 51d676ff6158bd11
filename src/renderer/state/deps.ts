// What the state layer needs from outside. compose.ts builds it from core and adapters; tests and the gallery from fakes.
import type { CallId, EndReason } from '#shared/call-record';
import type { AppInfo, Host } from '#shared/contract';
import type { Identity, PeerId } from '#shared/identity';
import type { Settings } from '#shared/settings';
import type { InferOutput } from 'valibot';
import type { Subscribable } from '#core/base/emitter';
import type { ReadableStore } from '#core/base/store';
import type { CallSnapshot } from '#core/call/snapshot';
import type { Clock, ConnectionStats, DeviceControl, EchoTest, LocalMedia, Tones } from '#core/ports';
import type { PresenceMap, Reachability } from '#core/peers/presence';
import type { MediaView } from '#state/media-view';

export type AppFacts = InferOutput<typeof AppInfo>;

/** A call that is over, as the core tells it. */
export interface EndedCall {
  readonly peerId: PeerId;
  readonly callId: CallId;
  readonly direction: 'incoming' | 'outgoing';
  readonly video: boolean;
  readonly startedAt: number;
  readonly talkedMs: number;
  readonly reason: EndReason;
  readonly wasAnswered: boolean;
}

/** The part of the core's Calls that the UI drives. */
export interface CallsPort {
  readonly store: ReadableStore<CallSnapshot>;
  readonly remoteTracks: ReadableStore<{ readonly audio: unknown; readonly video: unknown }>;
  readonly stats: ReadableStore<ConnectionStats | null>;
  readonly spoken: ReadableStore<readonly string[] | null>;
  readonly events: Subscribable<{ ended: EndedCall }>;
  call(peerId: PeerId, options: { video: boolean }): Promise<void>;
  answer(options: { video: boolean }): Promise<void>;
  decline(note: string | null): void;
  hangUp(): void;
  dismiss(): void;
  setMuted(isMuted: boolean): void;
  setCamera(isOn: boolean): Promise<void>;
  rejoin(callId: CallId, peerId: PeerId, options: { video: boolean }): Promise<void>;
}

/** Everything that exists once there is an identity to be on the network with. */
export interface Network {
  readonly calls: CallsPort;
  readonly presence: ReadableStore<PresenceMap>;
  readonly reachability: ReadableStore<readonly Reachability[]>;
  /** Goes off the network for good: another window took over, or the identity was set aside. */
  close(): void;
}

/** The two texts the page keeps over a reload; sessionStorage in the app. */
export type TabMemory = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;

export interface AppDeps {
  readonly host: Host;
  readonly clock: Clock;
  readonly media: LocalMedia;
  readonly devices: DeviceControl;
  readonly tones: Tones;
  readonly echo: EchoTest;
  readonly view: MediaView;
  readonly memory: TabMemory;
  /**
   * Goes on the network as this person; called once the window is held, the identity is ready and the settings are read
   * (at start, after the first run, after a restore). Requests to contacts in state `invited`, greetings and the
   * rereading of the network config after `networkChanged` are its business, not the UI's.
   */
  readonly openNetwork: (identity: Identity, settings: Settings) => Promise<Network>;
}
