// Files whose message was taken back are not offered any more and stop where they are on their way: on both sides, as each hears
// of it. What has arrived, stays.
import type { Scope } from '#core/base/scope';
import type { Chat } from '#core/chat/chat';
import type { Drops } from '#core/drop/drops';

interface TakenBackDeps {
  readonly chat: Pick<Chat, 'events'>;
  readonly drops: Pick<Drops, 'takeBack'>;
  readonly scope: Scope;
}

/** Until the scope ends. Whose message it was is proven by its signature; whose drop it is, the drop knows. */
export function stopTakenBackFiles({ chat, drops, scope }: TakenBackDeps): void {
  scope.onEnd(
    chat.events.on('filesTakenBack', ({ dropId, from }) => {
      drops.takeBack(dropId, from);
    }),
  );
}
