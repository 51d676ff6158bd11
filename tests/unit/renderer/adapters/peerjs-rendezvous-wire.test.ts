// What a PeerServer may say and relay, and that nothing else gets through.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { blobMessage, parseServerMessage, probeMessage } from '#adapters/peerjs-rendezvous-wire';
import { limits } from '#core/wire/limits';

const asRelayed = (message: object, src: string): string => JSON.stringify({ ...message, src });

describe('what a PeerServer relays', () => {
  test('brings every blob back unchanged', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 2_000 }), (blob) => {
        const message = parseServerMessage(asRelayed(blobMessage('ben', blob), 'ada'));
        expect(message).toEqual({ kind: 'blob', from: 'ada', blob });
      }),
    );
  });

  test('carries a blob of the greatest size, and none above it', () => {
    const parse = (length: number) => parseServerMessage(asRelayed(blobMessage('ben', new Uint8Array(length)), 'ada'));
    expect(parse(limits.sealedBlobBytes)?.kind).toBe('blob');
    expect(parse(limits.sealedBlobBytes + 1)).toBeNull();
    expect(parse(0)).toBeNull();
  });

  test('brings a probe back to its sender', () => {
    expect(parseServerMessage(asRelayed(probeMessage('ada', 'nonce'), 'ada'))).toEqual({
      kind: 'probe',
      from: 'ada',
      nonce: 'nonce',
    });
  });
});

describe('what a PeerServer says itself', () => {
  test.each([
    [{ type: 'OPEN' }, { kind: 'registered' }],
    [{ type: 'ID-TAKEN', payload: { msg: 'ID is taken' } }, { kind: 'refused' }],
    [{ type: 'ERROR', payload: { msg: 'Invalid key provided' } }, { kind: 'refused' }],
    [
      { type: 'EXPIRE', src: 'ben', dst: 'ada' },
      { kind: 'absent', peerId: 'ben' },
    ],
    [
      { type: 'LEAVE', src: 'ben' },
      { kind: 'absent', peerId: 'ben' },
    ],
  ])('is understood: %j', (message, expected) => {
    expect(parseServerMessage(JSON.stringify(message))).toEqual(expected);
  });
});

describe('anything else', () => {
  test.each([
    { type: 'OFFER', src: 'ben', payload: { type: 'data', connectionId: 'dc_1', sdp: {} } },
    { type: 'ANSWER', src: 'ben', payload: {} },
    { type: 'CANDIDATE', src: 'ben', payload: { candidate: {}, connectionId: 'dc_1' } },
    { type: 'CANDIDATE', payload: { roundtable: 'AQ==' } },
    { type: 'CANDIDATE', src: 'ben', payload: { roundtable: '%' } },
    { type: 'ERROR' },
    { type: 'toString' },
    null,
    [],
  ])('goes nowhere: %j', (message) => {
    expect(parseServerMessage(JSON.stringify(message))).toBeNull();
  });

  test('is dropped unread when it is too long', () => {
    const long = JSON.stringify({ type: 'OPEN', padding: 'x'.repeat(limits.rendezvousMessageBytes) });
    expect(parseServerMessage(long)).toBeNull();
  });

  test('never throws, whatever a server sends', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json(), fc.anything()), (data) => {
        parseServerMessage(data);
      }),
    );
    const Type = fc.constantFrom('OPEN', 'ERROR', 'ID-TAKEN', 'EXPIRE', 'LEAVE', 'CANDIDATE', 'OFFER');
    fc.assert(
      fc.property(Type, fc.jsonValue(), fc.jsonValue(), (type, src, payload) => {
        const kind = parseServerMessage(JSON.stringify({ type, src, payload }))?.kind;
        if (type === 'OFFER') expect(kind).toBeUndefined();
      }),
    );
  });
});
