// The report a person may send along with a question: the redacted log, and which Roundtable on which system.
import type { InferOutput } from 'valibot';
import type { AppInfo } from '#shared/contract/self-calls';
import type { Clock } from '#main/services/clock';
import type { Downloads } from '#main/services/downloads';
import type { LogFile } from '#main/services/log-file';

interface ReportSources {
  readonly appInfo: InferOutput<typeof AppInfo>;
  readonly log: Pick<LogFile, 'parts'>;
  readonly downloads: Downloads;
  readonly clock: Clock;
}

export async function writeReport({
  appInfo,
  log,
  downloads,
  clock,
}: ReportSources): Promise<{ name: string; folder: string }> {
  const { version, shell, platform } = appInfo;
  const day = dayOf(clock);
  const name = await downloads.write(
    `roundtable-report-${day}.txt`,
    (function* () {
      yield Buffer.from(`Roundtable ${version}, ${shell}, ${platform}, Node ${process.versions.node}\n\n`);
      yield* log.parts();
    })(),
  );
  return { name, folder: downloads.folder };
}

const dayOf = (clock: Clock): string => new Date(clock.now()).toISOString().slice(0, 10);

/** What the window noted of one connection; it holds nothing to redact. */
export async function writeConnectionReport(
  text: string,
  { downloads, clock }: Pick<ReportSources, 'downloads' | 'clock'>,
): Promise<{ name: string; folder: string }> {
  const name = await downloads.write(`roundtable-connection-${dayOf(clock)}.json`, [Buffer.from(text)]);
  return { name, folder: downloads.folder };
}
