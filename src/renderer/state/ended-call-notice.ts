// Says that a call ended, where the stage does not say it itself: elsewhere in the app, and for a call that was never answered here.
import type { PeerId } from '#shared/identity';
import type { CallSnapshot } from '#core/call/snapshot';
import { m } from '#messages/messages';
import type { CallState } from '#state/call.svelte';
import { endWords } from '#state/failure-words';
import type { NavigationState } from '#state/navigation.svelte';
import { shownName, type PeopleState } from '#state/people.svelte';
import type { ToastsState } from '#state/toasts.svelte';

interface Around {
  readonly people: Pick<PeopleState, 'byPeer'>;
  readonly call: Pick<CallState, 'phase' | 'dismiss'>;
  readonly navigation: Pick<NavigationState, 'pane'>;
  readonly toasts: Pick<ToastsState, 'show'>;
  startCall(peerId: PeerId, options: { video: boolean }): Promise<void>;
}

export function sayEndedCall(
  around: Around,
  ended: Extract<CallSnapshot, { phase: 'ended' }>,
  { wasIncoming }: { wasIncoming: boolean },
): void {
  const { people, call, navigation, toasts } = around;
  const contact = people.byPeer(ended.peerId);
  const name = contact ? shownName(contact) : m.call.stranger;
  if (!wasIncoming && navigation.pane.kind === 'call') return;
  queueMicrotask(() => {
    if (call.phase === 'ended') call.dismiss();
  });
  if (!wasIncoming) {
    const words = endWords(ended.reason, name, ended.code);
    toasts.show({ title: words.title, text: words.text === '' ? m.call.talked(ended.talkedMs) : words.text });
  } else if (ended.reason !== 'declined') {
    const { peerId, video } = ended;
    const action = { label: m.call.callBack, run: () => void around.startCall(peerId, { video }) };
    toasts.show({ severity: 'warning', title: m.call.missed(name), action });
  }
}
