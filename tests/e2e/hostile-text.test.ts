// What strangers call themselves, and what they say when they decline, is text: it runs nothing, loads nothing, and
// moves nothing that is not theirs.
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as v from 'valibot';
import { formatInvite } from '#main/services/invite-codec';
import { IdentityKeys } from '#main/services/identity-keys';
import { en } from '#messages/en';
import { DisplayName } from '#shared/identity';
import { plainWords } from '#shared/plain-words';
import type { Person } from '#tests/support/person';
import { Table } from '#tests/support/table';

/** Each would set window.pwned, or load something, if it were anything but text. */
const names = [
  '<script>pwned=1</script>',
  '<img src=x onerror=pwned=1>',
  '<svg onload=pwned=1>',
  '"><svg/onload=pwned=1>',
  "'onfocus=pwned=1 autofocus='",
  '<iframe src=//evil.example>',
  '<img src=//evil.example/a.png>',
  '<style>*{display:none}</style>',
  '<link href=//evil.example/x.css>',
  '<base href=//evil.example>',
  '</button></li></ul>',
  '<!--',
  ']]>',
  '<b>bold</b>',
  '&lt;b&gt;',
  '&#60;svg onload=pwned=1&#62;',
  '{{constructor.constructor(1)()}}',
  '${pwned=1}',
  '{@html pwned}',
  '{#if true}',
  '%3Csvg%20onload=pwned=1%3E',
  'javascript:pwned=1',
  'data:text/html,<p>',
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  'null',
  'undefined',
  'NaN',
  'true',
  '0',
  '-1',
  '[object Object]',
  '../../etc/passwd',
  'C:\\Windows\\system32',
  'https://evil.example/',
  "'; DROP TABLE contacts; --",
  "1' OR '1'='1",
  '%s%s%n%d',
  '\\u003csvg\\u003e',
  'Z̷̧̛a̶l̴g̵o̴͉͝ ',
  'e' + '\u0301'.repeat(20),
  'W'.repeat(32),
  'i'.repeat(32),
  '﷽﷽﷽﷽',
  'ﷺ'.repeat(10),
  '👩‍👩‍👧‍👦',
  '🏳️‍🌈🏴󠁧󠁢󠁥󠁮󠁧󠁿',
  '🤦🏽‍♀️'.repeat(2),
  'שלום עולם',
  'مرحبا بالعالم',
  'Ada \u202egro.elpmaxe',
  '\u2066abc\u2069',
  'Ada\u200b',
  'Ada\nBen',
  'Ada\u0000',
  '\ufeffAda',
  '\u2028Ada',
  '   ',
  '漢字かなカナ한글',
  'ΑԁА',
  '·´¯`·.¸¸.·´¯`·',
  '\u3000Ada\u3000',
];

/** Every second one is taken as a contact: they show in the sidebar side by side. */
const isAdded = (at: number): boolean => at % 2 === 0;

/** The name as an honest app would take it, or null when it takes none of the kind. */
function taken(name: string): string | null {
  const parsed = v.safeParse(DisplayName, name);
  return parsed.success && parsed.output === name && Buffer.byteLength(name) <= 64 ? name : null;
}

/** An invite whose maker wrote this name into it, unchecked. */
async function inviteOf(name: string): Promise<string> {
  const keys = await IdentityKeys.fromSeed(new Uint8Array(randomBytes(32)));
  return formatInvite(keys, { secret: randomBytes(16), expiresAt: Date.now() + 3_600_000, nameHint: name });
}

declare global {
  interface Window {
    pwned?: unknown;
  }
}

