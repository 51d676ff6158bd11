import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { encodeCbor } from '#main/services/bounded-cbor';
import { IdentityKeys } from '#main/services/identity-keys';
import { peerKey } from '#main/services/peer-keys';
import { openSealed, sealTo } from '#main/services/sealing';
import { writeEnvelope, type EnvelopeKind } from '#main/services/signal-envelope';
import type { PeerId } from '#shared/identity';
import type { OpenedSignal, SessionId, SessionSignal } from '#shared/signal';
import { failureCode } from './failure-code';
import { befriend, friends, person, testClock, type Person } from './people';

const session = 'ab'.repeat(16) as SessionId; // sound: has the form of a session id
const offer = { kind: 'offer' as const, sdp: 'v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\n', candidates: [] };

const seal = async (from: Person, to: Person, message: SessionSignal = offer): Promise<Uint8Array> =>
  await from.services.signals.sealSignal(to.peerId, session, message);
const open = async (at: Person, blob: Uint8Array): Promise<OpenedSignal> => await at.services.signals.open(blob);
const why = (opened: OpenedSignal): string => (opened.outcome === 'dropped' ? opened.reason : opened.outcome);

/** An envelope made by hand, as an attacker with these keys would. */
async function forge(
  keys: IdentityKeys,
  to: PeerId,
  parts: {
    kind?: EnvelopeKind;
    body?: Uint8Array;
    sentAt?: number;
    recipient?: Uint8Array;
    messageId?: Uint8Array;
    session?: Uint8Array;
  } = {},
): Promise<Uint8Array> {
  const envelope = {
    kind: 'session' as const,
    recipient: peerKey(to).bytes,
    session: new Uint8Array(16),
    sentAt: Date.now(),
    messageId: crypto.getRandomValues(new Uint8Array(16)),
    body: encodeCbor({ kind: 'here' }),
    ...parts,
  };
  return await sealTo(peerKey(to), writeEnvelope(keys, envelope));
}

