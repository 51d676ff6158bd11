// `npm test`: installs what is missing, then static checks, unit tests, end-to-end tests and the NAT laboratory in short; ends
// with one line of totals. `npm test -- --only check|unit|e2e|netlab [file filter…]` runs a part.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import process from 'node:process';
import { check } from './check.mjs';
import { ensureChromium, ensureOpusTools } from './chromium.mjs';
import { inLaboratory, laboratoryObstacle } from './laboratory.mjs';
import { withoutUplink } from './namespace.mjs';
import { build, node, prepare } from './setup.mjs';

const parts = ['check', 'unit', 'e2e', 'netlab'];

function parseArguments(args) {
  const at = args.indexOf('--only');
  if (at < 0) return { only: parts, filters: args };
  const only = (args[at + 1] ?? '').split(',');
  if (only.some((part) => !parts.includes(part))) throw new Error(`--only takes ${parts.join(', ')}.`);
  return { only, filters: args.toSpliced(at, 2) };
}

/** The command without an uplink, said where that cannot be. */
function isolate(project, command) {
  const { isIsolated, ...isolated } = withoutUplink(command);
  if (!isIsolated)
    console.log(`${project}: not isolated from the network, because no network namespace can be made here.`);
  return isolated;
}

/** The failed tests, and the files that could not even load, as they are named to `npm test -- --only`. */
function namesOfFailed(files) {
  return files.flatMap(({ name, status, assertionResults }) => {
    const file = relative(process.cwd(), name);
    const failed = assertionResults
      .filter((test) => test.status === 'failed')
      .map((test) => `${file}: ${test.fullName}`);
    return status === 'failed' && assertionResults.length === 0 ? [file] : failed;
  });
}

/** Runs vitest projects without an uplink and reads its counts; a suite that cannot even load is a failure. */
function vitest(projects, filters, chromium, enter = (command) => isolate(projects[0], command)) {
  const folder = mkdtempSync(join(tmpdir(), 'roundtable-test-'));
  const report = join(folder, 'report.json');
  const args = [
    'node_modules/vitest/vitest.mjs',
    'run',
    ...projects.flatMap((project) => ['--project', project]),
    '--reporter',
    'default',
    '--reporter',
    'json',
    `--outputFile.json=${report}`,
    ...filters,
  ];
  const { command, env } = enter([node, ...args]);
  const [program, ...rest] = command;
  const { status } = spawnSync(program, rest, { stdio: 'inherit', env: { ...env, CHROMIUM: chromium } });
  try {
    const counts = JSON.parse(readFileSync(report, 'utf8'));
    const failures = namesOfFailed(counts.testResults);
    return {
      passed: counts.numPassedTests,
      failed: status === 0 ? failures.length : Math.max(1, failures.length),
      skipped: counts.numPendingTests,
      failures,
    };
  } catch {
    return { passed: 0, failed: 1, skipped: 0 };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Counts as skipped where there can be none. */
function netlab(filters, chromium) {
  const obstacle = laboratoryObstacle();
  if (obstacle !== null) {
    console.log(`netlab: not run: ${obstacle}`);
    return { passed: 0, failed: 0, skipped: 1 };
  }
  return vitest(['netlab'], filters, chromium, (command) => ({ command: inLaboratory(command), env: process.env }));
}

const { only, filters } = parseArguments(process.argv.slice(2));
prepare();
const totals = { passed: 0, failed: 0, skipped: 0 };
const failedTests = [];
const add = ({ passed, failed, skipped = 0, failures = [] }) => {
  failedTests.push(...failures);
  totals.passed += passed;
  totals.failed += failed;
  totals.skipped += skipped;
};
if (only.includes('check')) add(await check());
const needsChromium = only.includes('e2e') || only.includes('netlab');
const chromium = needsChromium ? ensureChromium() : '';
if (only.includes('unit') || only.includes('e2e')) ensureOpusTools();
if (only.includes('unit')) add(vitest(['unit'], filters, chromium));
if (needsChromium) build();
if (only.includes('e2e')) add(vitest(['e2e', 'e2e-alone'], filters, chromium));
if (only.includes('netlab')) add(netlab(filters, chromium));
for (const name of failedTests) console.log(`FAILED ${name}`);
console.log(`${totals.passed} passed, ${totals.failed} failed, ${totals.skipped} skipped`);
process.exit(totals.failed === 0 && totals.passed > 0 ? 0 : 1);
