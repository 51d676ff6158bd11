// A case as a text to be shown to others: kinds, codes and figures, and nothing that says who, where or when. Everything in
// it comes out of a fixed list or is a number, so that there is nothing to redact.
import * as v from 'valibot';
import { connectionReportLength } from '#shared/connection-verdict';
import { Failure, failureCodes } from '#shared/failure';
import {
  addressFamilies,
  addressPlaces,
  candidateKinds,
  dtlsStates,
  nearnesses,
  relayTransports,
  transports,
} from '#core/ports/diagnosis';
import { mailboxPhases, mailboxScopes, ways } from '#core/peers/presence';
import { connectionStates, natKinds, recordLimits, signalKinds, type Case } from '#core/doctor/record';

/** Milliseconds since the first thing in the report. */
const Moment = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(1e12));
const Count = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(10_000));
const Figure = v.nullable(v.pipe(v.number(), v.finite(), v.minValue(0), v.maxValue(1e12)));
const Ratio = v.nullable(v.pipe(v.number(), v.minValue(0), v.maxValue(1)));

const candidate = {
  kind: v.picklist(candidateKinds),
  family: v.picklist(addressFamilies),
  place: v.picklist(addressPlaces),
  transport: v.picklist(transports),
};
const End = v.strictObject({ ...candidate, relayBy: v.nullable(v.picklist(relayTransports)) });
const Path = v.strictObject({ local: End, remote: End, nearness: v.picklist(nearnesses) });
const Signal = v.picklist(signalKinds);
const Code = v.picklist(failureCodes);

const Event = v.variant('what', [
  v.strictObject({ atMs: Moment, what: v.literal('attempt'), role: v.picklist(['initiator', 'responder']) }),
  v.strictObject({ atMs: Moment, what: v.literal('sent'), signal: Signal, way: v.picklist(ways) }),
  v.strictObject({ atMs: Moment, what: v.literal('unsent'), signal: Signal, code: Code }),
  v.strictObject({ atMs: Moment, what: v.literal('received'), signal: Signal }),
  v.strictObject({
    atMs: Moment,
    what: v.literal('candidate'),
    side: v.picklist(['mine', 'theirs']),
    candidate: v.strictObject(candidate),
  }),
  v.strictObject({ atMs: Moment, what: v.literal('connection'), state: v.picklist(connectionStates) }),
  v.strictObject({ atMs: Moment, what: v.literal('path'), path: Path }),
  v.strictObject({ atMs: Moment, what: v.picklist(['proving', 'open', 'repairing']) }),
  v.strictObject({ atMs: Moment, what: v.literal('closed'), code: v.nullable(Code) }),
]);

const SampleEntry = v.strictObject({
  atMs: Moment,
  roundTripMs: Figure,
  lossRatio: Ratio,
  jitterMs: Figure,
  sentBitsPerSecond: Figure,
  receivedBitsPerSecond: Figure,
});

const App = v.strictObject({
  version: v.pipe(v.string(), v.regex(/^[\w.+-]{1,32}$/)),
  shell: v.picklist(['desktop', 'web']),
  platform: v.pipe(v.string(), v.regex(/^[a-z0-9]{1,16}$/)),
});

const ConnectionReport = v.strictObject({
  format: v.literal('roundtable-connection-report'),
  version: v.literal(1),
  app: App,
  case: v.strictObject({
    atMs: Moment,
    record: v.strictObject({
      events: v.pipe(v.array(Event), v.maxLength(recordLimits.events)),
      samples: v.pipe(v.array(SampleEntry), v.maxLength(recordLimits.samples)),
      path: v.nullable(Path),
      pairs: v.strictObject({ tried: Count, answered: Count }),
      dtls: v.nullable(v.picklist(dtlsStates)),
      nats: v.strictObject({ mine: v.picklist(natKinds), theirs: v.picklist(natKinds) }),
    }),
    mailboxes: v.pipe(
      v.array(v.strictObject({ scope: v.picklist(mailboxScopes), phase: v.picklist(mailboxPhases) })),
      v.maxLength(8),
    ),
    servers: v.strictObject({ stun: Count, turn: Count, isRelayOnly: v.boolean() }),
    obstacle: v.nullable(v.picklist(['not-accepted', 'key-changed'])),
    isCarried: v.boolean(),
    isByFriend: v.optional(v.boolean(), false),
  }),
});

export type ReportApp = v.InferOutput<typeof App>;

/** Of which app it was, and what was noted. */
export interface OpenedReport {
  readonly app: ReportApp;
  readonly facts: Case;
}

const timed = <T extends { readonly atMs: number }>(items: readonly T[], beganAtMs: number): T[] =>
  items.map((item) => ({ ...item, atMs: Math.max(0, Math.round(item.atMs - beganAtMs)) }));

export function writeConnectionReport({ app, facts }: OpenedReport): string {
  const { events, samples } = facts.record;
  const beganAtMs = Math.min(facts.atMs, events[0]?.atMs ?? Infinity, samples[0]?.atMs ?? Infinity);
  const { version, shell, platform } = app;
  const report = {
    format: 'roundtable-connection-report',
    version: 1,
    app: { version, shell, platform },
    case: {
      ...facts,
      atMs: Math.max(0, Math.round(facts.atMs - beganAtMs)),
      record: { ...facts.record, events: timed(events, beganAtMs), samples: timed(samples, beganAtMs) },
    },
  };
  // Whatever the schema does not know stays here.
  return `${JSON.stringify(v.parse(ConnectionReport, report))}\n`;
}

/** Fails `report-malformed`. The text may be a stranger's. */
export function readConnectionReport(text: string): OpenedReport {
  if (text.length > connectionReportLength) throw new Failure('report-malformed', 'too long');
  const result = v.safeParse(ConnectionReport, parse(text));
  if (!result.success) throw new Failure('report-malformed', 'not a report');
  return { app: result.output.app, facts: result.output.case };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new Failure('report-malformed', 'not JSON', { cause });
  }
}
