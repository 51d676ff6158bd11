// Starts this machine's PeerServer for a profile: its changes go to the log and to the open windows.
import type { Services } from '#main/services/services';
import { MachineRendezvous } from '#main/shell/machine-rendezvous';
import type { ShellOptions } from '#main/shell/shell-options';

type Options = Pick<ShellOptions, 'isOnLan' | 'peerPort'>;

/** Does not wait for it: pages retry by themselves until it is there. */
export function startMachineRendezvous({ peerPort, isOnLan }: Options, { log, events }: Services): MachineRendezvous {
  let isFirst = true;
  const rendezvous = new MachineRendezvous({
    port: peerPort,
    isOnLan,
    onChange: (state) => {
      log.write(state === 'blocked' ? 'warn' : 'info', 'rendezvous.machine', { state });
      if (!isFirst) events.emit('networkChanged');
      isFirst = false;
    },
    onTrouble: (error) => {
      log.write('warn', 'rendezvous.trouble', { detail: error.message });
    },
  });
  void rendezvous.start();
  return rendezvous;
}
