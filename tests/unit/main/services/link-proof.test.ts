import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { SessionId, ProofResult } from '#shared/signal';
import { commitTo, initiatorTranscript } from '#main/services/proof-transcript';
import { failureCode } from './failure-code';
import { befriend, friends, person, testClock, type Person } from './people';

const session = 'cd'.repeat(16) as SessionId; // sound: has the form of a session id
const print = (fill: number): Uint8Array<ArrayBuffer> => new Uint8Array(32).fill(fill);

/** One end of a DTLS connection as its owner sees it. */
interface End {
  readonly who: Person;
  readonly peer: Person;
  readonly role: 'initiator' | 'responder';
  readonly local: Uint8Array<ArrayBuffer>;
  readonly remote: Uint8Array<ArrayBuffer>;
  readonly session?: SessionId;
}

const step = (end: End, message: Uint8Array | null): ProofResult =>
  end.who.services.proofs.advance({
    peerId: end.peer.peerId,
    session: end.session ?? session,
    role: end.role,
    localFingerprint: end.local,
    remoteFingerprint: end.remote,
    message: message && new Uint8Array(message),
  });

function reply(result: ProofResult): Uint8Array {
  if (!result.reply) throw new Error('no reply');
  return result.reply;
}

/** Runs the whole proof; the two may see different connections when somebody stands between them. */
function prove(initiator: End, responder: End): { atInitiator: ProofResult; atResponder: ProofResult } {
  const commit = step(initiator, null);
  const respond = step(responder, reply(commit));
  const atInitiator = step(initiator, reply(respond));
  return { atInitiator, atResponder: step(responder, reply(atInitiator)) };
}

function directLink(alice: Person, bob: Person): [End, End] {
  return [
    { who: alice, peer: bob, role: 'initiator', local: print(1), remote: print(2) },
    { who: bob, peer: alice, role: 'responder', local: print(2), remote: print(1) },
  ];
}

describe('a proof between two contacts', () => {
  test('proves each to the other and gives both the same four words', async () => {
    const { alice, bob } = await friends();
    const { atInitiator, atResponder } = prove(...directLink(alice, bob));
    expect(atInitiator.proven?.spoken).toHaveLength(4);
    expect(atInitiator.proven?.spoken.every((word) => /^[a-z]{3,8}$/.test(word))).toBe(true);
    expect(atResponder).toEqual({ reply: null, proven: atInitiator.proven });
  });

  test('gives other words for every connection', async () => {
    const { alice, bob } = await friends();
    const [initiator, responder] = directLink(alice, bob);
    const words = new Set(
      Array.from({ length: 20 }, () => prove(initiator, responder).atInitiator.proven?.spoken.join(' ')),
    );
    expect(words.size).toBe(20);
  });

  test('proves nothing to the initiator before the responder has signed, nor to the responder before the initiator has', async () => {
    const { alice, bob } = await friends();
    const [initiator, responder] = directLink(alice, bob);
    const commit = step(initiator, null);
    expect(commit.proven).toBeNull();
    expect(step(responder, reply(commit)).proven).toBeNull();
  });

  test('fits in messages of at most 100 bytes', async () => {
    const { alice, bob } = await friends();
    const [initiator, responder] = directLink(alice, bob);
    const commit = reply(step(initiator, null));
    const respond = reply(step(responder, commit));
    const reveal = reply(step(initiator, respond));
    expect([commit.length, respond.length, reveal.length]).toEqual([50, 98, 98]);
  });
});

