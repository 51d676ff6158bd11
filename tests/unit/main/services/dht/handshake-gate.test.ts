import { randomBytes } from 'node:crypto';
import * as fc from 'fast-check';
import type { DhtRequest } from 'hyperdht';
import { describe, expect, test } from 'vitest';
import { HandshakeGate } from '#main/services/dht/handshake-gate';
import { serviceLimits as limits } from '#main/services/service-limits';
import { testClock } from '../people';

const [handshake, holepunch] = [0, 1];
const mine = new Uint8Array(randomBytes(32));
const request = (parts: Partial<DhtRequest> = {}): DhtRequest => ({
  command: handshake,
  target: mine,
  from: { host: '192.0.2.1', port: 49_737 },
  value: Uint8Array.of(0, 2, 3),
  ...parts,
});

describe('what other nodes ask of this one', () => {
  test('is let in when it is meant for this person, from however many nodes, so and so often', () => {
    const clock = testClock();
    const gate = new HandshakeGate(mine, clock);
    const flood = (): number =>
      Array.from({ length: 5_000 }, (_, at) => request({ from: { host: `192.0.2.${at % 250}`, port: at } })).filter(
        (one) => gate.admits(one),
      ).length;
    expect(flood()).toBe(limits.dhtRequestsBurst);
    clock.pass(10_000);
    expect(flood()).toBe(10 * limits.dhtRequestsPerSecond);
  });

  test('leaves room for others when it comes from one node', () => {
    const gate = new HandshakeGate(mine, testClock());
    const admitted = Array.from({ length: 5_000 }, () => request()).filter((one) => gate.admits(one)).length;
    expect(admitted).toBe(limits.dhtRequestsPerHostBurst);
    expect(gate.admits(request({ from: { host: '192.0.2.2', port: 1 } }))).toBe(true);
  });

  test('is dropped when it is for anybody else, so that this node carries nothing for strangers', () => {
    const gate = new HandshakeGate(mine, testClock());
    for (const command of [handshake, holepunch]) {
      for (const target of [null, new Uint8Array(randomBytes(32)), mine.subarray(1)]) {
        expect(gate.admits(request({ command, target }))).toBe(false);
      }
    }
  });

  test('is dropped when it would have this node send to an address that the asker names', () => {
    const gate = new HandshakeGate(mine, testClock());
    const fromRelay = request({ command: holepunch, value: Uint8Array.of(0, 2, 3) });
    expect(gate.admits(fromRelay)).toBe(true);
    for (const mode of [0, 1, 3, 4]) {
      expect(gate.admits({ ...fromRelay, value: Uint8Array.of(0, mode, 3) })).toBe(false);
    }
  });

  test('is dropped when it is larger than a packet, or empty', () => {
    const gate = new HandshakeGate(mine, testClock());
    expect(gate.admits(request({ value: new Uint8Array(limits.dhtRequestBytes + 1) }))).toBe(false);
    expect(gate.admits(request({ value: null }))).toBe(false);
  });

  test('never breaks the gate, whatever it is', () => {
    const gate = new HandshakeGate(mine, testClock());
    const some = fc.record({
      command: fc.nat(20),
      target: fc.option(fc.uint8Array({ maxLength: 40 })),
      value: fc.option(fc.uint8Array({ maxLength: 2_000 })),
      from: fc.record({ host: fc.string(), port: fc.nat(65_535) }),
    });
    fc.assert(fc.property(some, (one) => typeof gate.admits(one) === 'boolean'));
  });
});
