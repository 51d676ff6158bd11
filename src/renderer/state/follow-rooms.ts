// Where the person is taken when something changes with their room: the counterpart of what the table does for a call.
import type { Scope } from '#core/base/scope';
import type { RoomSnapshot } from '#core/conference/snapshot';
import type { RoomsPort } from '#state/deps';
import type { NavigationState } from '#state/navigation.svelte';
import { roomEndWords } from '#state/failure-words';
import type { ToastsState } from '#state/toasts.svelte';

export interface FollowRoomsDeps {
  readonly rooms: Pick<RoomsPort, 'store' | 'dismiss'>;
  readonly navigation: NavigationState;
  readonly toasts: ToastsState;
  readonly scope: Scope;
}

type Ended = Extract<RoomSnapshot['stage'], { phase: 'ended' }>;

export function followRooms({ rooms, navigation, toasts, scope }: FollowRoomsDeps): void {
  let before: RoomSnapshot | null = rooms.store.snapshot.current;

  /** In the pane of the room its end says itself; elsewhere a notice does. */
  const sayEnded = (room: RoomSnapshot, { reason, code }: Ended): void => {
    const isSeen = navigation.pane.kind === 'room' && reason !== 'left';
    if (isSeen) return;
    queueMicrotask(() => rooms.dismiss());
    if (reason === 'left') return;
    const words = roomEndWords(reason, room.name, code);
    toasts.show({ severity: 'warning', title: words.title, text: words.text });
  };

  const follow = (): void => {
    const { current } = rooms.store.snapshot;
    const was = before;
    before = current;
    if (current === null) {
      if (was && navigation.pane.kind === 'room') navigation.show({ kind: 'home' });
      return;
    }
    const wasInside = was?.roomId === current.roomId && (was.stage.phase === 'inside' || was.stage.phase === 'held');
    // What ends on the way in is the door's to say.
    if (current.stage.phase !== 'ended' || was?.stage.phase === 'ended') return;
    if (wasInside || current.stage.reason === 'left') sayEnded(current, current.stage);
  };
  scope.onEnd(rooms.store.onChange(follow));
}
