// What files may take of the line right now: limits hold always or in some hours, and nothing is given where it costs money, if the
// person says so. A decision only.
import type { Settings } from '#shared/settings';
import type { LineCost } from '#core/ports';

export interface LineUse {
  /** Bytes a second; null for no limit. */
  readonly upload: number | null;
  readonly download: number | null;
  /** Nothing is given at all; what others give goes on. */
  readonly isGivingHeld: boolean;
}

/** @param minute of the day, 0 to 1 439, as the clock on the wall shows it */
export function lineUse(files: Settings['files'], minute: number, cost: LineCost): LineUse {
  const { uploadLimit, downloadLimit, limitHours, pausesOnMetered } = files;
  const isLimited = limitHours === null || isWithin(limitHours, minute);
  return {
    upload: isLimited ? uploadLimit : null,
    download: isLimited ? downloadLimit : null,
    isGivingHeld: pausesOnMetered && cost === 'metered',
  };
}

/** Over midnight where it ends before it begins; all day where both are the same. */
export function isWithin({ from, to }: { readonly from: number; readonly to: number }, minute: number): boolean {
  if (from === to) return true;
  return from < to ? minute >= from && minute < to : minute >= from || minute < to;
}

export function minuteOfDay(nowMs: number): number {
  const now = new Date(nowMs);
  return now.getHours() * 60 + now.getMinutes();
}
