// The keyboard shortcuts: one table for the handler and for the list under `?`.
import type { TableState } from '#state/table.svelte';

export interface Shortcut {
  readonly name:
    | 'search'
    | 'invite'
    | 'openRoom'
    | 'newGroup'
    | 'settings'
    | 'help'
    | 'move'
    | 'mute'
    | 'camera'
    | 'hand'
    | 'talk'
    | 'leave'
    | 'answer'
    | 'decline'
    | 'send'
    | 'newLine'
    | 'editLast'
    | 'walk'
    | 'act'
    | 'write';
  readonly group: 'anywhere' | 'chat' | 'messages' | 'call' | 'room' | 'ringing';
  readonly keys: readonly string[];
}

export const shortcuts: readonly Shortcut[] = [
  { name: 'search', group: 'anywhere', keys: ['ctrl', 'K'] },
  { name: 'invite', group: 'anywhere', keys: ['ctrl', 'I'] },
  { name: 'openRoom', group: 'anywhere', keys: ['ctrl', 'O'] },
  { name: 'newGroup', group: 'anywhere', keys: ['ctrl', 'G'] },
  { name: 'settings', group: 'anywhere', keys: ['ctrl', ','] },
  { name: 'move', group: 'anywhere', keys: ['up', 'down'] },
  { name: 'help', group: 'anywhere', keys: ['?'] },
  { name: 'send', group: 'chat', keys: ['enter'] },
  { name: 'newLine', group: 'chat', keys: ['shift', 'enter'] },
  { name: 'editLast', group: 'chat', keys: ['up'] },
  { name: 'walk', group: 'messages', keys: ['up', 'down'] },
  { name: 'act', group: 'messages', keys: ['enter'] },
  { name: 'write', group: 'messages', keys: ['escape'] },
  { name: 'mute', group: 'call', keys: ['ctrl', 'D'] },
  { name: 'camera', group: 'call', keys: ['ctrl', 'E'] },
  { name: 'leave', group: 'call', keys: ['ctrl', 'shift', 'H'] },
  { name: 'talk', group: 'room', keys: ['space'] },
  { name: 'hand', group: 'room', keys: ['ctrl', 'shift', 'K'] },
  { name: 'answer', group: 'ringing', keys: ['ctrl', 'shift', 'A'] },
  { name: 'decline', group: 'ringing', keys: ['ctrl', 'shift', 'D'] },
];

/** The shortcut that this key press is, or null. On a Mac the command key stands for Ctrl. */
export function shortcutOf(event: KeyboardEvent): Shortcut['name'] | null {
  if (event.altKey || event.repeat) return null;
  const isCtrl = event.ctrlKey || event.metaKey;
  if (event.key === '?' && !isCtrl) return isTyping(event.target) ? null : 'help';
  const found = shortcuts.find(
    ({ keys }) =>
      keys.includes('ctrl') &&
      isCtrl &&
      keys.includes('shift') === event.shiftKey &&
      keys.at(-1) === event.key.toUpperCase(),
  );
  return found?.name ?? null;
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.matches('input, textarea, [contenteditable]');
}

const isAtDoor = ({ door, navigation }: TableState): boolean =>
  navigation.pane.kind === 'prejoin' && door.entry !== null && door.stage.phase === 'ready' && door.taken === null;

const doorDevices = ({ door }: TableState): { toggleMuted(): void; toggleCamera(): Promise<void> } => ({
  toggleMuted: () => door.toggleMicrophone(),
  toggleCamera: async () => await door.toggleCamera(),
});

/** Does it where it applies; answers whether it did. */
export function runShortcut(name: Shortcut['name'], table: TableState): boolean {
  const { call, navigation, room, door } = table;
  const isCalled = call.phase === 'incoming';
  const ring = isCalled ? undefined : door.rings[0];
  const isRinging = isCalled || ring !== undefined;
  const isInCall = call.isRunning || call.phase === 'outgoing';
  const open = (show: () => void): boolean => {
    if (!isRinging) show();
    return !isRinging;
  };
  const within = (applies: boolean, run: () => void): boolean => {
    if (applies) run();
    return applies;
  };
  /** Whose microphone and camera the keys mean now; at the door they are tried out. */
  const mine = call.isRunning ? call : room.isInside ? room.mine : isAtDoor(table) ? doorDevices(table) : null;
  switch (name) {
    case 'invite':
      return open(() => navigation.open({ kind: 'add', tab: 'give' }));
    case 'openRoom':
      return open(() => navigation.open({ kind: 'open-room', asked: [] }));
    case 'newGroup':
      return open(() => navigation.open({ kind: 'new-group', contactId: null }));
    case 'settings':
      return open(() => navigation.open({ kind: 'settings', section: 'you' }));
    case 'help':
      return open(() => navigation.open({ kind: 'shortcuts' }));
    case 'mute':
      return within(mine !== null, () => mine?.toggleMuted());
    case 'camera':
      return within(mine !== null, () => void mine?.toggleCamera());
    case 'leave':
      return within(isInCall || room.isInside, () => (isInCall ? call.hangUp() : room.commands.leave()));
    case 'hand':
      return within(!call.isRunning && room.isInside, () => room.toggleHand());
    case 'answer':
      return within(isRinging, () => (ring ? door.answerRing(ring) : void call.answer({ video: false })));
    case 'decline':
      return within(isRinging, () => (ring ? door.declineRing(ring) : call.decline(null)));
    case 'search':
    case 'move':
    case 'talk':
    case 'send':
    case 'newLine':
    case 'editLast':
    case 'walk':
    case 'act':
    case 'write':
      return false;
  }
}
