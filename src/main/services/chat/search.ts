// Finds messages by their words. What a person types is taken as words, never as the language of the index.
import * as v from 'valibot';
import type { ConversationId, SearchHit } from '#shared/chat';
import type { PeerId } from '#shared/identity';
import { EntryRow } from '#main/services/chat/entry-rows';
import { clampedTime } from '#main/services/chat/message-views';
import type { Database } from '#main/services/database';

interface Wish {
  readonly self: PeerId;
  readonly text: string;
  readonly conversationId: ConversationId | null;
  readonly limit: number;
}

const HitRow = v.object({ ...EntryRow.entries, marked: v.string() });

/** Around a match: noncharacters, which stand for nothing in a text. */
const [open, close] = ['\ufdd0', '\ufdd1'];
const wordsMost = 16;

export function searchWords(database: Database, { self, text, conversationId, limit }: Wish): SearchHit[] {
  const query = queryOf(text);
  if (query === null) return [];
  const sql = `SELECT entry.*, snippet(chat_search, 0, :open, :close, '…', 24) AS marked
               FROM chat_search JOIN chat_entries entry ON entry.arrival = chat_search.rowid
                 JOIN chat_conversations conversation USING (conversation_id)
               WHERE chat_search MATCH :query AND entry.is_hidden = 0 AND entry.counts = 1
                 AND conversation.owner_peer_id = :self
                 AND (:conversationId IS NULL OR conversation_id = :conversationId)
               ORDER BY entry.arrival DESC LIMIT :limit`;
  return database.all(sql, { open, close, query, self, conversationId, limit }, HitRow).map((row) => ({
    conversationId: row.conversation_id,
    messageId: row.entry_id,
    from: row.author,
    sentAtMs: clampedTime(row).sentAtMs,
    ...unmarked(row.marked),
  }));
}

/** Every word as a quoted prefix; null when there is nothing to look for. */
function queryOf(text: string): string | null {
  const words =
    text
      .normalize('NFC')
      .match(/[\p{L}\p{N}\p{M}]+/gu)
      ?.slice(0, wordsMost) ?? [];
  return words.length === 0 ? null : words.map((word) => `"${word}"*`).join(' ');
}

function unmarked(marked: string): Pick<SearchHit, 'text' | 'matches'> {
  let text = '';
  const matches: [number, number][] = [];
  for (const part of marked.split(open)) {
    const end = part.indexOf(close);
    if (end > 0) matches.push([text.length, text.length + end]);
    text += part.replaceAll(close, '');
  }
  return { text, matches };
}
