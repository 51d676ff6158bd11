// The main services of one person in a process of their own, in a folder that outlives it.
import { join } from 'node:path';
import { fileProtector } from '#main/services/file-protector';
import { openServices, type Services, type ServicesOptions } from '#main/services/services';

export async function openPerson(folder: string, clock?: ServicesOptions['clock']): Promise<Services> {
  return await openServices({
    folder,
    downloadsFolder: join(folder, 'downloads'),
    protector: fileProtector,
    version: '0.0.0-test',
    shell: 'web',
    platform: process.platform,
    profile: 'crash',
    localRendezvous: () => [],
    nearAddresses: () => [],
    ...(clock && { clock }),
  });
}
