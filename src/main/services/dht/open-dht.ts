// The mailbox in the DHT as this person wants it: follows their settings, identity, contacts and invites.
import type { Clock } from '#main/services/clock';
import { Correspondents } from '#main/services/dht/correspondents';
import { Dht, type DhtOptions } from '#main/services/dht/dht';
import type { Contacts } from '#main/services/contacts';
import type { IdentityStore } from '#main/services/identity-store';
import type { Invites } from '#main/services/invites';
import type { LogFile } from '#main/services/log-file';
import { dhtNodes } from '#main/services/network-config';
import type { SettingsStore } from '#main/services/settings-store';

export interface OpenDhtOptions extends Pick<DhtOptions, 'onBlob' | 'onChange' | 'random' | 'load'> {
  readonly identity: IdentityStore;
  readonly contacts: Contacts;
  readonly invites: Invites;
  readonly settings: SettingsStore;
  readonly clock: Clock;
  readonly log: LogFile;
  /** Calls back when settings or identity changed, and when contacts or invites did. */
  readonly onNetworkChange: (listener: () => void) => void;
  readonly onPeopleChange: (listener: () => void) => void;
}

export function openDht(options: OpenDhtOptions): Dht {
  const { identity, settings, log, clock, random, load, onBlob, onChange, onNetworkChange, onPeopleChange } = options;
  const correspondents = new Correspondents(options);
  let trouble = '';
  const dht = new Dht({
    clock,
    random,
    load,
    onBlob,
    pairings: async () => await correspondents.list(),
    onChange: (state) => {
      log.write('info', 'dht.changed', { state });
      onChange(state);
    },
    onTrouble: ({ message }) => {
      if (message !== trouble) log.write('warn', 'dht.trouble', { detail: message });
      trouble = message;
    },
  });
  const follow = (): void => {
    void dht.use(identity.state.state === 'ready' ? dhtNodes(settings.settings) : []);
    void dht.follow(); // as another identity, perhaps
  };
  onNetworkChange(follow);
  onPeopleChange(() => void dht.follow());
  follow();
  return dht;
}