describe('a sealed signal', () => {
  test('comes out as it went in, with who sent it and in which session', async () => {
    const { alice, bob } = await friends();
    const candidates = {
      kind: 'candidates' as const,
      candidates: [{ candidate: 'candidate:1 1 udp 1 10.0.0.1 9 typ host', sdpMid: null, sdpMLineIndex: 0 }],
    };
    const longest = { candidate: 'c'.repeat(512), sdpMid: 'm'.repeat(16), sdpMLineIndex: 32 };
    for (const message of [
      offer,
      { ...offer, kind: 'answer' as const },
      { kind: 'offer' as const, sdp: 's'.repeat(14_000), candidates: Array.from({ length: 4 }, () => longest) },
      candidates,
      { kind: 'here' as const },
      { kind: 'bye' as const },
    ]) {
      expect(await open(bob, await seal(alice, bob, message))).toEqual({
        outcome: 'session',
        from: alice.peerId,
        session,
        message,
      });
    }
  });

  test('has one of a few sizes and shows neither its text nor its sender', async () => {
    const { alice, bob } = await friends();
    const sizes = new Set<number>();
    for (const length of [0, 100, 3_000, 6_000, 13_999]) {
      const blob = await seal(alice, bob, { kind: 'offer', sdp: 'x'.repeat(length), candidates: [] });
      sizes.add(blob.length);
      const text = Buffer.from(blob).toString('latin1');
      expect(text).not.toContain('xxxx');
      expect(blob.toString()).not.toContain(alice.services.identity.keys.publicKey.toString());
    }
    expect([...sizes]).toEqual([2_048, 4_096, 8_192, 16_384]);
  });

  test('is dropped when any byte differs', async () => {
    const { alice, bob } = await friends();
    const blob = await seal(alice, bob);
    await fc.assert(
      fc.asyncProperty(fc.nat({ max: blob.length - 1 }), fc.integer({ min: 1, max: 255 }), async (at, by) => {
        const flipped = Uint8Array.from(blob);
        flipped[at] = (flipped[at] ?? 0) ^ by;
        // The top bit of an X25519 value is ignored (RFC 7748), but HPKE binds the bytes as they were sent.
        expect((await open(bob, flipped)).outcome).toBe('dropped');
      }),
      { numRuns: 400 },
    );
    expect(why(await open(bob, blob))).toBe('session');
  });

  test('is dropped when any byte of its opened content was changed and sealed again', async () => {
    const { alice, bob } = await friends();
    const plain = await openSealed(bob.services.identity.keys, await seal(alice, bob));
    if (!plain) throw new Error('not opened');
    const reasons = new Set<string>();
    for (let at = 0; at < 420; at += 1) {
      const changed = Uint8Array.from(plain);
      changed[at] = (changed[at] ?? 0) ^ 1;
      reasons.add(why(await open(bob, await sealTo(peerKey(bob.peerId), changed))));
    }
    expect([...reasons].sort()).toEqual(['forged', 'malformed', 'not-for-me', 'unknown-sender']);
  });

  test('of random bytes of any length is dropped, never thrown at', async () => {
    const { bob } = await friends();
    const size = fc.constantFrom(0, 1, 31, 48, 2_047, 2_048, 4_096, 24_576);
    await fc.assert(
      fc.asyncProperty(size, fc.infiniteStream(fc.nat({ max: 255 })), async (length, bytes) => {
        const opened = await open(bob, Uint8Array.from(bytes.take(length)));
        expect(opened).toMatchObject({ outcome: 'dropped', from: null });
      }),
      { numRuns: 100 },
    );
  });

  test('is nothing to anybody else, and cannot be passed on as if it had been for them', async () => {
    const { alice, bob } = await friends();
    const carol = await person('Carol');
    await befriend(carol, alice);
    const blob = await seal(alice, bob);
    expect(why(await open(carol, blob))).toBe('not-for-me');
    const plain = await openSealed(bob.services.identity.keys, blob);
    if (!plain) throw new Error('not opened');
    expect(why(await open(carol, await sealTo(peerKey(carol.peerId), plain)))).toBe('not-for-me');
  });

  test('is opened once', async () => {
    const { alice, bob } = await friends();
    const blob = await seal(alice, bob);
    expect(why(await open(bob, blob))).toBe('session');
    expect(await open(bob, blob)).toEqual({ outcome: 'dropped', reason: 'replayed', from: alice.peerId });
    const plain = await openSealed(bob.services.identity.keys, blob);
    expect(plain && why(await open(bob, await sealTo(peerKey(bob.peerId), plain)))).toBe('replayed');
  });

  test('is opened once even when it arrives twice at the same moment', async () => {
    const { alice, bob } = await friends();
    const blob = await seal(alice, bob);
    const opened = await Promise.all([open(bob, blob), open(bob, blob), open(bob, blob)]);
    expect(opened.map(why)).toEqual(['session', 'replayed', 'replayed']);
  });

  test('keeps its place among others that arrive at the same moment', async () => {
    const { alice, bob } = await friends();
    const texts = Array.from({ length: 20 }, (_, index) => `${index}`.padStart(index % 2 === 0 ? 9_000 : 1, '0'));
    const blobs: Uint8Array[] = [];
    for (const sdp of texts) blobs.push(await seal(alice, bob, { kind: 'offer', sdp, candidates: [] }));
    const order: string[] = [];
    await Promise.all(
      blobs.map(async (blob) => {
        const opened = await open(bob, blob);
        if (opened.outcome === 'session' && opened.message.kind === 'offer') order.push(opened.message.sdp);
      }),
    );
    expect(order).toEqual(texts);
  });

  test('is stale after 60 seconds by the receiver’s clock, and fresh until then', async () => {
    const clock = testClock();
    const { alice, bob } = await friends({ clock });
    const [early, late] = [await seal(alice, bob), await seal(alice, bob)];
    clock.pass(60_000);
    expect(why(await open(bob, early))).toBe('session');
    clock.pass(1);
    expect(await open(bob, late)).toEqual({ outcome: 'dropped', reason: 'stale', from: alice.peerId });
  });

  test('from a clock that runs ahead is taken, and stays unrepeatable for as long as it would be fresh', async () => {
    const noon = Date.UTC(2026, 5, 1, 12);
    const [ahead, clock] = [testClock(noon + 3_600_000), testClock(noon)];
    const [alice, bob] = [await person('Alice', { clock: ahead }), await person('Bob', { clock })];
    await befriend(alice, bob);
    const blob = await seal(alice, bob);
    expect(why(await open(bob, blob))).toBe('session');
    for (let minutes = 0; minutes < 61; minutes += 5) {
      expect(why(await open(bob, blob))).toBe('replayed');
      clock.pass(300_000);
    }
    expect(why(await open(bob, blob))).toBe('stale');
  });

  test('from a clock more than a day ahead is stale', async () => {
    const { alice, bob } = await friends({ clock: testClock() });
    const keys = alice.services.identity.keys;
    const sentAt = bob.services.clock.now() + 24 * 3_600_000;
    expect(why(await open(bob, await forge(keys, bob.peerId, { sentAt: sentAt + 1 })))).toBe('stale');
    expect(why(await open(bob, await forge(keys, bob.peerId, { sentAt })))).toBe('session');
  });

  test('that answers a session begun here is taken whatever the sender’s clock says', async () => {
    const noon = Date.UTC(2026, 5, 1, 12);
    const behind = testClock(noon - 5 * 3_600_000);
    const [alice, bob] = [await person('Alice', { clock: testClock(noon) }), await person('Bob', { clock: behind })];
    await befriend(alice, bob);
    expect(why(await open(alice, await seal(bob, alice)))).toBe('stale');
    expect(why(await open(bob, await seal(alice, bob)))).toBe('session');
    expect(why(await open(alice, await seal(bob, alice, { kind: 'answer', sdp: 'v=0', candidates: [] })))).toBe(
      'session',
    );
  });

  test('of a stranger is dropped, whatever kind it claims to be', async () => {
    const { bob } = await friends();
    const stranger = await IdentityKeys.fromSeed(new Uint8Array(32).fill(9));
    for (const kind of ['session', 'welcome', 'refusal'] as const) {
      expect(await open(bob, await forge(stranger, bob.peerId, { kind }))).toEqual({
        outcome: 'dropped',
        reason: 'unknown-sender',
        from: null,
      });
    }
    const body = new Uint8Array(200);
    expect(why(await open(bob, await forge(stranger, bob.peerId, { kind: 'request', body })))).toBe('invite-refused');
    expect(
      why(await open(bob, await forge(stranger, bob.peerId, { kind: 'request', body: body.subarray(0, 40) }))),
    ).toBe('malformed');
  });

  test('cannot be forged in a contact’s name by somebody who holds the receiver’s own key', async () => {
    const { alice, bob } = await friends();
    const stolen = bob.services.identity.keys;
    const genuine = await openSealed(stolen, await seal(alice, bob));
    if (!genuine) throw new Error('not opened');
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ minLength: 16, maxLength: 16 }),
        fc.uint8Array({ minLength: 64, maxLength: 64 }),
        async (messageId, signature) => {
          const body = encodeCbor({ kind: 'here' });
          const padded = writeEnvelope(stolen, {
            kind: 'session',
            recipient: peerKey(bob.peerId).bytes,
            session: new Uint8Array(16),
            sentAt: Date.now(),
            messageId,
            body,
          });
          padded.set(peerKey(alice.peerId).bytes, 2);
          // Signed by the stolen key, by nobody, or with the signature of another signal.
          const signatureAt = 106 + body.length;
          const variants = [padded, Uint8Array.from(padded), Uint8Array.from(padded)];
          variants[1]?.set(signature, signatureAt);
          variants[2]?.set(genuine.subarray(106 + 51, 106 + 51 + 64), signatureAt);
          for (const variant of variants)
            expect(why(await open(bob, await sealTo(peerKey(bob.peerId), variant)))).toBe('forged');
        },
      ),
      { numRuns: 60 },
    );
  });

  test('of a blocked contact is dropped, and nothing is sealed for them', async () => {
    const { alice, bob, aliceAtBob } = await friends();
    bob.services.contacts.setBlocked(aliceAtBob.contactId, true);
    expect(await open(bob, await seal(alice, bob))).toEqual({
      outcome: 'dropped',
      reason: 'blocked',
      from: alice.peerId,
    });
    expect(await failureCode(seal(bob, alice))).toBe('contact-blocked');
  });

  test('with a body that is no signal is dropped as malformed', async () => {
    const clock = testClock(Date.now());
    const { alice, bob } = await friends({ clock });
    const { keys } = alice.services.identity;
    const bodies = [
      {},
      { kind: 'ring' },
      { kind: 'here', extra: 1 },
      { kind: 'offer' },
      { kind: 'offer', sdp: 'v=0' },
      { kind: 'offer', sdp: 7, candidates: [] },
      {
        kind: 'offer',
        sdp: 'v=0',
        candidates: Array.from({ length: 17 }, () => ({ candidate: '', sdpMid: null, sdpMLineIndex: null })),
      },
      [],
      'here',
      null,
    ];
    for (const body of bodies) {
      expect(why(await open(bob, await forge(keys, bob.peerId, { body: encodeCbor(body) })))).toBe('malformed');
    }
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async (body) => {
        clock.pass(1_000);
        expect(why(await open(bob, await forge(keys, bob.peerId, { body, sentAt: clock.now() })))).toBe('malformed');
      }),
      { numRuns: 100 },
    );
  });

  test('beyond forty at once and twenty a second is dropped, of that contact only', async () => {
    const clock = testClock();
    const { alice, bob } = await friends({ clock });
    const carol = await person('Carol', { clock });
    await befriend(bob, carol);
    const flood: string[] = [];
    for (let count = 0; count < 50; count += 1)
      flood.push(why(await open(bob, await seal(alice, bob, { kind: 'here' }))));
    expect(flood.filter((reason) => reason === 'session')).toHaveLength(39); // the welcome took the fortieth
    expect(why(await open(bob, await seal(carol, bob)))).toBe('session');
    clock.pass(1_000);
    expect(why(await open(bob, await seal(alice, bob)))).toBe('session');
  });

  test('that is too long for any size is refused before it is sealed', async () => {
    const { alice, bob } = await friends();
    expect(await failureCode(seal(alice, bob, { kind: 'offer', sdp: 'ü'.repeat(14_000), candidates: [] }))).toBe(
      'input-invalid',
    );
  });

  test('to somebody who is no contact is not sealed', async () => {
    const { alice } = await friends();
    const stranger = await person('Eve');
    expect(await failureCode(seal(alice, stranger))).toBe('contact-unknown');
  });
});

