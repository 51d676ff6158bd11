// Which person runs here: the profile's name and the folder that holds everything of that profile.
import { homedir } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';

export const defaultProfile = 'default';
const profileName = /^[A-Za-z0-9][A-Za-z0-9_-]{0,31}$/;

export const isProfileName = (name: string): boolean => profileName.test(name);

export interface Surroundings {
  readonly platform: NodeJS.Platform;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly home: string;
}

const here = (): Surroundings => ({ platform: process.platform, env: process.env, home: homedir() });

/** An environment folder counts only when absolute (XDG Base Directory Specification). */
const absolute = (folder: string | undefined, otherwise: string): string =>
  folder !== undefined && isAbsolute(folder) ? folder : otherwise;

/** The platform's place for data of this machine, one folder per profile. `folder` replaces all of it. */
export function profileFolder(
  profile: string,
  folder: string | null,
  { platform, env, home }: Surroundings = here(),
): string {
  const given = folder ?? env['ROUNDTABLE_FOLDER'];
  if (given !== undefined && given !== '') return resolve(given);
  switch (platform) {
    case 'win32':
      return join(absolute(env['LOCALAPPDATA'], join(home, 'AppData', 'Local')), 'Roundtable', profile);
    case 'darwin':
      return join(home, 'Library', 'Application Support', 'Roundtable', profile);
    default:
      return join(absolute(env['XDG_DATA_HOME'], join(home, '.local', 'share')), 'roundtable', profile);
  }
}

const firstPort = 9720;
const ports = 200;

/** The same port for the same profile each time, so that the browser remembers its permissions. Others may have it. */
export function profilePort(profile: string): number {
  let hash = 0;
  for (const character of profile) hash = (hash * 31 + (character.codePointAt(0) ?? 0)) % ports;
  return profile === defaultProfile ? firstPort : firstPort + 1 + (hash % (ports - 1));
}
