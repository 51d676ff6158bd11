import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LogFile } from '#main/services/log-file';
import { redact } from '#main/services/redaction';
import { createHandlers } from '#main/handlers';
import { befriend, person, temporaryFolder, testClock } from './people';
import { noShell } from './no-shell';

const peerId = 'oymx5bdm6mwpxtdvetrgn4jalitj73e3xdiguuzz5xfyjr7kdu7a';
const sdp =
  'v=0\r\no=- 46117 2 IN IP4 203.0.113.7\r\na=ice-ufrag:x7Fq\r\na=ice-pwd:aVeryLongPasswordOfIce00\r\na=fingerprint:sha-256 AB:CD';

describe('what is written to the log', () => {
  test.each([
    ['a peer id', `link to ${peerId} closed`, peerId],
    ['an upper-case peer id', peerId.toUpperCase(), peerId.toUpperCase()],
    ['an invite', 'opened roundtable:i1/AbCdEf', 'AbCdEf'],
    ['an invite on the web', 'https://example.org/i#i1/AbCdEf now', 'AbCdEf'],
    ['a link into a room', 'opened roundtable:r1/AbCdEf', 'AbCdEf'],
    ['a link to a cast on the web', 'https://example.org/i#c1/AbCdEf now', 'AbCdEf'],
    ['a session id', `session ${'0f'.repeat(16)}`, '0f0f'],
    ['a session description', sdp, '203.0.113.7'],
    ['its password', sdp, 'aVeryLongPasswordOfIce00'],
    ['a description within JSON', JSON.stringify({ sdp }), 'x7Fq'],
    ['a candidate', 'candidate:1 1 udp 2122 192.0.2.1 54321 typ host', '192.0.2.1'],
    ['a candidate of mDNS', 'host 3f2b9f6a-1b2c-4d5e-8f90-a1b2c3d4e5f6.local', '3f2b9f6a'],
    ['an address', 'from 198.51.100.23:4444', '198.51.100.23'],
    ['an IPv6 address', 'from [2001:db8::8a2e:370:7334]:443', '8a2e'],
    ['a full IPv6 address', '2001:db8:85a3:1:2:8a2e:370:7334', '85a3'],
    ['a link-local address', 'fe80::1ff:fe23:4567:890a%eth0', '4567'],
    ['a key in base64', `key ${'aB3+'.repeat(11)}=`, 'aB3+aB3+'],
    ['a fingerprint', Array(32).fill('AB').join(':'), 'AB:AB'],
    ['a safety number', '12345'.repeat(12), '12345'],
    ['a safety number in groups', Array(12).fill('12345').join(' '), '12345'],
    ['a password in an address', 'wss://me:secret@example.org', 'secret'],
    ['a mail address', 'ada@example.org', 'ada'],
    ['the home folder', `at ${join(homedir(), 'x')}`, homedir()],
  ])('does not contain %s', (_, text, canary) => {
    expect(redact(text)).not.toContain(canary);
  });

  test('still tells one person from another', () => {
    const other = `a${peerId.slice(1)}`;
    expect(redact(peerId)).toBe(redact(['peer', peerId].join(' ').slice(5)));
    expect(redact(peerId)).not.toBe(redact(other));
    expect(redact(peerId)).toMatch(/^peer-[0-9a-f]{6}$/);
  });

  test('keeps plain words, times and numbers', () => {
    const plain = 'link.opened after 1234 ms at 12:34:56, 3 of 4 (call 2/2), version 1.2.3';
    expect(redact(plain)).toBe(plain);
  });

  test('never contains an address or key, wherever it stands', () => {
    const canary = fc.oneof(
      fc.ipV4(),
      fc.ipV6().filter((address) => address.length > 6),
      fc.uint8Array({ minLength: 16, maxLength: 64 }).map((bytes) => Buffer.from(bytes).toString('hex')),
      fc.uint8Array({ minLength: 32, maxLength: 64 }).map((bytes) => Buffer.from(bytes).toString('base64url')),
    );
    const around = fc.constantFrom(' ', '', '(', ')', '"', '=', ',', ';', ' at ');
    fc.assert(
      fc.property(around, canary, around, (before, secret, after) => {
        expect(redact(`x ${before}${secret}${after} y`)).not.toContain(secret);
      }),
      { numRuns: 3_000 },
    );
  });

  test('is redacted in linear time, whatever a stranger writes', () => {
    for (const text of ['a.', 'a', '1', ':', 'a:', '.', '-', 'v=0 ', 'word ', '//a:', 'a@', '\u202e']) {
      const startedAt = performance.now();
      redact(text.repeat(100_000));
      expect(performance.now() - startedAt).toBeLessThan(500);
    }
  });

  test('is cut between words where it is too long', () => {
    const long = redact(`${'word '.repeat(799)}${peerId} more`);
    expect(long).toMatch(/word \[cut\]$/);
    expect(long).not.toContain(peerId.slice(0, 5));
  });

  test('is redacted also in a stack trace, in field names, and when the window writes it', async () => {
    const folder = await temporaryFolder();
    const { services } = await person('Alice', { folder });
    const { writeLog } = createHandlers(services, noShell);
    await writeLog({
      level: 'error',
      event: 'link.failed',
      fields: { to: peerId, detail: `Error: ${sdp}`, ['198.51.100.23']: 'x' },
    });
    const written = await readFile(join(folder, 'logs', 'roundtable.log'), 'utf8');
    expect(written).toContain('link.failed');
    for (const canary of [peerId, '203.0.113.7', 'aVeryLong', '198.51.100.23']) expect(written).not.toContain(canary);
  });

  test('holds none of the secrets of becoming contacts and talking', async () => {
    const [folder, other] = [await temporaryFolder(), await temporaryFolder()];
    const [alice, bob] = [await person('Alice', { folder }), await person('Bob', { folder: other })];
    await befriend(alice, bob);
    const handlers = createHandlers(alice.services, noShell);
    await handlers.openSignal({ blob: new Uint8Array(2_048) });
    const words = await alice.services.identity.recoveryWords();
    const [invite] = alice.services.invites.list();
    const written = await readFile(join(folder, 'logs', 'roundtable.log'), 'utf8');
    expect(written).toContain('signal.dropped');
    for (const canary of [
      alice.peerId,
      bob.peerId,
      'Alice',
      'Bob',
      invite?.link ?? '',
      words.slice(0, 3).join(' '),
      folder,
    ]) {
      expect(written).not.toContain(canary);
    }
  });
});

