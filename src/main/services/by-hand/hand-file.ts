// A text carried by hand as a file, for a stick.
import type { Contact } from '#shared/contact';
import { maxNameBytes, offeredName } from '#shared/file-names';
import type { Downloads } from '#main/services/downloads';

const extension = '.roundtable';

export async function writeHandFile(
  text: string,
  { alias, name }: Pick<Contact, 'alias' | 'name'>,
  downloads: Downloads,
): Promise<{ name: string; folder: string }> {
  const stem = offeredName(`For ${alias ?? name}`).slice(0, maxNameBytes / 4);
  const given = await downloads.write(offeredName(`${stem}${extension}`), [Buffer.from(`${text}\n`)]);
  return { name: given, folder: downloads.folder };
}
