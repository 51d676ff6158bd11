// The whole laboratory, or the cases and faults named: `[--json] [--runs N] [CASE or FAULT …]`. Runs in the laboratory's own world
// (scripts/netlab.mjs).
/* eslint-disable no-console -- a program for the terminal */
import { parseArgs } from 'node:util';
import { cases } from '#tests/netlab/cases';
import { runFault, type FaultResult } from '#tests/netlab/fault';
import { faults } from '#tests/netlab/faults';
import { runCase, type CaseResult } from '#tests/netlab/matrix';
import { People } from '#tests/netlab/people';
import { describeCase, describeFault, summarizeLaboratory } from '#tests/netlab/report';

const { values, positionals } = parseArgs({
  options: { json: { type: 'boolean', default: false }, runs: { type: 'string', default: '1' } },
  allowPositionals: true,
});
const runs = Number(values.runs);
const known = [...cases, ...faults].map(({ name }) => name);
const unknown = positionals.filter((name) => !known.includes(name));
if (unknown.length > 0 || !Number.isInteger(runs) || runs < 1 || runs > 50) {
  console.error(`Usage: npm run netlab [-- --json] [--runs 1-50] [NAME …]\nNames: ${known.join(', ')}`);
  process.exit(2);
}
const isWanted = ({ name }: { name: string }): boolean => positionals.length === 0 || positionals.includes(name);

/** Runs one after the other, told as they end; one that breaks the laboratory itself is said and counts as failed. */
async function runAll<One extends { name: string }, Result>(
  list: readonly One[],
  run: (one: One) => Promise<Result>,
  describe: (result: Result) => Record<string, string>,
): Promise<{ results: Result[]; broken: number }> {
  const results: Result[] = [];
  let broken = 0;
  for (const one of list.filter(isWanted).flatMap((wanted) => Array.from({ length: runs }, () => wanted))) {
    try {
      const result = await run(one);
      results.push(result);
      console.log(Object.values(describe(result)).join(' · '));
    } catch (reason) {
      broken += 1;
      console.error(`${one.name}: ${reason instanceof Error ? reason.message : String(reason)}`);
    }
  }
  if (results.length > 0) console.table(results.map(describe));
  return { results, broken };
}

const people = await People.meet();
const called = await runAll<(typeof cases)[number], CaseResult>(cases, (one) => runCase(people, one), describeCase);
const struck = await runAll<(typeof faults)[number], FaultResult>(
  faults,
  (fault) => runFault(people, fault),
  describeFault,
);
people.remove();
const report = summarizeLaboratory(called.results, struck.results);
const isWhole = called.broken === 0 && struck.broken === 0;
if (values.json) console.log(JSON.stringify({ ...report, ok: report.ok && isWhole }));
process.exit(isWhole ? 0 : 1);
