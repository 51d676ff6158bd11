// Runs a command in a network namespace that has only the loopback interface, so that nothing can call out.
import { spawnSync } from 'node:child_process';
import process from 'node:process';

const inside = 'ROUNDTABLE_IN_NAMESPACE';

function works(unshareArgs) {
  return spawnSync('unshare', [...unshareArgs, 'ip', 'link', 'set', 'lo', 'up'], { stdio: 'ignore' }).status === 0;
}

/** The command that runs `command` without an uplink, or itself with `isIsolated: false` where namespaces cannot be made. */
export function withoutUplink(command) {
  const env = { ...process.env };
  if (env[inside]) return { command, env, isIsolated: true };
  const unshareArgs = process.platform !== 'linux' ? null : [['-n'], ['-r', '-n']].find(works);
  if (!unshareArgs) return { command, env, isIsolated: false };
  env[inside] = '1';
  const script = 'ip link set lo up && exec "$@"';
  return { command: ['unshare', ...unshareArgs, 'sh', '-c', script, 'sh', ...command], env, isIsolated: true };
}