describe('a man in the middle', () => {
  test('who passes the messages on between two connections of his own is never proven to be anybody', async () => {
    const { alice, bob } = await friends();
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ minLength: 32, maxLength: 32 }),
        fc.constantFrom('initiator', 'responder', 'both'),
        async (mallory, side) => {
          const theirs = new Uint8Array(mallory);
          const [initiator, responder] = directLink(alice, bob);
          const seenByAlice = side === 'responder' ? initiator : { ...initiator, remote: theirs };
          const seenByBob = side === 'initiator' ? responder : { ...responder, remote: theirs };
          const respond = step(seenByBob, reply(step(seenByAlice, null)));
          expect(await failureCode(() => step(seenByAlice, reply(respond)))).toBe('identity-unproven');
          expect(await failureCode(() => step(seenByBob, reply(respond)))).toBe('identity-unproven');
        },
      ),
      { numRuns: 200 },
    );
  });

  test('who is a contact of both cannot lend the proof of one to the other', async () => {
    const { alice, bob } = await friends();
    const mallory = await person('Mallory');
    await befriend(alice, mallory);
    await befriend(mallory, bob);
    // Alice believes she talks with Mallory, Bob believes he talks with Alice; Mallory forwards everything.
    const toMallory: End = { who: alice, peer: mallory, role: 'initiator', local: print(1), remote: print(3) };
    const fromAlice: End = { who: bob, peer: alice, role: 'responder', local: print(2), remote: print(3) };
    const respond = step(fromAlice, reply(step(toMallory, null)));
    expect(await failureCode(() => step(toMallory, reply(respond)))).toBe('identity-unproven');
  });

  test('cannot reflect a message back to its sender', async () => {
    const { alice, bob } = await friends();
    const [initiator, responder] = directLink(alice, bob);
    const commit = reply(step(initiator, null));
    expect(await failureCode(() => step(initiator, commit))).toBe('identity-unproven');
    const asResponder: End = { ...initiator, role: 'responder' };
    const again = reply(step(initiator, null));
    const ownAnswer = step(asResponder, again);
    expect(await failureCode(() => step(initiator, reply(ownAnswer)))).toBe('identity-unproven');
    expect(step(responder, commit).proven).toBeNull();
  });

  test('cannot use a proof again, in the same session or another', async () => {
    const { alice, bob } = await friends();
    const [initiator, responder] = directLink(alice, bob);
    const commit = reply(step(initiator, null));
    const respond = reply(step(responder, commit));
    const reveal = reply(step(initiator, respond));
    step(responder, reveal);
    expect(await failureCode(() => step(responder, reveal))).toBe('identity-unproven');
    step(responder, commit);
    expect(await failureCode(() => step(responder, reveal))).toBe('identity-unproven');
    const elsewhere: End = { ...responder, session: 'ef'.repeat(16) as SessionId }; // sound: has the form of a session id
    expect(await failureCode(() => step(elsewhere, commit))).toBe('identity-unproven');
  });

  test('who holds the victim’s key still cannot pass for a contact of the victim', async () => {
    const { alice, bob } = await friends();
    const mallory = await person('Mallory');
    // Everything Mallory can sign with: Alice's stolen key. He answers as if he were Bob.
    const thief: End = { who: alice, peer: bob, role: 'responder', local: print(3), remote: print(1) };
    const victim: End = { who: alice, peer: bob, role: 'initiator', local: print(1), remote: print(3) };
    const respond = step(thief, reply(step(victim, null)));
    expect(await failureCode(() => step(victim, reply(respond)))).toBe('identity-unproven');
    expect(mallory.services.contacts.list()).toEqual([]);
  });

  test('who changes any bit of any message proves nothing', async () => {
    const { alice, bob } = await friends();
    const [initiator, responder] = directLink(alice, bob);
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(0, 1, 2),
        fc.nat({ max: 97 }),
        fc.integer({ min: 0, max: 7 }),
        async (which, at, bit) => {
          const spoil = (message: Uint8Array, index: number): Uint8Array => {
            if (index !== which) return message;
            const spoilt = Uint8Array.from(message);
            const place = at % spoilt.length;
            spoilt[place] = (spoilt[place] ?? 0) ^ (1 << bit);
            return spoilt;
          };
          const outcome = await failureCode(() => {
            const respond = step(responder, spoil(reply(step(initiator, null)), 0));
            const reveal = step(initiator, spoil(reply(respond), 1));
            step(responder, spoil(reply(reveal), 2));
          });
          // Another version than 1, and none is 0.
          const isVersion = at % (which === 0 ? 50 : 98) === 0 && bit > 0;
          expect(outcome).toBe(isVersion ? 'version-differs' : 'identity-unproven');
          // Whatever was left half done ends here, so that the next run starts clean.
          await failureCode(() => step(initiator, new Uint8Array(1)));
          await failureCode(() => step(responder, new Uint8Array(1)));
        },
      ),
      { numRuns: 400 },
    );
  });

  test('who speaks of another version than ours is told apart, and proves as little', async () => {
    const { alice, bob } = await friends();
    const [initiator, responder] = directLink(alice, bob);
    const other = (message: Uint8Array): Uint8Array => Uint8Array.of(2, ...message.subarray(1));
    const commit = reply(step(initiator, null));
    expect(await failureCode(() => step(responder, other(commit)))).toBe('version-differs');
    const respond = reply(step(responder, commit));
    expect(await failureCode(() => step(initiator, Uint8Array.of(2)))).toBe('version-differs');
    expect(await failureCode(() => step(initiator, respond))).toBe('identity-unproven');
    await failureCode(() => step(responder, new Uint8Array(1)));
    const reveal = reply(step(initiator, reply(step(responder, reply(step(initiator, null))))));
    expect(await failureCode(() => step(responder, other(reveal)))).toBe('version-differs');
    expect(await failureCode(() => step(responder, reveal))).toBe('identity-unproven');
  });

  test('who cuts or lengthens a message proves nothing', async () => {
    const { alice, bob } = await friends();
    const [initiator, responder] = directLink(alice, bob);
    for (const length of [0, 1, 2, 49, 51, 1_024]) {
      const commit = reply(step(initiator, null));
      const resized = new Uint8Array(length);
      resized.set(commit.subarray(0, length));
      expect(await failureCode(() => step(responder, resized))).toBe('identity-unproven');
      await failureCode(() => step(initiator, new Uint8Array(1)));
    }
  });
});

