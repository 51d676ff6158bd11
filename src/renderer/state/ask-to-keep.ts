// Asks a friend to keep for me: the question stands in the field of the conversation, and this person sends it.
import type { ContactId } from '#shared/contact';
import { m } from '#messages/messages';
import type { TableState } from '#state/table.svelte';

export async function askToKeep(table: Pick<TableState, 'chat' | 'visit'>, contactId: ContactId): Promise<void> {
  const { chat } = table;
  const conversation = chat.of(contactId);
  if (conversation) chat.drafts.of(conversation.conversationId).propose(m.vault.keepers.askWords);
  await table.visit(contactId);
}
