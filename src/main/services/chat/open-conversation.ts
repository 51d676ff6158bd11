// One conversation in memory: its logs, its acts, and who belongs to it by them. Built from the rows when first needed.
import type { ConversationId } from '#shared/chat';
import type { PeerId } from '#shared/identity';
import { readBody } from '#main/services/chat/body-layout';
import { isActCode, kindOfCode, referenceOf } from '#main/services/chat/bodies';
import { groupCircle, pairCircle, type Circle } from '#main/services/chat/circle';
import type { ConversationRow } from '#main/services/chat/conversation-rows';
import type { ChatEntry } from '#main/services/chat/entry';
import type { EntryRows } from '#main/services/chat/entry-rows';
import { membershipKey, settleGroup, type GroupAct, type GroupStanding } from '#main/services/chat/group-standing';
import { ConversationLogs } from '#main/services/chat/logs';

export class OpenConversation {
  readonly conversationId: ConversationId;
  readonly kind: ConversationRow['kind'];
  /** The other one of two, or the maker of a group. */
  readonly peerId: PeerId;
  readonly logs: ConversationLogs;
  readonly #self: PeerId;
  readonly #entries: EntryRows;
  readonly #acts: GroupAct[] = [];
  #standing: GroupStanding | null = null;
  #circle: Circle;

  constructor({ conversationId, kind, peerId }: ConversationRow, self: PeerId, entries: EntryRows) {
    this.conversationId = conversationId;
    this.kind = kind;
    this.peerId = peerId;
    this.#self = self;
    this.#entries = entries;
    this.logs = new ConversationLogs(conversationId, entries);
    this.#circle = pairCircle(self, peerId);
    if (kind === 'group') {
      this.#acts.push(...this.#storedActs());
      this.#settle();
    }
  }

  get circle(): Circle {
    return this.#circle;
  }

  /** Null between two people. */
  get standing(): GroupStanding | null {
    return this.#standing;
  }

  get actCount(): number {
    return this.#acts.length;
  }

  /** Whether an act has the effect it says. */
  hasEffect(id: string): boolean {
    return this.#standing?.counting.has(id) ?? false;
  }

  /** Whether somebody went by their own will. */
  hasLeft(peerId: PeerId): boolean {
    const ends = new Set([...(this.#standing?.memberships.values() ?? [])].map(({ end }) => end?.by));
    return this.#acts.some(
      ({ id, author, body }) => author === peerId && body.kind === 'leave' && ends.has(referenceOf(id)),
    );
  }

  /** After an act was kept. Answers whether entries that were here count no more, or count again. */
  takeAct(entry: ChatEntry): boolean {
    if (!entry.body || !isAct(entry.body)) return false;
    this.#acts.push({ ...entry, body: entry.body });
    this.#settle();
    return this.#cut();
  }

  #settle(): void {
    this.#standing = settleGroup(this.peerId, this.#acts);
    this.#circle = groupCircle(this.peerId, this.#standing);
    this.logs.setFloors(this.#circle.floorsOf(this.#self));
  }

  /** What lies beyond the end of a membership does not count. */
  #cut(): boolean {
    let changed = 0;
    for (const log of this.logs.all) {
      const membership = this.#standing?.memberships.get(membershipKey(log.author, log.spell));
      if (!membership || log.logId === null) continue;
      const cut = this.#entries.cutLog(log.logId, membership.end?.[log.stream].sequence ?? Number.MAX_SAFE_INTEGER);
      if (cut > 0) this.#entries.renewTips(log.logId);
      changed += cut;
    }
    if (changed > 0) this.logs.reload();
    return changed > 0;
  }

  #storedActs(): GroupAct[] {
    return this.#entries.acts(this.conversationId).flatMap((row) => {
      const kind = kindOfCode(row.code);
      const body = kind && row.body && isActCode(row.code) ? readBody(kind, row.body) : null;
      if (!body || !isAct(body)) return [];
      const { entry_id: id, author, spell, sequence, lamport } = row;
      return [{ id, author, spell, sequence, lamport, body }];
    });
  }
}

const actKinds: readonly string[] = ['create', 'add', 'remove', 'leave', 'rename', 'share-history'];

function isAct(body: NonNullable<ChatEntry['body']>): body is GroupAct['body'] {
  return actKinds.includes(body.kind);
}
