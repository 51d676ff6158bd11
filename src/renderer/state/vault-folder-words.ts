// How a folder that backs itself up fares, in words. Decisions only.
import type { VaultItem } from '#shared/vault';
import type { VaultFolder } from '#shared/vault-folder';
import { m } from '#messages/messages';
import { failureWords } from '#state/failure-words';
import { currentOf, isMoving, type ToneWords } from '#state/vault-words';

/** `item`: what came of it in the vault; null before its first backup. */
export function folderWords(folder: VaultFolder, item: VaultItem | null, nowMs: number): ToneWords {
  const { state, changed, doneBytes, bytes, nextAt, failure } = folder;
  const words = m.vaultFolder.state;
  switch (state) {
    case 'looking':
    case 'held':
      return { tone: 'busy', text: words[state] };
    case 'watching':
      return watchingWords(item);
    case 'settling':
      return { tone: 'busy', text: words.settling(changed) };
    case 'resting':
      if (nextAt === null) return { tone: 'busy', text: words.restingForKeepers(changed) };
      return { tone: 'busy', text: words.resting(changed, nextAt, nowMs) };
    case 'queued':
      return { tone: 'busy', text: words.queued(changed) };
    case 'reading':
      return { tone: 'busy', text: words.reading(changed, doneBytes, bytes) };
    case 'paused':
    case 'empty':
    case 'gone':
    case 'large':
      return { tone: 'warn', text: words[state] };
    case 'failed':
      return { tone: 'danger', text: words.failed(failureWords(failure ?? 'internal').happened) };
  }
}

function watchingWords(item: VaultItem | null): ToneWords {
  const words = m.vaultFolder.state;
  const health = item && currentOf(item)?.health;
  if (health && health.state !== 'safe' && health.keepersMissing > 0)
    return { tone: 'warn', text: words.waiting(health.keepersMissing) };
  if (health && isMoving(health)) return { tone: 'busy', text: words.moving };
  return { tone: 'ok', text: words.watching };
}
