// Which acts fit a drop as it stands.
import type { DropSnapshot } from '#core/drop/snapshot';
import type { PeerId } from '#shared/identity';

export type DropAction = 'show' | 'pause' | 'resume' | 'chooseAgain' | 'retry' | 'cancel' | 'clear';

export function actionsFor(drop: DropSnapshot, self: PeerId): readonly DropAction[] {
  const { stage, direction, isLoan } = drop;
  if (isLoan) return ['cancel'];
  switch (stage.phase) {
    case 'running':
    case 'waiting':
      return ['pause', 'cancel'];
    case 'paused':
      return stage.by === self ? ['resume', 'cancel'] : ['cancel'];
    case 'detached':
      return ['chooseAgain', 'cancel'];
    case 'preparing':
    case 'offered':
      return ['cancel'];
    case 'asked':
      return [];
    case 'finished':
      return direction === 'incoming' ? ['show', 'clear'] : ['clear'];
    case 'failed':
      return ['retry', 'clear'];
    case 'cancelled':
    case 'declined':
      return ['clear'];
  }
}
