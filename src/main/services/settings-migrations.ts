// Brings settings of an older version up to the present one, a step per version.
import * as v from 'valibot';
import { defaultSettings, Settings, settingsVersion } from '#shared/settings';

const Older = v.looseObject({ files: v.looseObject({}) });

type Shape = Record<string, unknown>;
/** The step at index n turns version n + 1 into version n + 2. */
type SettingsSteps = readonly ((older: Shape) => Shape)[];

const steps: SettingsSteps = [
  (older) => ({ ...older, announcements: { joinedLeft: true, chat: true, reactions: true, hands: true } }),
  (older) => ({ ...older, chat: { typing: true, delivered: true, read: true } }),
  (older) => ({ ...older, files: { uploadLimit: null } }),
  (older) => ({ ...older, muteKeys: null }),
  (older) => ({ ...older, custody: { keeps: false, leaves: true } }),
  // Who stayed on this computer on purpose is not announced to a network.
  (older) => ({ ...older, findNearby: older['reachInternet'] !== 'off' }),
  (older) => {
    const { files } = v.parse(Older, older);
    return { ...older, files: { ...files, downloadLimit: null, limitHours: null, pausesOnMetered: true } };
  },
  (older) => ({ ...older, casts: { lendShare: 0.25, lendsOnMetered: false } }),
  (older) => ({ ...older, relay: { helps: false, megabitsPerSecond: 2, gigabytesAMonth: 10, isHelped: true } }),
  // Who answered before there was a DHT did not agree to it.
  (older) => ({
    ...older,
    findByDht: older['reachInternet'] === 'unanswered',
    dhtNodes: defaultSettings.dhtNodes,
  }),
  (older) => ({ ...older, vault: { mends: false, isMended: true } }),
];

/** The settings, or null when they are of no known version or shape. */
export function migrateSettings(raw: unknown): Settings | null {
  const parsed = v.safeParse(Settings, applySteps(raw, steps, settingsVersion));
  return parsed.success ? parsed.output : null;
}

/** Runs every step from the version found to `target`; null when the version is unknown. */
export function applySteps(raw: unknown, known: SettingsSteps, target: number): Shape | null {
  const found = v.safeParse(
    v.looseObject({ version: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(target)) }),
    raw,
  );
  if (!found.success) return null;
  let shape: Shape = found.output;
  for (let version = found.output.version; version < target; version += 1) {
    const step = known[version - 1];
    if (!step) return null;
    shape = { ...step(shape), version: version + 1 };
  }
  return shape;
}
