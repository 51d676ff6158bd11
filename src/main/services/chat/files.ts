// Messages that name the files of a drop.
import type { NamedFiles } from '#shared/chat-files';
import { readBody } from '#main/services/chat/body-layout';
import { kindCodes } from '#main/services/chat/bodies';
import type { EntryRow } from '#main/services/chat/entry-rows';

/** Null for what names no files, or whose words are not here. */
export function filesOf({ code, body }: Pick<EntryRow, 'code' | 'body'>): NamedFiles | null {
  const said = code === kindCodes.files && body ? readBody('files', body) : null;
  return said?.kind === 'files' ? said.offer : null;
}

/** What it is found by. */
export const wordsOfFiles = ({ files }: NamedFiles): string => files.map(({ path }) => path.join('/')).join(', ');
