// One process per profile. The lock is SQLite's own on a file of its own: the system drops it when the process dies.
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Failure } from '#shared/failure';

interface ProfileLock {
  release(): void;
}

/** Fails `profile-in-use` when another process (or another opening in this one) holds the profile. */
export function lockProfile(folder: string): ProfileLock {
  const file = new DatabaseSync(join(folder, 'profile.lock'), { timeout: 200 });
  try {
    file.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE');
  } catch (error) {
    file.close();
    throw new Failure('profile-in-use', '', { cause: error });
  }
  let isHeld = true;
  return {
    release() {
      if (isHeld) file.close();
      isHeld = false;
    },
  };
}
