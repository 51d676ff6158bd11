// TypeScript once per layer, each with just the globals that exist where the layer runs.
import { spawnSync } from 'node:child_process';
import process from 'node:process';

const projects = ['tsconfig.json', 'src/shared', 'src/core', 'src/main', 'src/preload', 'tests', 'scripts'];
const failed = projects.filter(
  (project) =>
    spawnSync('tsc', ['-p', project], { stdio: 'inherit', shell: process.platform === 'win32' }).status !== 0,
);
if (failed.length > 0) console.log(`Types do not hold in: ${failed.join(', ')}`);
process.exit(failed.length === 0 ? 0 : 1);
