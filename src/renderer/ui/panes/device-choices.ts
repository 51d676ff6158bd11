// Devices as choices of a list; the empty value follows the system.
import { m } from '#messages/messages';
import type { DevicesState } from '#state/devices.svelte';

export interface Choice {
  readonly value: string;
  readonly label: string;
}

export function deviceChoices(devices: ReturnType<DevicesState['list']>): readonly Choice[] {
  const label = devices.length === 0 ? m.devices.noneFound : m.devices.systemDefault;
  const named = devices.map((device, at) => ({
    value: device.deviceId,
    label: device.label === '' ? m.devices.unnamed(at + 1) : device.label,
  }));
  return [{ value: '', label }, ...named];
}
