// The program of one person who writes messages: main's services and the core's links and chat, in plain Node, a database on the disk behind
// them. Started with the folder of the profile and a folder for sockets.
import { systemClock } from '#adapters/system-clock';
import { Scope } from '#core/base/scope';
import { Chat } from '#core/chat/chat';
import type { Host } from '#core/ports';
import { createHandlers } from '#main/handlers';
import type { ShellActions } from '#main/shell-actions';
import type { PeerId } from '#shared/identity';
import { answerFor } from '#tests/support/crash/answering';
import { openPerson } from '#tests/support/crash/open-person';
import { linksOf } from '#tests/support/crash/process-links';

const [, , folder = '', socketFolder = ''] = process.argv;
const scope = new Scope();

const services = await openPerson(folder);
const { identity, contacts, chats, events } = services;
if (identity.state.state !== 'ready') await identity.create('Somebody');
const self = identity.keys.peerId;

const host = {
  ...createHandlers(services, {} as unknown as ShellActions), // sound: chat asks the shell for nothing
  on: (name: string, listener: (payload: unknown) => void) => {
    events.on(name as 'chatsChanged', listener);
    return () => events.off(name as 'chatsChanged', listener);
  },
} as unknown as Host; // sound: chat uses these calls and events as main has them
const links = linksOf(self, socketFolder, scope);
const chat = new Chat({ host, peers: links.peers, clock: systemClock, scope });
links.begin();

const conversationWith = (other: PeerId) => chats.list().find(({ peerId }) => peerId === other);

answerFor({
  ...links.calls,
  know: (other: PeerId) => {
    if (!contacts.byPeer(other)) contacts.addAccepted(other, 'Somebody else');
    links.know(other);
  },
  write: ({ to, count }: { to: PeerId; count: number }) => {
    const found = conversationWith(to);
    if (!found) throw new Error('no conversation');
    for (let at = 0; at < count; at += 1)
      chats.write(found.conversationId, { kind: 'text', text: `message ${at} of an absence`, replyTo: null });
  },
  /** Answers once so many messages of theirs are here, as the list of conversations shows it. */
  heard: async ({ from, count }: { from: PeerId; count: number }) =>
    await new Promise<void>((resolve) => {
      const look = (): void => {
        if ((chat.store.snapshot.find(({ peerId }) => peerId === from)?.unread ?? 0) < count) return;
        off();
        resolve();
      };
      const off = chat.store.onChange(look);
      look();
    }),
  /** The processor time and the most memory of this process, ms and bytes. */
  used: () => {
    const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
    return { cpuMs: (userCPUTime + systemCPUTime) / 1_000, mostBytes: maxRSS * 1024 };
  },
});
