import * as fc from 'fast-check';
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { deflateRawSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { createHandlers } from '#main/handlers';
import { encodeCbor } from '#main/services/bounded-cbor';
import { descriptionWords } from '#main/services/by-hand/description-words';
import { packSignal, unpackSignal } from '#main/services/by-hand/hand-body';
import { readHandText, writeHandText } from '#main/services/by-hand/hand-text';
import { fromHex } from '#main/services/byte-layout';
import { peerKey } from '#main/services/peer-keys';
import { openSealed, sealTo } from '#main/services/sealing';
import { serviceLimits as limits } from '#main/services/service-limits';
import { writeEnvelope } from '#main/services/signal-envelope';
import { handCandidates, handLifeMs, handTextMaxLength, parseHandText, type HandSignal } from '#shared/by-hand';
import type { SessionId } from '#shared/signal';
import { failureCode } from '../failure-code';
import { noShell } from '../no-shell';
import { befriend, friends, openProfile, person, temporaryFolder, testClock, type Person } from '../people';

const session = 'ab'.repeat(16) as SessionId; // sound: has the form of a session id
const candidate = { candidate: 'candidate:1 1 udp 1 10.0.0.1 9 typ host', sdpMid: '0', sdpMLineIndex: 0 };
const offer: HandSignal = { kind: 'offer', sdp: 'v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\n', candidates: [candidate] };
const answer: HandSignal = { ...offer, kind: 'answer' };

const pack = (plain: Uint8Array): Uint8Array => deflateRawSync(plain, { dictionary: descriptionWords });

const seal = async (from: Person, to: Person, signal = offer, id = session): Promise<string> =>
  await from.services.byHand.seal(to.peerId, id, signal);
const inspect = async (at: Person, text: string): Promise<string> =>
  await failureCode(at.services.byHand.inspect(text));
const open = async (at: Person, text: string): Promise<string> => await failureCode(at.services.byHand.open(text));

/** Sealed and signed by the sender as they please. */
async function forge(from: Person, to: Person, body: Uint8Array, kind: 'hand' | 'session' = 'hand'): Promise<string> {
  const key = peerKey(to.peerId);
  const header = { kind, recipient: key.bytes, session: fromHex(session), sentAt: from.services.clock.now() };
  const messageId = crypto.getRandomValues(new Uint8Array(16));
  const envelope = writeEnvelope(from.services.identity.keys, { ...header, messageId, body }, limits.handClassesBytes);
  return writeHandText(await sealTo(key, envelope));
}

describe('a text carried by hand', () => {
  test('says who made it and when, and comes out as it went in, whatever lines a mail broke it into', async () => {
    const clock = testClock();
    const { alice, bob } = await friends({ clock });
    const text = await seal(alice, bob);
    const madeAt = clock.now();
    clock.pass(3_600_000);
    const broken = `\n  ${text.replace(/.{60}/g, '$&\r\n')}\n`;
    const preview = await bob.services.byHand.inspect(broken);
    expect(preview).toEqual({ kind: 'offer', from: alice.peerId, session, madeAt });
    expect(await bob.services.byHand.open(broken)).toEqual({ from: alice.peerId, session, signal: offer });
  });

  test('opens for nobody but the person it was made for', async () => {
    const { alice, bob } = await friends();
    const cleo = await person('Cleo');
    await befriend(alice, cleo);
    expect(await inspect(cleo, await seal(alice, bob))).toBe('by-hand-for-others');
  });

  test('shows neither its content nor its maker', async () => {
    const { alice, bob } = await friends();
    const blob = Buffer.from(readHandText(await seal(alice, bob)));
    expect(blob.includes('10.0.0.1')).toBe(false);
    expect(blob.includes(Buffer.from(alice.services.identity.keys.publicKey))).toBe(false);
    expect(limits.handClassesBytes).toContain(blob.length);
  });

  test('is known as one’s own', async () => {
    const { alice, bob } = await friends();
    expect(await inspect(alice, await seal(alice, bob))).toBe('by-hand-own');
  });

  test('works once, also after a restart', async () => {
    const folder = await temporaryFolder();
    const alice = await person('Alice');
    const services = await openProfile({ folder });
    const bob = { services, peerId: (await services.identity.create('Bob')).peerId };
    await befriend(alice, bob);
    const text = await seal(alice, bob);
    expect(await inspect(bob, text)).toBe('no failure');
    expect(await open(bob, text)).toBe('no failure');
    expect(await inspect(bob, text)).toBe('by-hand-used');
    services.close();
    const again = { services: await openProfile({ folder }), peerId: bob.peerId };
    expect(await open(again, text)).toBe('by-hand-used');
  });

  test('is too old after a day, or when it comes from further ahead than a day', async () => {
    const clock = testClock();
    const { alice, bob } = await friends({ clock });
    const text = await seal(alice, bob);
    clock.pass(handLifeMs);
    expect(await inspect(bob, text)).toBe('no failure');
    clock.pass(1);
    expect(await inspect(bob, text)).toBe('by-hand-stale');
    clock.pass(-2 * handLifeMs - 2);
    expect(await inspect(bob, text)).toBe('by-hand-stale');
  });

  test('is remembered as used for as long as it could be used, and no longer', async () => {
    const clock = testClock();
    const { alice, bob } = await friends({ clock });
    const text = await seal(alice, bob);
    clock.pass(-handLifeMs);
    await open(bob, text);
    clock.pass(2 * handLifeMs);
    await open(bob, await seal(alice, bob));
    expect(await inspect(bob, text)).toBe('by-hand-used');
    clock.pass(2);
    await open(bob, await seal(alice, bob));
    expect(await inspect(bob, text)).toBe('by-hand-stale');
  });

  test('of a stranger, of somebody blocked and of a maker not welcomed yet is refused', async () => {
    const { alice, bob, aliceAtBob } = await friends();
    const text = await seal(alice, bob);
    bob.services.contacts.setBlocked(aliceAtBob.contactId, true);
    expect(await inspect(bob, text)).toBe('contact-blocked');
    expect(await failureCode(seal(bob, alice))).toBe('contact-blocked');
    bob.services.contacts.remove(aliceAtBob.contactId);
    expect(await inspect(bob, text)).toBe('by-hand-stranger');
    const cleo = await person('Cleo');
    bob.services.invites.accept(cleo.services.invites.create(1).link, null);
    expect(await failureCode(seal(bob, cleo))).toBe('contact-not-accepted');
  });

  test('from another version says so, and any other text is damaged', async () => {
    const { alice, bob } = await friends();
    const text = await seal(alice, bob);
    expect(await inspect(bob, text.replace(':h1/', ':h2/'))).toBe('by-hand-version');
    for (const bad of ['', 'roundtable:h1/', 'roundtable:i1/abc', text.slice(0, -5), `${text}A`, `${text}!`])
      expect(await inspect(bob, bad)).toBe('by-hand-damaged');
  });

  test('is refused when any byte differs', async () => {
    const { alice, bob } = await friends();
    const text = await seal(alice, bob);
    const blob = readHandText(text);
    await fc.assert(
      fc.asyncProperty(fc.nat({ max: blob.length - 1 }), fc.integer({ min: 1, max: 255 }), async (at, by) => {
        const flipped = Uint8Array.from(blob);
        flipped[at] = (flipped[at] ?? 0) ^ by;
        expect(await inspect(bob, writeHandText(flipped))).toBe('by-hand-for-others');
      }),
      { numRuns: 200 },
    );
    expect(await inspect(bob, text)).toBe('no failure');
  });

  test('is refused when any byte of its opened content was changed and sealed again', async () => {
    const { alice, bob } = await friends();
    const plain = await openSealed(bob.services.identity.keys, readHandText(await seal(alice, bob)));
    if (!plain) throw new Error('not opened');
    const codes = new Set<string>();
    for (let at = 0; at < plain.length; at += 1) {
      const changed = Uint8Array.from(plain);
      changed[at] = (changed[at] ?? 0) ^ 1;
      codes.add(await inspect(bob, writeHandText(await sealTo(peerKey(bob.peerId), changed))));
    }
    expect([...codes].sort()).toEqual(['by-hand-damaged', 'by-hand-for-others', 'by-hand-stranger']);
  });

  test('ends in a word for what is wrong with it, whatever stands in it', async () => {
    const { bob } = await friends();
    const texts = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 200 }),
      fc.string({ maxLength: 200 }).map((rest) => `roundtable:h1/${rest}`),
      fc.uint8Array({ minLength: 1_000, maxLength: 1_100 }).map(writeHandText),
    );
    await fc.assert(
      fc.asyncProperty(texts, async (text) => {
        expect(await inspect(bob, text)).toMatch(/^by-hand-/);
      }),
    );
  });

  test('of a contact holds nothing but a description with few candidates', async () => {
    const { alice, bob } = await friends();
    const many = Array.from({ length: handCandidates + 1 }, () => candidate);
    const bodies = [
      new Uint8Array(),
      encodeCbor(offer),
      pack(encodeCbor({ kind: 'bye' })),
      pack(encodeCbor({ ...offer, candidates: many })),
      pack(encodeCbor({ ...offer, more: 1 })),
      pack(encodeCbor({ ...offer, sdp: 'x'.repeat(14_001) })),
    ];
    for (const body of bodies) expect(await inspect(bob, await forge(alice, bob, body))).toBe('by-hand-damaged');
    expect(await inspect(bob, await forge(alice, bob, packSignal(offer)))).toBe('no failure');
  });

  test('that would unpack to more than the limit is not unpacked', () => {
    const bomb = pack(Buffer.alloc(64 * 1024 * 1024));
    expect(bomb.length).toBeGreaterThan(60_000);
    const before = process.memoryUsage().arrayBuffers;
    expect(unpackSignal(bomb)).toBeNull();
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(4 * 1024 * 1024);
  });

  test('is packed with words that never change', () => {
    const digest = createHash('sha256').update(descriptionWords).digest('hex');
    expect(digest).toBe('9caa686676f578427071f4571314aae13edcb929a7841f113c7aa4302ec30301');
  });

  test('is packed so that it comes out the same, whatever it says', () => {
    const signals = fc.record<HandSignal>({
      kind: fc.constantFrom('offer', 'answer'),
      sdp: fc.string({ maxLength: 4_000 }),
      candidates: fc.array(fc.constant(candidate), { maxLength: handCandidates }),
    });
    fc.assert(
      fc.property(signals, (signal) => {
        expect(unpackSignal(packSignal(signal))).toEqual(signal);
      }),
    );
    fc.assert(fc.property(fc.uint8Array({ maxLength: 2_000 }), (bytes) => void unpackSignal(bytes)));
  });
});

