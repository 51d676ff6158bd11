// Joins friends' connections with the rest: what may be lent now by the settings, the line and the month, and what was.
import { defaultSettings, type Settings } from '#shared/settings';
import type { PeerId } from '#shared/identity';
import { Store, type ReadableStore } from '#core/base/store';
import type { Scope } from '#core/base/scope';
import type { Mailbox } from '#core/peers/mailbox';
import type { Reachability } from '#core/peers/presence';
import type { Peers } from '#core/peers/peers';
import { carryTerms, type CarryTerms } from '#core/relay/carry-policy';
import { Relays } from '#core/relay/relays';
import { limits } from '#core/wire/limits';
import type { NetworkDeps } from './network-deps';

interface RelayParts {
  readonly self: PeerId;
  readonly peers: Peers;
  readonly mailbox: Pick<Mailbox, 'send' | 'check' | 'reachability'>;
  readonly isFriend: (peerId: PeerId) => boolean;
  readonly scope: Scope;
}

/** What is shown of them. */
export interface Helping extends Pick<Relays, 'helped' | 'via' | 'events'> {
  /** Passed on for friends this month, bytes. */
  readonly carriedBytes: ReadableStore<number>;
}

/** Bytes of this month: kept by main every few seconds, and read again now and then, as months end. */
function countCarried(
  { host, clock }: NetworkDeps,
  scope: Scope,
): { bytes: Store<number>; add: (bytes: number) => void } {
  const bytes = new Store(0);
  let unsaved = 0;
  let savedAtMs = -Infinity;
  const keep = async (): Promise<void> => {
    const isDue = clock.now() - savedAtMs > limits.relayMonthMs;
    if (unsaved === 0 && !isDue) return;
    const more = unsaved;
    unsaved = 0;
    try {
      const kept = await host.noteCarried({ bytes: more });
      savedAtMs = clock.now();
      bytes.set(kept.bytes + unsaved);
    } catch {
      unsaved += more; // main may be closing, or come back
    }
  };
  let cancel = (): void => undefined;
  const wait = (): void => {
    cancel = clock.after(limits.relayCountMs, () => {
      void keep();
      wait();
    });
  };
  void keep();
  wait();
  scope.onEnd(() => {
    cancel();
    void keep();
  });
  return {
    bytes,
    add: (more) => {
      unsaved += more;
      bytes.set(bytes.snapshot + more);
    },
  };
}

/** The one on this machine, and the local network itself, know few. */
const isServer = ({ scope, phase }: Reachability): boolean =>
  phase === 'open' && (scope === 'network' || scope === 'internet');

export function openRelays(
  deps: NetworkDeps,
  parts: RelayParts,
): { readonly relays: Relays; readonly helping: Helping } {
  const { host, clock, random, lineCost, createTunnelKey: createKey, openLiveOutput, openLiveEncoder } = deps;
  const { scope } = parts;
  let settings: Settings['relay'] = defaultSettings.relay;
  const terms = new Store<CarryTerms | null>(null);
  const count = countCarried(deps, scope);
  const heed = (): void => {
    const now = carryTerms(settings, lineCost.snapshot, count.bytes.snapshot);
    if (now?.bytesPerSecond !== terms.snapshot?.bytesPerSecond) terms.set(now);
  };
  const relays = new Relays({
    host,
    clock,
    random,
    createKey,
    openEncoder: openLiveEncoder,
    openOutput: openLiveOutput,
    ...parts,
    terms,
    mayUse: () => settings.isHelped,
    hasServer: () => parts.mailbox.reachability.snapshot.some(isServer),
    carried: count.add,
  });
  const take = ({ relay }: Settings): void => {
    settings = relay;
    heed();
    relays.recheck();
  };
  scope.onEnd(lineCost.onChange(heed));
  scope.onEnd(count.bytes.onChange(heed));
  scope.onEnd(host.on('settingsChanged', take));
  void host.readSettings().then(
    (read) => take(read.settings),
    () => undefined, // nothing is lent until they are saved
  );
  const { helped, via, events } = relays;
  return { relays, helping: { helped, via, events, carriedBytes: count.bytes } };
}
