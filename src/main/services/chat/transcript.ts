// A conversation as a text file for its owner to keep.
import type { ChatMessage, Conversation, MessageContent } from '#shared/chat';
import type { PeerId } from '#shared/identity';

interface Sight {
  readonly conversation: Conversation;
  readonly self: PeerId;
  readonly selfName: string;
  readonly nameOf: (peerId: PeerId) => string | null;
}

export function* transcript(messages: Iterable<ChatMessage>, sight: Sight): Generator<Uint8Array> {
  yield Buffer.from(`${sight.conversation.name}\n\n`);
  for (const message of messages) yield Buffer.from(`${line(message, sight)}\n`);
}

function line({ from, sentAtMs, content, isEdited, name, reactions }: ChatMessage, sight: Sight): string {
  const time = new Date(sentAtMs).toISOString().slice(0, 16).replace('T', ' ');
  const who = from === sight.self ? sight.selfName : (sight.nameOf(from) ?? name ?? sight.conversation.name);
  const marks = reactions.map(({ reaction, by }) => `${reaction} ${by.length}`).join(', ');
  // Further lines are indented, so that nobody can write a line that looks like another's.
  const said = wordsOf(content).replaceAll('\n', '\n    ');
  return `${time} ${who}: ${said}${isEdited ? ' (edited)' : ''}${marks === '' ? '' : ` [${marks}]`}`;
}

function wordsOf(content: MessageContent): string {
  switch (content.kind) {
    case 'text':
      return content.text;
    case 'voice': {
      const seconds = Math.round(content.durationMs / 1_000);
      return `(voice message, ${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')})`;
    }
    case 'files': {
      const { files, fileCount, bytes } = content.offer;
      const names = files.map(({ path }) => path.join('/')).join(', ');
      const more = fileCount > files.length ? ` and ${fileCount - files.length} more` : '';
      return `(${fileCount === 1 ? 'file' : `${fileCount} files`}: ${names}${more}; ${bytes} bytes)`;
    }
    case 'withdrawn':
      return '(taken back)';
    case 'missing':
      return '(words missing)';
    case 'call':
      return content.video ? '(video call)' : '(call)';
    case 'missed-call':
      return content.video ? '(missed video call)' : '(missed call)';
    case 'act':
      return `(${actWords(content.act)})`;
  }
}

function actWords(act: Extract<MessageContent, { kind: 'act' }>['act']): string {
  switch (act.kind) {
    case 'created':
      return `made the group ${act.name}`;
    case 'added':
      return `added ${act.name}`;
    case 'removed':
      return `removed ${act.name}`;
    case 'left':
      return 'left';
    case 'renamed':
      return `renamed the group to ${act.name}`;
    case 'history-shared':
      return `let ${act.name} read what was written before`;
  }
}