describe('the log files', () => {
  test('rotate at 2 MiB, five of them, the oldest forgotten', async () => {
    const folder = await temporaryFolder();
    const log = new LogFile(folder, testClock());
    const detail = 'word '.repeat(790);
    for (let count = 0; count < 3_400; count += 1) log.write('info', 'test.wrote', { count, detail });
    log.close();
    const names = (await readdir(folder)).sort();
    expect(names).toEqual([
      'roundtable.1.log',
      'roundtable.2.log',
      'roundtable.3.log',
      'roundtable.4.log',
      'roundtable.log',
    ]);
    for (const name of names) {
      const { size, mode } = await stat(join(folder, name));
      expect(size).toBeLessThanOrEqual(2 * 1024 * 1024);
      expect(mode & 0o777).toBe(0o600);
    }
    const counts = Buffer.concat([...new LogFile(folder, testClock()).parts()])
      .toString()
      .trim()
      .split('\n');
    expect(counts.at(-1)).toContain('"count":3399');
    expect(counts[0]).not.toContain('"count":0,');
  });

  test('go on after a restart where they ended', async () => {
    const folder = await temporaryFolder();
    for (const event of ['first.run', 'second.run']) {
      const log = new LogFile(folder, testClock());
      log.write('info', event);
      log.close();
    }
    expect((await readFile(join(folder, 'roundtable.log'), 'utf8')).trim().split('\n')).toHaveLength(2);
  });

  test('that cannot be written fail nobody', async () => {
    const file = join(await temporaryFolder(), 'file');
    await writeFile(file, 'in the way');
    const log = new LogFile(join(file, 'logs'), testClock());
    expect(() => {
      log.write('error', 'disk.gone');
    }).not.toThrow();
  });
});
