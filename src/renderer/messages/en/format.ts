// Numbers and times as English text.
const plural = new Intl.PluralRules('en');

/** `forms.one` for 1, else `forms.other`, with the number in front. */
export function counted(count: number, forms: { one: string; other: string }): string {
  return `${count} ${plural.select(count) === 'one' ? forms.one : forms.other}`;
}

/** 4:12, or 1:02:08 from an hour up. */
export function stopwatch(ms: number): string {
  const seconds = Math.floor(ms / 1_000);
  const padded = (value: number): string => String(value).padStart(2, '0');
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes}:${padded(seconds % 60)}`;
  return `${Math.floor(minutes / 60)}:${padded(minutes % 60)}:${padded(seconds % 60)}`;
}

/** 12 s, 4 min 12 s, 47 min, 1 h 5 min: whole minutes once it is ten of them. */
export function duration(ms: number): string {
  const seconds = Math.floor(ms / 1_000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 10 && seconds % 60 !== 0) return `${minutes} min ${seconds % 60} s`;
  if (minutes < 60) return `${minutes} min`;
  const rest = minutes % 60;
  return rest === 0 ? `${Math.floor(minutes / 60)} h` : `${Math.floor(minutes / 60)} h ${rest} min`;
}

const dayMs = 86_400_000;
const startOfDay = (ms: number): number => new Date(ms).setHours(0, 0, 0, 0);
const daysBetween = (ms: number, nowMs: number): number => Math.round((startOfDay(nowMs) - startOfDay(ms)) / dayMs);

/** As in the system's own settings: 09:41 or 9:41 AM. */
const clockTime = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' });
const weekday = new Intl.DateTimeFormat('en', { weekday: 'short' });
const wholeWeekday = new Intl.DateTimeFormat('en', { weekday: 'long' });
const dayOfYear = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' });
const fullDate = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric' });

/** For the end of a row: 09:41 today, Mon within the week, 3 Mar within the year. */
export function shortTime(ms: number, nowMs: number): string {
  const days = daysBetween(ms, nowMs);
  if (days <= 0) return clockTime.format(ms);
  if (days < 7) return weekday.format(ms);
  return new Date(ms).getFullYear() === new Date(nowMs).getFullYear() ? dayOfYear.format(ms) : fullDate.format(ms);
}

/** For a list: Today 09:41, Yesterday 18:20, Mon 18:20, 3 Mar 18:20. */
export function longTime(ms: number, nowMs: number): string {
  const days = daysBetween(ms, nowMs);
  if (days <= 0) return `Today, ${clockTime.format(ms)}`;
  if (days === 1) return `Yesterday, ${clockTime.format(ms)}`;
  return `${shortTime(ms, nowMs)}, ${clockTime.format(ms)}`;
}

/** 09:41. */
export function dayTime(ms: number): string {
  return clockTime.format(ms);
}

const dayOfWeek = new Intl.DateTimeFormat('en-GB', { weekday: 'long', day: 'numeric', month: 'long' });
const wholeDate = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'long', year: 'numeric' });

/** Between the days of a conversation: Today, Yesterday, Tuesday 3 March, 3 March 2025. */
export function longDay(ms: number, nowMs: number): string {
  const days = daysBetween(ms, nowMs);
  if (days <= 0) return 'Today';
  if (days === 1) return 'Yesterday';
  return (days < 180 ? dayOfWeek : wholeDate).format(ms);
}

/** Within a sentence: today at 09:41, yesterday at 18:20, on 3 Mar at 18:20. */
export function inlineTime(ms: number, nowMs: number): string {
  const days = daysBetween(ms, nowMs);
  const time = clockTime.format(ms);
  if (days <= 0) return `today at ${time}`;
  return days === 1 ? `yesterday at ${time}` : `on ${shortTime(ms, nowMs)} at ${time}`;
}

/** After "since": today at 09:41, yesterday at 18:20, 3 Mar. */
export function sinceTime(ms: number, nowMs: number): string {
  return daysBetween(ms, nowMs) <= 1 ? inlineTime(ms, nowMs) : shortTime(ms, nowMs);
}

/** How long until then: 35 minutes, 23 hours, 6 days. */
export function remaining(ms: number): string {
  const minutes = Math.max(1, Math.round(ms / 60_000));
  if (minutes < 60) return counted(minutes, { one: 'minute', other: 'minutes' });
  const hours = Math.round(minutes / 60);
  if (hours < 48) return counted(hours, { one: 'hour', other: 'hours' });
  return counted(Math.round(hours / 24), { one: 'day', other: 'days' });
}

/** Tuesday. */
export function longWeekday(ms: number): string {
  return wholeWeekday.format(ms);
}

const list = new Intl.ListFormat('en-GB', { type: 'conjunction' });

/** Ada, Bo and Carmen. */
export function listed(names: readonly string[]): string {
  return list.format(names);
}

const sizeUnits = ['B', 'kB', 'MB', 'GB', 'TB'] as const;

/** 0 B, 940 B, 64 kB, 1.2 GB: powers of a thousand, as file managers count; a decimal while there is one digit. */
export function fileSize(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 999.5 && unit < sizeUnits.length - 1) {
    value /= 1_000;
    unit += 1;
  }
  const rounded = unit > 0 && value < 9.95 ? Math.round(value * 10) / 10 : Math.round(value);
  return `${rounded} ${sizeUnits[unit] ?? ''}`;
}
