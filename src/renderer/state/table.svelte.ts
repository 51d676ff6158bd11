// Everything there is once a person sits down: an identity, the network, and a state object per subject.
import type { CallRecord } from '#shared/call-record';
import type { Contact, ContactId } from '#shared/contact';
import type { Identity, PeerId } from '#shared/identity';
import type { Scope } from '#core/base/scope';
import { CallAlerts } from '#state/call-alerts';
import { CallMemory } from '#state/call-memory';
import { CallState } from '#state/call.svelte';
import type { AppDeps, Network } from '#state/deps';
import { DevicesState } from '#state/devices.svelte';
import { EchoState } from '#state/echo.svelte';
import { InvitesState } from '#state/invites.svelte';
import type { MediaView } from '#state/media-view';
import { NavigationState } from '#state/navigation.svelte';
import { PeopleState } from '#state/people.svelte';
import { ReachState } from '#state/reach.svelte';
import { SelfState } from '#state/self.svelte';
import type { SettingsState } from '#state/settings.svelte';
import { Ticker } from '#state/ticker.svelte';
import type { ToastsState } from '#state/toasts.svelte';

export interface TableDeps {
  readonly app: AppDeps;
  readonly network: Network;
  readonly identity: Identity;
  readonly contacts: readonly Contact[];
  readonly records: readonly CallRecord[];
  readonly settings: SettingsState;
  readonly toasts: ToastsState;
  readonly scope: Scope;
}

export class TableState {
  readonly self: SelfState;
  readonly people: PeopleState;
  readonly invites: InvitesState;
  readonly call: CallState;
  readonly devices: DevicesState;
  readonly echo: EchoState;
  readonly reach: ReachState;
  readonly navigation = new NavigationState();
  readonly settings: SettingsState;
  readonly toasts: ToastsState;
  readonly view: MediaView;
  /** The time of day, for "yesterday" and the like; steps once in half a minute. */
  readonly clock: Ticker;

  constructor(deps: TableDeps) {
    const { app, network, toasts, settings, scope } = deps;
    const { host, clock } = app;
    this.settings = settings;
    this.toasts = toasts;
    this.view = app.view;
    this.clock = new Ticker(clock, 30_000);
    this.self = new SelfState(host, deps.identity);
    const { contacts, records } = deps;
    this.people = new PeopleState({ host, presence: network.presence, toasts, scope, contacts, records });
    this.invites = new InvitesState(host, toasts);
    const findContact = (peerId: PeerId): Contact | null => this.people.byPeer(peerId);
    const memory = new CallMemory(app.memory);
    this.call = new CallState({ calls: network.calls, media: app.media, clock, toasts, memory, scope, findContact });
    this.devices = new DevicesState(app.devices, settings, toasts);
    this.echo = new EchoState(app.echo, toasts, () => this.call.phase !== 'idle' && this.call.phase !== 'ended');
    this.reach = new ReachState(network.reachability);
    new CallAlerts({
      host,
      calls: network.calls,
      tones: app.tones,
      scope,
      findContact,
      ringtoneVolume: () => settings.current.ringtoneVolume,
      isNotifying: () => settings.current.notifications,
      onEnded: (ended) => void this.people.recordEnded(ended),
      onShow: () => this.navigation.show({ kind: 'call' }),
      onFailed: (reason) => toasts.fail(reason),
    });
    scope.onEnd(host.on('inviteOpened', ({ text }) => this.openInvite(text)));
    scope.onEnd(network.calls.store.onChange(() => this.#followCall(network)));
    scope.onEnd(() => this.echo.stop());
  }

  /** Goes to the person's page; their missed calls count as seen. */
  async visit(contactId: ContactId): Promise<void> {
    this.navigation.show({ kind: 'person', contactId });
    await this.people.markSeen(contactId);
  }

  async startCall(peerId: PeerId, options: { video: boolean }): Promise<void> {
    this.echo.stop();
    await this.call.call(peerId, options);
  }

  /** Puts the text of an opened link into the paste field, and does nothing else with it. */
  openInvite(text: string): void {
    this.navigation.open({ kind: 'add', tab: 'use' });
    void this.invites.read(text);
  }

  /** The ended call is left behind; its person comes back on screen. */
  leaveEndedCall(): void {
    const { contact } = this.call;
    this.call.dismiss();
    this.navigation.show(contact ? { kind: 'person', contactId: contact.contactId } : { kind: 'home' });
  }

  #followCall(network: Network): void {
    const { phase } = network.calls.store.snapshot;
    const { pane } = this.navigation;
    if (phase === 'outgoing' || phase === 'connecting') this.navigation.show({ kind: 'call' });
    if (phase === 'incoming') this.echo.stop();
    if (phase === 'idle' && pane.kind === 'call') this.navigation.show({ kind: 'home' });
  }
}
