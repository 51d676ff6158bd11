// What two sides tell each other of the conversations they share (docs/protocol/chat.md). Entries are opaque here; main judges.
import * as v from 'valibot';
import { ChatDigests, ChatMarks, ChatVector, ConversationId } from '#shared/chat';

const conversation = { conversationId: ConversationId };

export const chatMessages = {
  /** What I have of what we share, in one number each. */
  'chat.digests': v.strictObject({ digests: v.pipe(ChatDigests, v.maxLength(100)) }),
  /** This is what I have: hand me what I lack. */
  'chat.want': v.strictObject({ ...conversation, vector: ChatVector }),
  /**
   * `isNews`: said now, and not asked for. `isLast` of what was asked for; with `isComplete` there is no more, else the asker
   * asks again from where it is then.
   */
  'chat.entries': v.strictObject({
    ...conversation,
    entries: v.pipe(v.array(v.pipe(v.instance(Uint8Array), v.minLength(1))), v.maxLength(64)),
    isNews: v.boolean(),
    isLast: v.boolean(),
    isComplete: v.boolean(),
  }),
  /** How far I have received and read what you wrote. */
  'chat.marks': v.strictObject({ marks: ChatMarks }),
  'chat.typing': v.strictObject(conversation),
} as const;
