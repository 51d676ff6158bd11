// `npm test`: installs what is missing, then static checks, unit tests and end-to-end tests; ends with one line of totals.
// `npm test -- --only check|unit|e2e [file filter…]` runs a part.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { check } from './check.mjs';
import { ensureChromium, ensureOpusTools } from './chromium.mjs';
import { withoutUplink } from './namespace.mjs';
import { build, node, prepare } from './setup.mjs';

const parts = ['check', 'unit', 'e2e'];

function parseArguments(args) {
  const at = args.indexOf('--only');
  if (at < 0) return { only: parts, filters: args };
  const only = (args[at + 1] ?? '').split(',');
  if (only.some((part) => !parts.includes(part))) throw new Error(`--only takes ${parts.join(', ')}.`);
  return { only, filters: args.toSpliced(at, 2) };
}

/** Runs one vitest project without an uplink and reads its counts; a suite that cannot even load is a failure. */
function vitest(project, filters, chromium) {
  const folder = mkdtempSync(join(tmpdir(), 'roundtable-test-'));
  const report = join(folder, 'report.json');
  const args = [
    'node_modules/vitest/vitest.mjs',
    'run',
    '--project',
    project,
    '--reporter',
    'default',
    '--reporter',
    'json',
    `--outputFile.json=${report}`,
    ...filters,
  ];
  const { command, env, isIsolated } = withoutUplink([node, ...args]);
  if (!isIsolated)
    console.log(`${project}: not isolated from the network, because no network namespace can be made here.`);
  const [program, ...rest] = command;
  const { status } = spawnSync(program, rest, { stdio: 'inherit', env: { ...env, CHROMIUM: chromium } });
  try {
    const counts = JSON.parse(readFileSync(report, 'utf8'));
    const failed =
      counts.numFailedTests +
      counts.testResults.filter((file) => file.status === 'failed' && file.assertionResults.length === 0).length;
    return {
      passed: counts.numPassedTests,
      failed: status === 0 ? failed : Math.max(1, failed),
      skipped: counts.numPendingTests,
    };
  } catch {
    return { passed: 0, failed: 1, skipped: 0 };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const { only, filters } = parseArguments(process.argv.slice(2));
prepare();
const totals = { passed: 0, failed: 0, skipped: 0 };
const add = ({ passed, failed, skipped = 0 }) => {
  totals.passed += passed;
  totals.failed += failed;
  totals.skipped += skipped;
};
if (only.includes('check')) add(await check());
const chromium = only.includes('e2e') ? ensureChromium() : '';
if (only.includes('unit') || only.includes('e2e')) ensureOpusTools();
if (only.includes('unit')) add(vitest('unit', filters, chromium));
if (only.includes('e2e')) {
  build();
  add(vitest('e2e', filters, chromium));
}
console.log(`${totals.passed} passed, ${totals.failed} failed, ${totals.skipped} skipped`);
process.exit(totals.failed === 0 && totals.passed > 0 ? 0 : 1);
