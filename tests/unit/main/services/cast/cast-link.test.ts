import { base64urlnopad } from '@scure/base';
import * as fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import { castIdOf } from '#main/services/cast/cast-card';
import { formatCastLink, readCastLink } from '#main/services/cast/cast-link';
import { writePayload } from '#main/services/link-payload';
import { peerKey } from '#main/services/peer-keys';
import { serviceLimits as limits } from '#main/services/service-limits';
import { castLinkMaxLength, parseCastLink } from '#shared/cast';
import { failureCode } from '../failure-code';
import { befriend, person, testClock, type Person, type TestClock } from '../people';
import { startCast } from './cast-people';

const hourMs = 3_600_000;
const seed = new Uint8Array(16).fill(3);
const secret = new Uint8Array(16).fill(7);

let clock: TestClock;
let ann: Person;
let ben: Person;

beforeEach(async () => {
  clock = testClock();
  ann = await person('Ann', { clock });
  ben = await person('Ben', { clock });
});

const linkOf = (by: Person, title = 'A walk', casterName = 'Ann'): string =>
  formatCastLink(by.services.identity.keys, { seed, secret, expiresAt: 500_000 * hourMs, title, casterName });
const bytesOf = (link: string): Uint8Array => base64urlnopad.decode(parseCastLink(link)?.payload ?? '').slice(0, -4);
const linkWith = (bytes: Uint8Array): string => `roundtable:c1/${writePayload(bytes)}`;

describe('a link to a cast', () => {
  test('says again what was put in, in a page address too, and names a cast of whoever signed it', () => {
    const link = linkOf(ann);
    const said = readCastLink(link);
    expect(said).toEqual({
      castId: castIdOf(peerKey(ann.peerId), seed),
      caster: ann.peerId,
      casterName: 'Ann',
      title: 'A walk',
      expiresAt: 500_000 * hourMs,
      secret,
    });
    expect(readCastLink(`  https://example.org/open#${link.slice('roundtable:'.length)} `)).toEqual(said);
    expect(readCastLink(linkOf(ben)).castId).not.toBe(said.castId);
  });

  test('is short enough with the longest names', () => {
    const [title, name] = ['\u6f22'.repeat(80), '\u6f22'.repeat(32)];
    const link = linkOf(ann, title, name);
    expect(link.length).toBeLessThanOrEqual(castLinkMaxLength);
    expect(readCastLink(link)).toMatchObject({ title, casterName: name });
  });

  test('that is no link, was cut or mistyped is malformed', async () => {
    const link = linkOf(ann);
    const cut = fc.nat({ max: link.length - 2 }).map((length) => link.slice(0, length + 1));
    const mistyped = fc
      .tuple(fc.integer({ min: 14, max: link.length - 1 }), fc.constantFrom('A', 'b', 'Z', '0', '9', '_', '-'))
      .filter(([at, letter]) => link[at] !== letter)
      .map(([at, letter]) => link.slice(0, at) + letter + link.slice(at + 1));
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.string({ maxLength: 900 }), cut, mistyped), async (text) => {
        expect(await failureCode(() => readCastLink(text))).toBe('cast-link-malformed');
      }),
      { numRuns: 400 },
    );
  });

  test('with any byte changed and the checksum made anew is refused in words', async () => {
    const bytes = bytesOf(linkOf(ann));
    const codes = new Set<string>();
    for (let at = 0; at < bytes.length; at += 1) {
      const changed = Uint8Array.from(bytes);
      changed[at] = (changed[at] ?? 0) ^ 1;
      codes.add(await failureCode(() => readCastLink(linkWith(changed))));
    }
    for (const code of codes) expect(['cast-link-malformed', 'cast-link-forged', 'key-unacceptable']).toContain(code);
    expect(codes).toContain('cast-link-forged');
  });

  test('with anything at all behind a good checksum fails in words, never otherwise', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 400 }), async (bytes) => {
        expect(['cast-link-malformed', 'cast-link-forged', 'key-unacceptable']).toContain(
          await failureCode(() => readCastLink(linkWith(bytes))),
        );
      }),
    );
  });

  test('of a later version says so', async () => {
    const later = linkOf(ann).replace('roundtable:c1/', 'roundtable:c2/');
    expect(await failureCode(() => ben.services.casts.inspectLink(later))).toBe('cast-link-unknown-version');
  });

  test('signed by another than it names is forged', async () => {
    const bytes = bytesOf(linkOf(ben));
    bytes.set(ann.services.identity.keys.publicKey, 17);
    expect(await failureCode(() => readCastLink(linkWith(bytes)))).toBe('cast-link-forged');
  });

  test('that expired can be looked at, not entered, and says the same on both sides', async () => {
    const { castId } = startCast(ann).facts;
    const { link, expiresAt } = ann.services.casts.makeLink(castId, 2);
    const preview = { castId, caster: ann.peerId, casterName: 'Ann', title: 'A walk', expiresAt };
    expect(ben.services.casts.enterLink(link)).toEqual(preview);
    clock.pass(expiresAt - clock.now());
    expect(ben.services.casts.inspectLink(link)).toEqual(preview);
    expect(await failureCode(() => ben.services.casts.enterLink(link))).toBe('cast-link-expired');
    expect(await failureCode(() => ben.services.casts.requestOf(castId))).toBe('cast-link-expired');
  });

  test('of mine leads nowhere', async () => {
    const { link } = ann.services.casts.makeLink(startCast(ann).facts.castId, 2);
    expect(await failureCode(() => ann.services.casts.enterLink(link))).toBe('cast-own');
  });

  test('is not made of a cast that is over or for contacts alone, and not without limit', async () => {
    const closed = startCast(ann, { contacts: 'all', isByLink: false }).facts.castId;
    expect(await failureCode(() => ann.services.casts.makeLink(closed, 1))).toBe('cast-not-for-them');
    const { castId } = startCast(ann).facts;
    expect(await failureCode(() => ann.services.casts.makeLink(closed, 1))).toBe('cast-over');
    for (let count = 0; count < limits.castLinks; count += 1) ann.services.casts.makeLink(castId, 1);
    expect(await failureCode(() => ann.services.casts.makeLink(castId, 1))).toBe('cast-links-many');
    clock.pass(2 * hourMs);
    expect(await failureCode(() => ann.services.casts.makeLink(castId, 1))).toBe('no failure');
  });

  test('of somebody blocked is not entered', async () => {
    const { atGuest } = await befriend(ann, ben);
    const { link } = ann.services.casts.makeLink(startCast(ann).facts.castId, 1);
    ben.services.contacts.setBlocked(atGuest.contactId, true);
    expect(await failureCode(() => ben.services.casts.enterLink(link))).toBe('contact-blocked');
    expect(ben.services.casts.mayLink(ann.peerId)).toBe(false);
  });
});
