// The devices that are plugged in, and a notice when they or the system's default change.
import { Store } from '#core/base/store';
import type { Device, Devices } from '#core/ports';
import { mediaDevices } from '#adapters/capture';

/** Entries that stand for another one of the list. */
const aliases: readonly string[] = ['default', 'communications'];

type InputKind = 'audioinput' | 'videoinput';

export class DeviceList {
  readonly store = new Store<Devices>({ microphones: [], speakers: [], cameras: [] });
  readonly #entries = new Store<readonly MediaDeviceInfo[]>([]);

  constructor() {
    mediaDevices()?.addEventListener('devicechange', () => {
      void this.refresh();
    });
    void this.refresh();
  }

  /** Names appear only after the first device was opened, so that is a reason to look again. */
  async refresh(): Promise<void> {
    const entries =
      (await mediaDevices()
        ?.enumerateDevices()
        .catch(() => null)) ?? null;
    if (!entries) return;
    const next: Devices = {
      microphones: devicesOf(entries, 'audioinput'),
      speakers: devicesOf(entries, 'audiooutput'),
      cameras: devicesOf(entries, 'videoinput'),
    };
    if (JSON.stringify(next) !== JSON.stringify(this.store.snapshot)) this.store.set(next);
    this.#entries.set(entries);
  }

  /** After every change of devices, whether or not the list looks different. */
  onChange(listener: () => void): () => void {
    return this.#entries.onChange(listener);
  }

  has(kind: MediaDeviceKind, deviceId: string): boolean {
    return this.#entries.snapshot.some((entry) => entry.kind === kind && entry.deviceId === deviceId);
  }

  /** Whether it may be there: without the permission to use a device its kind shows nameless, or not at all. */
  mayHave(kind: MediaDeviceKind, deviceId: string): boolean {
    const named = this.#entries.snapshot.filter((entry) => entry.kind === kind && entry.deviceId !== '');
    return named.length === 0 || named.some((entry) => entry.deviceId === deviceId);
  }

  /** What the system's default is now, as a name to compare with; null where the browser does not tell. */
  defaultDevice(kind: InputKind): string | null {
    const entry = this.#entries.snapshot.find((one) => one.kind === kind && one.deviceId === 'default');
    return entry ? `${entry.groupId} ${entry.label}` : null;
  }
}

function devicesOf(entries: readonly MediaDeviceInfo[], kind: MediaDeviceKind): Device[] {
  return entries
    .filter((entry) => entry.kind === kind && entry.deviceId !== '' && !aliases.includes(entry.deviceId))
    .map(({ deviceId, label }) => ({ deviceId, label }));
}
