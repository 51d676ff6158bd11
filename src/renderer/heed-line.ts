// Keeps drops to what the person allows of their line: when they change it, when an hour begins or ends, and when the line changes.
import type { Settings } from '#shared/settings';
import type { Scope } from '#core/base/scope';
import type { ReadableStore } from '#core/base/store';
import { lineUse, minuteOfDay } from '#core/drop/line-policy';
import type { Drops } from '#core/drop/drops';
import type { Clock, Host, LineCost } from '#core/ports';

export interface HeedLineDeps {
  readonly host: Pick<Host, 'on' | 'readSettings'>;
  readonly drops: Pick<Drops, 'limitUpload' | 'limitDownload' | 'holdGiving'>;
  readonly lineCost: ReadableStore<LineCost>;
  readonly clock: Clock;
  readonly scope: Scope;
}

const againMs = 20_000;

export function heedLine({ host, drops, lineCost, clock, scope }: HeedLineDeps): void {
  let files: Settings['files'] | null = null;
  let said = '';
  const heed = (): void => {
    if (!files) return; // without a limit then
    const use = lineUse(files, minuteOfDay(clock.now()), lineCost.snapshot);
    if (JSON.stringify(use) === said) return;
    said = JSON.stringify(use);
    drops.limitUpload(use.upload);
    drops.limitDownload(use.download);
    drops.holdGiving(use.isGivingHeld);
  };
  const take = (settings: Settings): void => {
    ({ files } = settings);
    heed();
  };
  let cancel = (): void => undefined;
  const wait = (): void => {
    cancel = clock.after(againMs, () => {
      heed();
      wait();
    });
  };
  wait();
  scope.onEnd(() => cancel());
  scope.onEnd(host.on('settingsChanged', take));
  scope.onEnd(lineCost.onChange(heed));
  void host.readSettings().then(
    ({ settings }) => take(settings),
    () => undefined,
  );
}
