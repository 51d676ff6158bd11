// The doctor as the interface has it. It measures the link of a running call, so that there is something to see at once.
import type { NetworkConfig } from '#shared/ice';
import type { PeerId } from '#shared/identity';
import type { Scope } from '#core/base/scope';
import type { Calls } from '#core/call/calls';
import type { Doctor } from '#core/doctor/doctor';
import { LineCheck } from '#core/doctor/line-check';
import type { Case } from '#core/doctor/record';
import type { Mailbox } from '#core/peers/mailbox';
import type { Clock } from '#core/ports';
import type { LineProbe } from '#core/ports/line-probe';
import type { CurrentNetwork } from './current-network';

export type OpenedDoctor = Pick<Doctor, 'of' | 'watch'> & {
  readonly servers: () => Case['servers'];
  readonly line: LineCheck;
};

/** How many entries there are of each kind. */
function serversOf({ iceServers, iceTransportPolicy }: NetworkConfig): Case['servers'] {
  const count = (scheme: RegExp): number =>
    iceServers.filter(({ urls }) => urls.some((url) => scheme.test(url))).length;
  return { stun: count(/^stuns?:/), turn: count(/^turns?:/), isRelayOnly: iceTransportPolicy === 'relay' };
}

interface Parts {
  readonly doctor: Doctor;
  readonly calls: Calls;
  readonly current: CurrentNetwork;
  readonly mailbox: Mailbox;
  readonly probe: LineProbe;
  readonly clock: Clock;
  readonly scope: Scope;
}

function followCalls({ calls, doctor, scope }: Pick<Parts, 'calls' | 'doctor' | 'scope'>): void {
  let watched: PeerId | null = null;
  let unwatch = (): void => undefined;
  const look = (): void => {
    const call = calls.store.snapshot;
    const isOn = call.phase === 'active' || call.phase === 'reconnecting';
    const wanted = isOn ? call.peerId : null;
    if (wanted === watched) return;
    unwatch();
    watched = wanted;
    unwatch = wanted === null ? () => undefined : doctor.watch(wanted);
  };
  scope.onEnd(calls.store.onChange(look));
  scope.onEnd(() => {
    unwatch();
  });
}

export function openDoctor(parts: Parts): OpenedDoctor {
  const { doctor, current, mailbox, probe, clock, scope } = parts;
  followCalls(parts);
  return {
    of: (peerId) => doctor.of(peerId),
    watch: (peerId) => doctor.watch(peerId),
    servers: () => serversOf(current.config),
    line: new LineCheck({ probe, mailbox, config: () => current.config, clock, scope }),
  };
}