describe('a welcome', () => {
  test('that answers no request of this session is stale', async () => {
    const [alice, bob] = [await person('Alice'), await person('Bob')];
    bob.services.invites.accept(alice.services.invites.create(1).link, null);
    const body = encodeCbor({ name: 'Alice' });
    expect(why(await open(bob, await forge(alice.services.identity.keys, bob.peerId, { kind: 'welcome', body })))).toBe(
      'stale',
    );
    expect(bob.services.contacts.list()).toMatchObject([{ state: 'invited' }]);
  });

  test('with a name that is none is dropped, and the contact stays invited', async () => {
    const [alice, bob] = [await person('Alice'), await person('Bob')];
    const contact = bob.services.invites.accept(alice.services.invites.create(1).link, null);
    const { blob } = await bob.services.signals.sealRequest(contact.contactId);
    const request = await openSealed(alice.services.identity.keys, blob);
    if (!request) throw new Error('not opened');
    const ownSession = request.slice(66, 82);
    const body = encodeCbor({ name: 'Ali\u202ece' });
    const forged = await forge(alice.services.identity.keys, bob.peerId, {
      kind: 'welcome',
      body,
      session: ownSession,
    });
    expect(why(await open(bob, forged))).toBe('malformed');
    expect(bob.services.contacts.get(contact.contactId).state).toBe('invited');
  });
});
