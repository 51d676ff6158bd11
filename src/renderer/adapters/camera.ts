// The camera: 720p at 30 frames a second where it can.
import { CapturedDevice } from '#adapters/captured-device';
import type { DeviceList } from '#adapters/device-list';

const format: MediaTrackConstraints = {
  width: { ideal: 1280 },
  height: { ideal: 720 },
  frameRate: { ideal: 30, max: 30 },
};

export const createCamera = (devices: DeviceList): CapturedDevice =>
  new CapturedDevice({ kind: 'video', devices, constraints: () => format });
