// The settings file: read once, checked, migrated, written whole. A damaged one is kept aside and defaults take over.
import { join } from 'node:path';
import * as v from 'valibot';
import { Failure } from '#shared/failure';
import { defaultSettings, Settings, type SettingsPatch } from '#shared/settings';
import { moveAside, readSmallFile, writeFileAtomic } from '#main/services/atomic-file';
import type { Clock } from '#main/services/clock';
import { parsePeerServer } from '#main/services/peer-server-address';
import { serviceLimits } from '#main/services/service-limits';
import { migrateSettings } from '#main/services/settings-migrations';

export class SettingsStore {
  readonly #path: string;
  readonly #clock: Clock;
  #settings = defaultSettings;
  #warning: 'settings-damaged' | null = null;
  #queue: Promise<unknown> = Promise.resolve();

  constructor(folder: string, clock: Clock) {
    this.#path = join(folder, 'settings.json');
    this.#clock = clock;
  }

  get settings(): Settings {
    return this.#settings;
  }

  /** Said until the program ends, so that a window opened later hears of it too. */
  get warning(): 'settings-damaged' | null {
    return this.#warning;
  }

  /** Never rejects: what cannot be read becomes defaults and a warning, and stays on disk under another name. */
  async load(): Promise<void> {
    try {
      const bytes = await readSmallFile(this.#path, serviceLimits.settingsFileBytes);
      if (bytes === null) return;
      const read = migrateSettings(JSON.parse(bytes.toString('utf8')));
      if (!read) throw new Failure('settings-damaged');
      this.#settings = read;
    } catch {
      this.#warning = 'settings-damaged';
      await moveAside(this.#path, this.#clock.now()).catch(() => undefined);
    }
  }

  /** Changes what the patch names. Fails `rendezvous-address-wrong` for a server address that is none. */
  async save(patch: SettingsPatch): Promise<Settings> {
    const write = async (): Promise<Settings> => {
      const named = Object.entries(patch).filter(([, value]) => value !== undefined);
      const parsed = v.safeParse(Settings, { ...this.#settings, ...Object.fromEntries(named) });
      if (!parsed.success) throw new Failure('input-invalid', parsed.issues[0].message);
      const { ownPeerServers, publicPeerServers, portRange } = parsed.output;
      for (const address of [...ownPeerServers, ...publicPeerServers]) parsePeerServer(address);
      if (portRange && portRange.min > portRange.max) throw new Failure('input-invalid', 'port range');
      await writeFileAtomic(this.#path, `${JSON.stringify(parsed.output, null, 2)}\n`);
      this.#settings = parsed.output;
      return parsed.output;
    };
    const done = this.#queue.then(write, write);
    this.#queue = done.catch(() => undefined);
    return await done;
  }
}