test('an initiator who opens another nonce than it committed to is not proven, though it signs correctly', async () => {
  const { alice, bob } = await friends();
  const [initiator, responder] = directLink(alice, bob);
  const { keys } = alice.services.identity;
  const steered = new Uint8Array(32).fill(42);
  const open = (committed: Uint8Array): ProofResult => {
    const commitment = commitTo(committed);
    const commit = Buffer.concat([Uint8Array.of(1, 1), Buffer.from(session, 'hex'), commitment]);
    const respond = reply(step(responder, commit));
    const facts = {
      session: new Uint8Array(Buffer.from(session, 'hex')),
      initiatorKey: keys.publicKey,
      responderKey: bob.services.identity.keys.publicKey,
      initiatorFingerprint: initiator.local,
      responderFingerprint: initiator.remote,
      commitment,
      responderNonce: respond.slice(2, 34),
    };
    const signature = keys.sign(
      'roundtable/link-proof/1/initiator',
      initiatorTranscript(facts, respond.slice(34), steered),
    );
    return step(responder, Buffer.concat([Uint8Array.of(1, 3), steered, signature]));
  };
  expect(await failureCode(() => open(new Uint8Array(32)))).toBe('identity-unproven');
  expect(open(steered).proven?.spoken).toHaveLength(4);
});