describe('an answer by hand', () => {
  test('fits the offer it was made for, once, and only from whom the offer was for', async () => {
    const { alice, bob } = await friends();
    const cleo = await person('Cleo');
    await befriend(alice, cleo);
    await seal(alice, bob);
    expect(await inspect(alice, await seal(cleo, alice, answer))).toBe('by-hand-over');
    expect(await open(alice, await seal(bob, alice, answer))).toBe('no failure');
    expect(await open(alice, await seal(bob, alice, answer))).toBe('by-hand-over');
  });

  test('to an offer that was never made here, or before a restart, is over', async () => {
    const { alice, bob } = await friends();
    expect(await inspect(alice, await seal(bob, alice, answer))).toBe('by-hand-over');
  });

  test('needs no clock that agrees, but comes within a day', async () => {
    const late = testClock();
    const clock = testClock(late.now() + 5 * handLifeMs);
    const alice = await person('Alice', { clock });
    const bob = await person('Bob', { clock: late });
    await befriend(alice, bob);
    await seal(alice, bob);
    const text = await seal(bob, alice, answer);
    clock.pass(handLifeMs);
    expect(await inspect(alice, text)).toBe('no failure');
    clock.pass(1);
    expect(await inspect(alice, text)).toBe('by-hand-stale');
  });
});

