// How busy the whole machine is (W3C Compute Pressure Level 1). A browser tells it to a page that is in front or uses a microphone or camera.
import type { Pressure } from '#adapters/camera-effort';

interface PressureRecord {
  readonly state: Pressure;
}

interface PressureObserver {
  observe(source: 'cpu', options: { sampleInterval: number }): Promise<void>;
  disconnect(): void;
}

type PressureObserverConstructor = new (callback: (records: readonly PressureRecord[]) => void) => PressureObserver;

const everyMs = 1_000;

/** Tells the last known pressure once a second until the returned function is called; never where the browser does not say. */
export function watchPressure(onPressure: (pressure: Pressure) => void): () => void {
  const { PressureObserver: Observer } = globalThis as { PressureObserver?: PressureObserverConstructor };
  if (!Observer) return () => undefined;
  let last: Pressure | null = null;
  const observer = new Observer((records) => {
    last = records.at(-1)?.state ?? last;
  });
  observer.observe('cpu', { sampleInterval: everyMs }).catch(() => undefined); // refused or unknown here: nothing is told
  const timer = setInterval(() => {
    if (last) onPressure(last);
  }, everyMs);
  return () => {
    clearInterval(timer);
    observer.disconnect();
  };
}