describe('an attempt', () => {
  test('is over after its first wrong message', async () => {
    const { alice, bob } = await friends();
    const [initiator, responder] = directLink(alice, bob);
    const respond = reply(step(responder, reply(step(initiator, null))));
    expect(await failureCode(() => step(initiator, new Uint8Array(98)))).toBe('identity-unproven');
    expect(await failureCode(() => step(initiator, respond))).toBe('identity-unproven');
  });

  test('is over when the certificates change under it', async () => {
    const { alice, bob } = await friends();
    const [initiator, responder] = directLink(alice, bob);
    const respond = reply(step(responder, reply(step(initiator, null))));
    expect(await failureCode(() => step({ ...initiator, remote: print(9) }, respond))).toBe('identity-unproven');
    expect(await failureCode(() => step(initiator, respond))).toBe('identity-unproven');
  });

  test('is over when the certificates change between the responder’s signature and the end', async () => {
    const { alice, bob } = await friends();
    const [initiator, responder] = directLink(alice, bob);
    for (const moved of [{ local: print(9) }, { remote: print(9) }]) {
      const reveal = reply(step(initiator, reply(step(responder, reply(step(initiator, null))))));
      expect(await failureCode(() => step({ ...responder, ...moved }, reveal))).toBe('identity-unproven');
      expect(await failureCode(() => step(responder, reveal))).toBe('identity-unproven');
    }
  });

  test('lives ten seconds', async () => {
    const clock = testClock();
    const { alice, bob } = await friends({ clock });
    const [initiator, responder] = directLink(alice, bob);
    const respond = reply(step(responder, reply(step(initiator, null))));
    clock.pass(10_001);
    expect(await failureCode(() => step(initiator, respond))).toBe('identity-unproven');
  });

  test('cannot be begun by the responder, nor begun twice', async () => {
    const { alice, bob } = await friends();
    const [initiator, responder] = directLink(alice, bob);
    expect(await failureCode(() => step(responder, null))).toBe('identity-unproven');
    step(initiator, null);
    expect(await failureCode(() => step(initiator, null))).toBe('identity-unproven');
  });

  test('is one of at most 64 at a time, and old ones make room', async () => {
    const clock = testClock();
    const { alice, bob } = await friends({ clock });
    const [initiator] = directLink(alice, bob);
    const begin = async (count: number): Promise<string> =>
      await failureCode(() => step({ ...initiator, session: count.toString(16).padStart(32, '0') as SessionId }, null)); // sound: hex
    const outcomes = await Promise.all(Array.from({ length: 65 }, async (_, count) => await begin(count)));
    expect(outcomes.filter((code) => code === 'no failure')).toHaveLength(64);
    expect(outcomes.at(-1)).toBe('identity-unproven');
    clock.pass(10_001);
    expect(await begin(99)).toBe('no failure');
  });

  test('with a stranger, a guest not yet welcomed, a blocked or a changed contact is refused before anything is signed', async () => {
    const { alice, bob, bobAtAlice } = await friends();
    const [initiator] = directLink(alice, bob);
    const stranger = await person('Eve');
    expect(await failureCode(() => step({ ...initiator, peer: stranger }, null))).toBe('contact-unknown');
    alice.services.invites.accept(stranger.services.invites.create(1).link, null);
    expect(await failureCode(() => step({ ...initiator, peer: stranger }, null))).toBe('contact-not-accepted');
    alice.services.contacts.setBlocked(bobAtAlice.contactId, true);
    expect(await failureCode(() => step(initiator, null))).toBe('contact-blocked');
    alice.services.contacts.setBlocked(bobAtAlice.contactId, false);
    alice.services.contacts.verify(bobAtAlice.contactId, bob.peerId);
    const newBob = await person('Bob');
    const { atHost } = await befriend(alice, newBob);
    alice.services.contacts.merge(bobAtAlice.contactId, atHost.contactId);
    expect(await failureCode(() => step({ ...initiator, peer: newBob }, null))).toBe('key-changed');
  });

  test('is over when the contact is blocked in the middle of it', async () => {
    const { alice, bob, bobAtAlice } = await friends();
    const [initiator, responder] = directLink(alice, bob);
    const respond = reply(step(responder, reply(step(initiator, null))));
    alice.services.contacts.setBlocked(bobAtAlice.contactId, true);
    expect(await failureCode(() => step(initiator, respond))).toBe('contact-blocked');
  });
});
