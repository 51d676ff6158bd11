// Voice messages that wait to be sent, in the browser's own database, so that they are there after the page was loaded again.
import type { ConversationId } from '#shared/chat';
import type { SpokenDrafts, SpokenVoice } from '#core/ports/voice';
import { PageDatabase } from '#adapters/page-database';

export class KeptVoices implements SpokenDrafts {
  readonly #voices = new PageDatabase('roundtable-spoken', 'voices');

  async find(conversationId: ConversationId): Promise<SpokenVoice | null> {
    // Sound: nothing else is put into this table.
    const kept = (await this.#voices.run('readonly', (store) => store.get(conversationId)).catch(() => undefined)) as
      SpokenVoice | undefined;
    return kept ?? null;
  }

  async keep(conversationId: ConversationId, voice: SpokenVoice | null): Promise<void> {
    await this.#voices
      .run('readwrite', (store) => (voice ? store.put(voice, conversationId) : store.delete(conversationId)))
      .catch(() => undefined);
  }
}