describe('hostile text', () => {
  const table = new Table();
  let ada: Person;
  let ben: Person;
  const strayRequests: string[] = [];

  const expectHarmless = async (): Promise<void> => {
    expect(await ada.page.evaluate(() => 'pwned' in window)).toBe(false);
    expect(strayRequests).toEqual([]);
    const width = await ada.page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    expect(width).toBeLessThanOrEqual(0);
  };

  beforeAll(async () => {
    await table.shareBrowser();
    ada = await table.seat('Ada');
    ben = await table.seat('Ben');
    await ada.befriend(ben);
    const { origin } = new URL(ada.shell.url);
    ada.page.on('request', (request) => {
      const url = request.url();
      if (!url.startsWith(origin) && !url.startsWith('data:') && !url.startsWith('blob:')) strayRequests.push(url);
    });
  });

  afterAll(async () => {
    await table.clear();
  });

  test('in the name of an invite is shown as it is, or the invite is refused', { timeout: 120_000 }, async () => {
    const { page } = ada;
    await ada.openInvites('use');
    const field = page.getByLabel(en.invite.paste);
    for (const [at, name] of names.entries()) {
      await field.fill(await inviteOf(name));
      if (taken(name) === null) {
        // Refused, or cut to the length of a name by the maker's own app.
        const refused = page.getByText(en.failure['invite-malformed'].title, { exact: true });
        await refused.or(page.getByRole('dialog').getByRole('button', { name: /^Add / })).waitFor();
        expect(await page.getByRole('dialog').textContent()).not.toMatch(/[\u202a-\u202e\u2066-\u2069\u200b\ufeff]/);
        continue;
      }
      const preview = page.getByText(en.invite.from(name), { exact: true });
      await expect.poll(async () => await preview.textContent(), { timeout: 5_000 }).toBe(en.invite.from(name));
      if (!isAdded(at)) continue;
      await page.getByRole('dialog').getByRole('button', { name: /^Add / }).click();
      await page.getByRole('dialog').waitFor({ state: 'hidden' });
      expect(await page.getByRole('main').getByRole('heading', { level: 1 }).textContent()).toBe(name);
      await ada.openInvites('use');
    }
    await ada.closeDialog();
    await expectHarmless();
  });

  test('in the sidebar keeps to its row, whose width and height are those of every other', async () => {
    const rows = await ada.sidebar.getByRole('listitem').getByRole('button').all();
    const boxes = await Promise.all(rows.map(async (row) => await row.boundingBox()));
    expect(rows.length).toBeGreaterThan(20);
    expect(new Set(boxes.map((box) => box?.width)).size).toBe(1);
    expect(new Set(boxes.map((box) => box?.x)).size).toBe(1);
    const heights = boxes.map((box) => box?.height ?? 0);
    expect(Math.max(...heights)).toBeLessThanOrEqual(Math.min(...heights) + 8);
    const shown = await ada.sidebar.getByRole('listitem').evaluateAll((items) => items.map((item) => item.textContent));
    for (const [at, name] of names.entries()) {
      if (isAdded(at) && taken(name) !== null)
        expect(
          shown.some((text) => text.includes(name)),
          name,
        ).toBe(true);
    }
    await expectHarmless();
  });

  test('survives a reload and a search', async () => {
    await ada.page.reload();
    await ada.seeOnline('Ben');
    await ada.page.getByLabel(en.sidebar.search).fill('onload=pwned=1');
    await ada.sidebar.getByRole('listitem').filter({ hasText: '<svg onload=pwned=1>' }).waitFor();
    await ada.page.getByLabel(en.sidebar.search).fill('<svg/onload=pwned=1>nobody');
    await ada.page.getByText(en.sidebar.nothingFound('<svg/onload=pwned=1>nobody')).waitFor();
    await ada.page.getByLabel(en.sidebar.search).fill('');
    await expectHarmless();
  });

  test.each([
    ['code', '<img src=//evil.example/x onerror=pwned=1><script>pwned=1</script>{{pwned=1}}${pwned=1}'],
    [
      'writing that turns around, towers and one endless word',
      `\u202eevil \u2066mixed \u200fשלום ${'a\u0301\u0302\u0303\u0304\u0305'.repeat(4)}${'W'.repeat(60)}`,
    ],
  ])('of somebody who declines with %s is words on the page', async (_, note) => {
    await ada.ringAgain('Ben', { video: false });
    await ben.page.getByRole('button', { name: en.call.declineMore }).click();
    await ben.page.getByLabel(en.call.declineOwn).fill(note);
    await ben.page.getByRole('button', { name: en.call.declineSend }).click();
    await ada.page.getByRole('heading', { name: en.ended.declined.title('Ben') }).waitFor();
    const quote = ada.page.locator('blockquote');
    const shown = (await quote.textContent()) ?? '';
    expect(shown).toBe(en.call.theirWords(plainWords(note.trim().slice(0, 100)) ?? ''));
    expect(shown).not.toMatch(/[\u200f\u202e\u2066]/);
    const [box, pane] = await Promise.all([quote.boundingBox(), ada.page.getByRole('main').boundingBox()]);
    expect(box?.width).toBeLessThanOrEqual(440);
    expect((box?.x ?? 0) > (pane?.x ?? 0)).toBe(true);
    await expectHarmless();
    await ada.dismissEnded();
  });
});
