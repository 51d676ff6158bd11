// From what a person wants to what their entry says, or the failure that forbids it.
import type { ChatDraft, EntryId, GroupAct } from '#shared/chat';
import { groupMembersMost } from '#shared/chat';
import { Failure } from '#shared/failure';
import type { PeerId } from '#shared/identity';
import {
  kindCodes,
  referenceOf,
  saidCodes,
  type ActBody,
  type LogFloor,
  type LogPlace,
  type SpellEnd,
  type TalkBody,
} from '#main/services/chat/bodies';
import type { LogName } from '#main/services/chat/entry';
import type { EntryRow, EntryRows } from '#main/services/chat/entry-rows';
import { currentMembership, presentMembers, type Membership } from '#main/services/chat/group-standing';
import type { OpenConversation } from '#main/services/chat/open-conversation';
import { voiceOf } from '#main/services/chat/voices';
import { serviceLimits as limits } from '#main/services/service-limits';

/** Fails `chat-refused` when what it is about is not here, not mine, or taken back. */
export function bodyOfDraft(
  draft: ChatDraft,
  rows: EntryRows,
  { conversationId }: OpenConversation,
  self: PeerId,
): TalkBody {
  const saidAt = (id: EntryId, codes: readonly number[]): EntryRow => {
    const row = rows.find(id);
    const isSaid = row?.conversation_id === conversationId && codes.includes(row.code) && row.body !== null;
    if (!isSaid || row.is_hidden !== 0) throw new Failure('chat-refused', 'no such message');
    return row;
  };
  const mine = (id: EntryId, codes: readonly number[]): EntryRow => {
    const row = saidAt(id, codes);
    if (row.author !== self) throw new Failure('chat-refused', 'not mine');
    return row;
  };
  if (draft.kind === 'edit') {
    if (rows.about(mine(draft.target, [kindCodes.text]).entry_id, 33).length >= limits.chatEditsMost)
      throw new Failure('chat-refused', 'edited too often');
  }
  if (draft.kind === 'react') saidAt(draft.target, saidCodes);
  const replyTo = 'replyTo' in draft ? draft.replyTo : null;
  if (replyTo !== null && rows.find(replyTo)?.conversation_id !== conversationId)
    throw new Failure('chat-refused', 'no such message');
  if (draft.kind !== 'withdraw') return draft;
  const spoken = voiceOf(mine(draft.target, saidCodes));
  if (spoken) return { ...draft, also: spoken.pieces };
  const edits = rows.about(draft.target, 33).filter(({ author }) => author === self);
  return { ...draft, also: edits.slice(-limits.chatEditsMost).map(({ entry_id }) => entry_id) };
}

interface ActSight {
  readonly conversation: OpenConversation;
  readonly self: PeerId;
  /** The name of somebody to be added; fails as `assertReachable` does. */
  readonly nameOf: (peerId: PeerId) => string;
}

/** Fails `chat-refused`, `group-full`, or as `nameOf` does. */
export function bodyOfAct(act: GroupAct, { conversation, self, nameOf }: ActSight): ActBody {
  const { standing } = conversation;
  const mine = standing && currentMembership(standing, self);
  if (!standing || !mine) throw new Failure('chat-refused', 'not a member');
  if (conversation.actCount >= limits.groupActs - (act.kind === 'leave' ? 0 : 1))
    throw new Failure('chat-refused', 'too many acts');
  const theirs = 'peerId' in act ? currentMembership(standing, act.peerId) : null;
  switch (act.kind) {
    case 'add':
      if (theirs || (act.isChosen && mine.rank !== 0) || !mayAdd(mine, standing.mayAdd))
        throw new Failure('chat-refused');
      return addition(act, conversation, nameOf);
    case 'remove':
      if (!theirs || !mayRemove(mine, theirs)) throw new Failure('chat-refused');
      return { kind: 'remove', peerId: act.peerId, ends: endsOf(act.peerId, conversation) };
    case 'leave':
      return { kind: 'leave', talk: endOf(conversation, { author: self, spell: mine.spell, stream: 'talk' }) };
    case 'rename':
      return { kind: 'rename', name: act.name };
    case 'share-history':
      if (!theirs) throw new Failure('chat-refused');
      return { kind: 'share-history', peerId: act.peerId, spells: [theirs.spell] };
  }
}

export const mayAdd = ({ rank }: Membership, setting: 'all' | 'chosen'): boolean => rank < 2 || setting === 'all';
export const mayRemove = (one: Membership, other: Membership): boolean => one.rank < 2 && one.rank < other.rank;

function addition(
  act: Extract<GroupAct, { kind: 'add' }>,
  conversation: OpenConversation,
  nameOf: (peerId: PeerId) => string,
): ActBody {
  const { logs, standing, circle } = conversation;
  if (circle.present.length >= groupMembersMost) throw new Failure('group-full');
  const floors = logs.all
    .filter(({ stream, tips }) => stream === 'talk' && tips.length > 0)
    .map((log): LogFloor => ({ author: log.author, spell: log.spell, ...endOf(conversation, log) }));
  if (floors.length > limits.groupSpells) throw new Failure('group-full', 'too many memberships');
  const past = standing?.removalsOf.get(act.peerId) ?? [];
  return {
    kind: 'add',
    peerId: act.peerId,
    name: nameOf(act.peerId),
    isChosen: act.isChosen,
    past: past.slice(-limits.groupPastMost),
    floors,
  };
}

function endsOf(peerId: PeerId, conversation: OpenConversation): SpellEnd[] {
  const lasting = presentMembers(conversation.standing ?? nobody).filter((membership) => membership.peerId === peerId);
  return lasting.slice(0, 16).map(({ spell }) => ({
    spell,
    acts: endOf(conversation, { author: peerId, spell, stream: 'acts' }),
    talk: endOf(conversation, { author: peerId, spell, stream: 'talk' }),
  }));
}

const nobody = {
  isFounded: false,
  name: '',
  mayAdd: 'chosen',
  counting: new Set<string>(),
  memberships: new Map(),
  removalsOf: new Map(),
  voided: new Map(),
} as const;

function endOf({ logs }: OpenConversation, name: LogName): LogPlace {
  const tip = logs.get(name)?.tips[0];
  return tip
    ? { sequence: tip.sequence, reference: referenceOf(tip.entry_id) }
    : { sequence: 0, reference: '0'.repeat(32) };
}
