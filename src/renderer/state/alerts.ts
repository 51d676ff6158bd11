// Rings, notifications and sounds of calls, rooms and messages, and what they lead to.
import type { ConversationId } from '#shared/chat';
import type { Contact } from '#shared/contact';
import type { PeerId } from '#shared/identity';
import type { Scope } from '#core/base/scope';
import type { RoomRing } from '#core/conference/snapshot';
import { m } from '#messages/messages';
import type { Announcer } from '#state/announcer.svelte';
import { CallAlerts } from '#state/call-alerts';
import type { ChatState } from '#state/chat.svelte';
import { MessageAlerts } from '#state/message-alerts';
import { RoomAlerts } from '#state/room-alerts';
import type { AppDeps, Network } from '#state/deps';
import type { DoorState } from '#state/door.svelte';
import type { NavigationState } from '#state/navigation.svelte';
import type { PeopleState } from '#state/people.svelte';
import type { SettingsState } from '#state/settings.svelte';
import type { ToastsState } from '#state/toasts.svelte';
import { Wakefulness } from '#state/wakefulness';

export interface AlertsDeps {
  readonly app: AppDeps;
  readonly network: Network;
  readonly settings: SettingsState;
  readonly toasts: ToastsState;
  readonly scope: Scope;
}

interface Led {
  readonly people: PeopleState;
  readonly door: DoorState;
  readonly navigation: NavigationState;
  readonly chat: ChatState;
  readonly announcer: Announcer;
  nameOf(peerId: PeerId, theirs: string): string;
  goToChat(conversationId: ConversationId, messageId: null): Promise<void>;
}

export function soundAlerts({ app, network, settings, toasts, scope }: AlertsDeps, table: Led): void {
  const { host, tones, clock } = app;
  const { calls, rooms, chat } = network;
  const { people, door, navigation } = table;
  const onFailed = (reason: unknown): void => toasts.fail(reason);
  const awake = new Wakefulness(host, onFailed);
  const shared = {
    host,
    tones,
    scope,
    onFailed,
    findContact: (peerId: PeerId): Contact | null => people.byPeer(peerId),
    ringtoneVolume: (): number => settings.current.ringtoneVolume,
    isNotifying: (): boolean => settings.current.notifications,
  };
  new CallAlerts({
    ...shared,
    calls,
    onEnded: (ended) => void people.recordEnded(ended),
    onRunning: (isRunning) => awake.note('call', isRunning),
    onShow: () => navigation.show({ kind: 'call' }),
  });
  const sayMissed = (ring: RoomRing): void => {
    const action = { label: m.door.goThere, run: () => door.lookAtRing(ring) };
    const title = m.door.missedRing(table.nameOf(ring.from, m.call.stranger), ring.name);
    toasts.show({ severity: 'warning', title, action });
  };
  new MessageAlerts({
    ...shared,
    chat,
    clock,
    volume: shared.ringtoneVolume,
    isWatched: (conversationId) => table.chat.isWatched(conversationId),
    wordsOf: (event) => table.chat.noticeOf(event),
    say: (text) => table.announcer.sayMessage(text),
    onPressed: (conversationId) => void table.goToChat(conversationId, null),
  });
  new RoomAlerts({
    ...shared,
    rooms,
    isCallRinging: () => calls.store.snapshot.phase === 'incoming',
    wasAnswered: (roomId) => door.wasAnswered(roomId),
    onRunning: (isRunning) => awake.note('room', isRunning),
    onAccepted: (ring) => door.answerRing(ring),
    onDeclined: (ring) => door.declineRing(ring),
    onMissed: sayMissed,
  });
}
