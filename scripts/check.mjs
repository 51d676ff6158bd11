// Every static check in one command: types by layer, Svelte, lint, layers and cycles, dead code, format.
import { cpus } from 'node:os';
import process from 'node:process';
import { pathToFileURL } from 'node:url';
import { spawn } from 'node:child_process';
import { prepare } from './setup.mjs';

// The longest first: the others run beside it.
const checks = [
  { name: 'lint', command: 'eslint', args: ['.', '--max-warnings', '0'] },
  { name: 'types', command: 'node', args: ['scripts/types.mjs'] },
  {
    name: 'svelte',
    command: 'svelte-check',
    args: ['--tsconfig', 'src/renderer/tsconfig.json', '--fail-on-warnings', '--output', 'human'],
  },
  {
    name: 'layers',
    command: 'depcruise',
    args: ['src', '--config', '.dependency-cruiser.cjs', '--output-type', 'err'],
  },
  { name: 'dead-code', command: 'knip', args: ['--no-progress'] },
  { name: 'format', command: 'prettier', args: ['--check', '--log-level', 'warn', '.'] },
];

function run({ name, command, args }) {
  return new Promise((resolve) => {
    const startedAt = Date.now();
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], shell: process.platform === 'win32' });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
    child.on('error', (error) => resolve({ name, isPassed: false, output: String(error), startedAt }));
    child.on('close', (code) => resolve({ name, isPassed: code === 0, output, startedAt }));
  });
}

/** Runs the checks, two at a time at most, and prints each with its time; answers how many passed and failed. */
export async function check() {
  const waiting = [...checks];
  const results = [];
  const lane = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const result = await run(next);
      results.push(result);
      const seconds = ((Date.now() - result.startedAt) / 1000).toFixed(1);
      console.log(`${result.isPassed ? 'ok    ' : 'FAILED'} ${result.name} (${seconds} s)`);
      if (!result.isPassed) console.log(result.output.trim());
    }
  };
  await Promise.all(Array.from({ length: Math.min(2, cpus().length) }, lane));
  const failures = results.filter((result) => !result.isPassed).map(({ name }) => `check: ${name}`);
  return { passed: results.length - failures.length, failed: failures.length, failures };
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  prepare();
  const { failed } = await check();
  process.exit(failed === 0 ? 0 : 1);
}
