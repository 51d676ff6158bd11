// Pulls out and puts back devices, as the browser would tell it; what is plugged in is the browser's own fake devices.

export class Plugs {
  readonly #gone = new Set<string>();
  #refusal: string | null = null;
  #default: string | null = null;

  constructor() {
    const devices = navigator.mediaDevices;
    const enumerate = devices.enumerateDevices.bind(devices);
    const capture = devices.getUserMedia.bind(devices);
    devices.enumerateDevices = async () => {
      const entries = (await enumerate()).filter(({ deviceId }) => !this.#gone.has(deviceId));
      return entries.map((entry) => {
        if (entry.deviceId !== 'default' || this.#default === null) return entry;
        const { deviceId, kind, label } = entry;
        return { deviceId, kind, label, groupId: this.#default, toJSON: () => undefined };
      });
    };
    devices.getUserMedia = async (constraints = {}) => {
      if (this.#refusal !== null) throw new DOMException('refused', this.#refusal);
      for (const wanted of [constraints.audio, constraints.video]) {
        const { deviceId } = typeof wanted === 'object' ? wanted : {};
        const exact = typeof deviceId === 'object' && 'exact' in deviceId ? deviceId.exact : undefined;
        if (typeof exact === 'string' && this.#gone.has(exact)) throw new DOMException('gone', 'OverconstrainedError');
      }
      return await capture(constraints);
    };
  }

  /** The track of the device ends, then the list changes. */
  pull(deviceId: string, track: MediaStreamTrack): void {
    this.#gone.add(deviceId);
    track.stop();
    track.dispatchEvent(new Event('ended'));
    this.#announce();
  }

  putBack(deviceId: string): void {
    this.#gone.delete(deviceId);
    this.#announce();
  }

  changeDefault(groupId: string): void {
    this.#default = groupId;
    this.#announce();
  }

  /** From now on every opening fails with a DOMException of that name; null opens again. */
  refuse(name: string | null): void {
    this.#refusal = name;
  }

  #announce(): void {
    navigator.mediaDevices.dispatchEvent(new Event('devicechange'));
  }
}
