// Joins the way into rooms with the rest of the table: what stops when somebody comes, and where they arrive.
import type { Scope } from '#core/base/scope';
import { m } from '#messages/messages';
import type { CallState } from '#state/call.svelte';
import type { ChatState } from '#state/chat.svelte';
import { DoorState } from '#state/door.svelte';
import type { AppDeps, Network } from '#state/deps';
import type { EchoState } from '#state/echo.svelte';
import { roomEndWords } from '#state/failure-words';
import type { NavigationState } from '#state/navigation.svelte';
import type { ToastsState } from '#state/toasts.svelte';

export interface OpenDoorDeps {
  readonly app: AppDeps;
  readonly network: Network;
  readonly toasts: ToastsState;
  readonly scope: Scope;
}

export interface AroundDoor {
  readonly call: CallState;
  readonly echo: EchoState;
  readonly chat: ChatState;
  readonly navigation: NavigationState;
}

export function openDoor({ app, network, toasts, scope }: OpenDoorDeps, table: AroundDoor): DoorState {
  const { rooms, calls } = network;
  const { call, echo, chat, navigation } = table;
  const door: DoorState = new DoorState({
    rooms,
    media: app.media,
    scope,
    taken: () => {
      const { phase } = calls.store.snapshot;
      if (phase !== 'idle' && phase !== 'incoming' && phase !== 'ended') return 'call';
      return rooms.store.snapshot.current?.stage.phase === 'inside' ? 'room' : null;
    },
    leaveCall: () => call.hangUp(),
    onCome: () => {
      echo.stop();
      chat.hush();
      navigation.show({ kind: 'prejoin' });
    },
    onInside: () => navigation.show({ kind: 'room' }),
    onRefused: (entry, { reason, code }) => {
      const { title, text } = roomEndWords(reason, entry.name, code);
      const action = { label: m.common.tryAgain, run: () => door.come(entry) };
      toasts.show({ severity: 'warning', title, text, action });
    },
  });
  return door;
}
