// A first run with the internet question answered "no" (or not yet) contacts nothing but this machine.
import { describe, expect, test } from 'vitest';
import { watchOutgoing } from '#tests/support/outgoing-packets';

const canWatch = watchOutgoing(['true'], 20_000) !== null;
if (!canWatch) process.stderr.write('not run: nothing-calls-out, because no network namespace can be made here\n');

/** What Debian's Chromium asks for by itself, with any page or none. Nothing of Roundtable's is among them. */
const chromiumOwn = new Set([
  'accounts.google.com',
  'clients2.google.com',
  'clientservices.googleapis.com',
  'content-autofill.googleapis.com',
  'edgedl.me.gvt1.com',
  'optimizationguide-pa.googleapis.com',
  'redirector.gvt1.com',
  'safebrowsing.googleapis.com',
  'safebrowsingohttpgateway.googleapis.com',
  'update.googleapis.com',
  'www.google.com',
  'www.googleapis.com',
]);

describe.skipIf(!canWatch)('a first run that was not allowed to reach the internet', () => {
  test('sends no packet and looks up no name beyond loopback', { timeout: 90_000 }, () => {
    const run = watchOutgoing([process.execPath, 'tests/support/quiet-first-run.ts'], 80_000);
    expect(run?.output).toContain('sat down');
    expect(run?.status).toBe(0);
    expect(run?.packets).toBe(0);
    expect(run?.names.filter((name) => !chromiumOwn.has(name.toLowerCase()))).toEqual([]);
  });

  test('is watched by eyes that do see a packet and a look-up', { timeout: 30_000 }, () => {
    const send = "require('node:dgram').createSocket('udp4').send('x', 9, '198.51.100.1', () => process.exit(0))";
    const look = "require('node:dns').lookup('stun.example.invalid', () => process.exit(0))";
    expect(watchOutgoing([process.execPath, '-e', send], 20_000)?.packets).toBeGreaterThan(0);
    expect(watchOutgoing([process.execPath, '-e', look], 20_000)?.names).toContain('stun.example.invalid');
  });
});
