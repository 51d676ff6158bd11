// A conversation as the list shows it: with whom, what stands in the way of writing, what is unread, what was said last.
import type { ChatMessage, Conversation, GroupMember } from '#shared/chat';
import { Failure, type FailureCode } from '#shared/failure';
import type { PeerId } from '#shared/identity';
import type { ConversationRow } from '#main/services/chat/conversation-rows';
import type { WordsLeft } from '#main/services/chat/words-left';
import { mayAdd, mayRemove } from '#main/services/chat/drafts';
import { currentMembership, presentMembers } from '#main/services/chat/group-standing';
import type { MarkRows } from '#main/services/chat/mark-rows';
import type { OpenConversation } from '#main/services/chat/open-conversation';
import type { Contacts } from '#main/services/contacts';

interface Sight {
  readonly row: ConversationRow;
  readonly open: OpenConversation;
  readonly self: PeerId;
  readonly contacts: Pick<Contacts, 'byPeer' | 'assertReachable'>;
  readonly marks: MarkRows;
  readonly left: Pick<WordsLeft, 'isFull'>;
  readonly last: ChatMessage | null;
}

export function conversationView({ row, open, self, contacts, marks, left, last }: Sight): Conversation {
  const { conversationId, kind, peerId, isMuted, readArrival, lastAt } = row;
  const contact = kind === 'person' ? contacts.byPeer(peerId) : null;
  return {
    conversationId,
    kind,
    contactId: contact?.contactId ?? null,
    peerId: kind === 'person' ? peerId : null,
    name: contact?.name ?? row.name,
    ...membersView(open, self),
    obstacle: obstacleOf(open, self, contacts),
    isMuted,
    unread: marks.countUnread(conversationId, self, readArrival),
    waiting: marks.countWaiting(conversationId, self),
    isCustodyFull: kind === 'person' && left.isFull(peerId),
    last,
    lastAtMs: lastAt,
  };
}

/** Why I can write nothing, or null. */
export function obstacleOf(
  open: OpenConversation,
  self: PeerId,
  contacts: Pick<Contacts, 'assertReachable'>,
): FailureCode | null {
  if (open.kind === 'group') {
    if (open.circle.spellOf(self) !== null) return null;
    return open.hasLeft(self) ? 'group-left' : 'group-removed';
  }
  try {
    contacts.assertReachable(open.peerId);
    return null;
  } catch (error) {
    return Failure.from(error).code;
  }
}

function membersView({ standing, circle }: OpenConversation, self: PeerId) {
  if (!standing) return { members: [], mayAdd: 'all' as const, iMayAdd: false };
  const mine = currentMembership(standing, self);
  const present = presentMembers(standing);
  const members = circle.present.flatMap((peerId): GroupMember[] => {
    const membership = currentMembership(standing, peerId);
    if (!membership) return [];
    return [
      {
        peerId,
        name: membership.name,
        isChosen: membership.rank === 1,
        isMaker: membership.rank === 0,
        isRemovable: mine !== null && mayRemove(mine, membership),
        readsAll: present.some((one) => one.peerId === peerId && one.floors === null),
      },
    ];
  });
  return { members, mayAdd: standing.mayAdd, iMayAdd: mine !== null && mayAdd(mine, standing.mayAdd) };
}
