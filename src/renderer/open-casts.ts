// Joins casts with the rest of the network: whose links stay whatever becomes of a cast, and what this line lends.
import type { PeerId } from '#shared/identity';
import type { Settings } from '#shared/settings';
import type { Scope } from '#core/base/scope';
import type { ReadableStore } from '#core/base/store';
import { Casts } from '#core/cast/casts';
import { seatsLent, type UploadSeen } from '#core/cast/lending';
import type { Mailbox } from '#core/peers/mailbox';
import type { Peers } from '#core/peers/peers';
import type { Clock, Host, LineCost, RandomBytes } from '#core/ports';
import type { LiveCrypto, OpenLiveOutput } from '#core/ports/live';

export interface OpenCastsDeps {
  readonly host: Host;
  readonly clock: Clock;
  readonly random: RandomBytes;
  readonly liveCrypto: LiveCrypto;
  readonly openLiveOutput: OpenLiveOutput;
  readonly lineCost: ReadableStore<LineCost>;
}

export interface CastParts {
  readonly self: PeerId;
  readonly readName: () => Promise<string>;
  readonly peers: Peers;
  readonly mailbox: Mailbox;
  readonly isFriend: (peerId: PeerId) => boolean;
  readonly scope: Scope;
}

/** `uploadSeen`: what this line can bear, as far as files that went out have shown. */
export function openCasts(
  { host, liveCrypto: crypto, openLiveOutput: openOutput, lineCost, ...deps }: OpenCastsDeps,
  parts: CastParts,
  uploadSeen: Pick<UploadSeen, 'bitsPerSecond'>,
): Casts {
  let settings: Settings['casts'] | null = null;
  const take = ({ casts }: Settings): void => {
    settings = casts;
  };
  parts.scope.onEnd(host.on('settingsChanged', take));
  void host.readSettings().then(
    (read) => {
      settings ??= read.settings.casts;
    },
    () => undefined, // nothing is lent until they are saved
  );
  const lends = (): number =>
    settings === null ? 0 : seatsLent(settings, lineCost.snapshot, uploadSeen.bitsPerSecond);
  return new Casts({ host, crypto, openOutput, ...deps, ...parts, lends });
}
