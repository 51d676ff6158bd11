// Reports: what goes into one, and what comes out of one that may be a stranger's.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { connectionReportLength } from '#shared/connection-verdict';
import { Failure } from '#shared/failure';
import { diagnose } from '#core/doctor/diagnosis';
import { readConnectionReport, writeConnectionReport } from '#core/doctor/report';
import { caseAt, spanOf } from '#core/doctor/replay';
import { recordLimits } from '#core/doctor/record';
import { anyCase } from './any-case';
import { answered, caseOf, end, host, mapped, mine, pathOf, stood, theirs } from './cases';

const app = { version: '0.1.0', shell: 'web', platform: 'linux' } as const;
const code = (text: string): string => {
  try {
    readConnectionReport(text);
    return 'read';
  } catch (reason) {
    return Failure.from(reason).code;
  }
};
const sampled = { ...stood(pathOf(end(mapped), end(mapped))), atMs: 5_000 };

describe('a report', () => {
  test('says the same to whoever opens it', () => {
    fc.assert(
      fc.property(anyCase, (facts) => {
        const opened = readConnectionReport(writeConnectionReport({ app, facts }));
        expect(opened.app).toEqual(app);
        expect(diagnose(opened.facts)).toEqual(diagnose(facts));
      }),
    );
  });

  test('tells no time of day, and begins with its first moment', () => {
    const later = sampled.record.events.map((event) => ({ ...event, atMs: event.atMs + 1_700_000_000_000 }));
    const facts = { ...sampled, atMs: 1_700_000_005_000, record: { ...sampled.record, events: later } };
    const opened = readConnectionReport(writeConnectionReport({ app, facts })).facts;
    expect(opened.record.events[0]?.atMs).toBe(0);
    expect(opened.atMs).toBe(5_000);
  });

  test('leaves out whatever does not belong in it', () => {
    const leaky = { ...app, profile: '/home/ada', peerId: 'a'.repeat(52) };
    const text = writeConnectionReport({ app: leaky, facts: sampled });
    expect(text).not.toMatch(/home|aaaa/);
    const leakyFacts = { ...sampled, name: 'Ada' };
    expect(() => writeConnectionReport({ app, facts: leakyFacts })).toThrow();
  });

  test('holds only words of the lists and numbers', () => {
    fc.assert(
      fc.property(anyCase, (facts) => {
        const text = writeConnectionReport({ app, facts });
        expect(text).not.toMatch(/\d+\.\d+\.\d+\.\d+|[0-9a-f]{1,4}:[0-9a-f]{1,4}:|[a-z2-7]{52}/);
      }),
    );
  });

  test('of full length stays within its size', () => {
    const many = Array.from({ length: recordLimits.events }, () => mine(mapped));
    const sample = {
      atMs: 123_456,
      roundTripMs: 12.345678901234567,
      lossRatio: 0.012345678901234567,
      jitterMs: 1.2345678901234567,
      sentBitsPerSecond: 1_234_567.1234567,
      receivedBitsPerSecond: 1_234_567.1234567,
    };
    const samples = Array.from({ length: recordLimits.samples }, () => sample);
    const text = writeConnectionReport({ app, facts: caseOf(many, { record: { samples } }) });
    expect(text.length).toBeLessThan(connectionReportLength / 2);
    expect(code(text)).toBe('read');
  });
});

describe('a stranger’s file', () => {
  const whole = writeConnectionReport({ app, facts: sampled });

  test.each([
    ['nothing', ''],
    ['no JSON', '{'],
    ['something else', '{"format":"other"}'],
    ['a list', '[]'],
    ['a later version', whole.replace('"version":1', '"version":2')],
    ['something more in it', whole.replace('"case":{', '"case":{"name":"Ada",')],
    ['a prototype in it', whole.replace('"case":{', '"case":{"__proto__":{},')],
    ['an unknown word', whole.replaceAll('"srflx"', '"<b>"')],
    ['a time before its beginning', whole.replace('"atMs":0', '"atMs":-1')],
    ['no finite number', whole.replace('"atMs":0', '"atMs":1e999')],
    ['a depth without end', '['.repeat(100_000)],
    ['more than there can be', `${whole}${' '.repeat(connectionReportLength)}`],
  ])('with %s is refused', (_, text) => {
    expect(code(text)).toBe('report-malformed');
  });

  test('may hold anything: it is read or refused, and nothing else happens', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.json(),
          fc.jsonValue().map((value) => JSON.stringify({ ...JSON.parse(whole), case: value })),
        ),
        (text) => {
          expect(code(text)).toBe('report-malformed');
        },
      ),
    );
  });

  test('with a part cut out or changed is read or refused', () => {
    fc.assert(
      fc.property(fc.nat(whole.length), fc.nat(40), fc.string({ maxLength: 8 }), (at, count, put) => {
        expect(['read', 'report-malformed']).toContain(code(whole.slice(0, at) + put + whole.slice(at + count)));
      }),
    );
  });
});

describe('played back', () => {
  const facts = caseOf([...answered, mine(host), theirs(host), { what: 'closed', code: 'peer-unreachable' }]);

  test('it is at each moment what it was then', () => {
    const said = [-1, 0, 250, 450, 550].map((atMs) => diagnose(caseAt(facts, atMs)).verdict);
    expect(said).toEqual(['not-tried', 'reaching', 'connecting', 'connecting', 'udp-blocked']);
    expect(spanOf(facts)).toEqual({ fromMs: 0, toMs: 60_000 });
  });

  test('its end is the case itself', () => {
    fc.assert(
      fc.property(anyCase, fc.integer(), (any, atMs) => {
        expect(caseAt(any, any.atMs)).toBe(any);
        expect(diagnose(caseAt(any, atMs)).steps).toHaveLength(7);
      }),
    );
  });

  test('the path is the one in use then', () => {
    const path = pathOf(end(mapped), end(mapped));
    const standing = stood(path);
    expect(caseAt(standing, 700).record.path).toBeNull();
    expect(caseAt(standing, 900).record.path).toEqual(path);
  });
});
