// Writes messages into a database for as long as it lives, and says each that it was answered for. Run as a program it is there
// to be killed.
import { randomBytes } from 'node:crypto';
import { Chats } from '#main/services/chats';
import { LeftWithFriends } from '#main/services/custody/left-with-friends';
import { Database } from '#main/services/database';
import { Downloads } from '#main/services/downloads';
import { IdentityKeys } from '#main/services/identity-keys';
import type { ConversationId } from '#shared/chat';
import { defaultSettings } from '#shared/settings';

export async function writer(path: string): Promise<{ chats: Chats; conversationId: ConversationId }> {
  const keys = await IdentityKeys.fromSeed(new Uint8Array(32).fill(7));
  const database = new Database(path);
  const chats = new Chats({
    database,
    identity: { keys, identity: { peerId: keys.peerId, name: 'Writer', createdAt: 0 } },
    contacts: {
      list: () => [],
      byPeer: () => null,
      assertReachable: () => {
        throw new Error('nobody is asked for');
      },
    },
    clock: Date,
    random: (length) => new Uint8Array(randomBytes(length)),
    downloads: new Downloads('/nonexistent'),
    readSettings: () => defaultSettings.chat,
    onChange: () => undefined,
    left: new LeftWithFriends(database),
  });
  const known = chats.list()[0] ?? chats.makeGroup({ name: 'Diary', mayAdd: 'all', members: [] });
  return { chats, conversationId: known.conversationId };
}

const [path, name] = process.argv.slice(2);
if (import.meta.main && path && name) {
  const { chats, conversationId } = await writer(path);
  for (let at = 0; at < 2_000; at += 1) {
    const text = `${name}-${at}`;
    chats.write(conversationId, { kind: 'text', text, replyTo: null });
    process.stdout.write(`${text}\n`);
  }
}