describe('texts and signals', () => {
  test('are not taken for each other', async () => {
    const { alice, bob } = await friends();
    const asText = await forge(alice, bob, encodeCbor({ kind: 'here' }), 'session');
    expect(await inspect(bob, asText)).toBe('by-hand-damaged');
    const large: HandSignal = { ...offer, sdp: Array.from({ length: 3_000 }, (_, at) => String(at)).join('') };
    const blob = readHandText(await seal(alice, bob, large));
    expect(limits.sealedClassesBytes).toContain(blob.length);
    expect(await bob.services.signals.open(blob)).toMatchObject({ outcome: 'dropped', reason: 'malformed' });
  });

  test('of the longest kind fit the bounds of the contract', () => {
    const longest = writeHandText(new Uint8Array(Math.max(...limits.handClassesBytes)));
    expect(longest.length).toBeLessThan(handTextMaxLength);
    expect(parseHandText(longest)?.payload).not.toBeNull();
    expect(parseHandText(longest.padEnd(handTextMaxLength + 1, 'A'))?.payload).toBeNull();
  });
});

describe('a text as a file', () => {
  test('is named after whom it is for, and holds the text and nothing else', async () => {
    const { alice, bob, bobAtAlice } = await friends();
    alice.services.contacts.rename(bobAtAlice.contactId, 'Bob / Home');
    const text = await seal(alice, bob);
    const { saveByHand } = createHandlers(alice.services, noShell);
    const { name, folder } = await saveByHand({ to: bob.peerId, text });
    expect(name).toBe('For Bob _ Home.roundtable');
    expect(await readFile(join(folder, name), 'utf8')).toBe(`${text}\n`);
  });
});
