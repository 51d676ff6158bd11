// Whether what others share can be restored, in words. Decisions only.
import type { SharedVersion } from '#shared/vault-share';
import { m } from '#messages/messages';
import type { ToneWords } from '#state/vault-words';

/** It is tried only where it can succeed. */
export const canRestore = ({ keepersKnown, needed, until }: SharedVersion, nowMs: number): boolean =>
  keepersKnown >= needed && until > nowMs;

export function sharedWords(shared: SharedVersion, owner: string, nowMs: number): ToneWords {
  const { keepers, keepersKnown, needed, until } = shared;
  if (until <= nowMs) return { tone: 'warn', text: m.vaultShare.over(owner) };
  if (keepersKnown < needed) return { tone: 'warn', text: m.vaultShare.tooFew(keepersKnown, needed) };
  return { tone: 'ok', text: m.vaultShare.ready(keepersKnown, keepers) };
}
