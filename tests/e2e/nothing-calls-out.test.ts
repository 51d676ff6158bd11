// A first run with the internet question answered "no" (or not yet) contacts nothing but this machine.
import { describe, expect, test } from 'vitest';
import { countOutgoing } from '#tests/support/outgoing-packets';

const canCount = countOutgoing(['true'], 20_000) !== null;
if (!canCount) process.stderr.write('not run: nothing-calls-out, because no network namespace can be made here\n');

describe.skipIf(!canCount)('a first run that was not allowed to reach the internet', () => {
  test('sends no packet and no name look-up beyond loopback', { timeout: 90_000 }, () => {
    const run = countOutgoing([process.execPath, 'tests/support/quiet-first-run.ts'], 80_000);
    expect(run?.output).toContain('sat down');
    expect(run?.status).toBe(0);
    expect(run?.packets).toBe(0);
  });

  test('is measured by a counter that does see a packet', { timeout: 30_000 }, () => {
    const send = "require('node:dgram').createSocket('udp4').send('x', 9, '198.51.100.1', () => process.exit(0))";
    expect(countOutgoing([process.execPath, '-e', send], 20_000)?.packets).toBeGreaterThan(0);
  });
});
