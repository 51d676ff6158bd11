// One of three crashes: the others are told, hear each other without a gap meanwhile, and go on without them.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { en } from '#messages/en';
import { paces } from '#core/wire/paces';
import { listenForGaps, seamlessMs, type GapsHeard } from '#tests/support/gaps-heard';
import type { Person } from '#tests/support/person';
import { joinByLink, makeRoomLink, openRoom, seeInside } from '#tests/support/room-acts';
import { expectAllToHearAll, hertzOf, seatWithTone } from '#tests/support/room-tones';
import { Table } from '#tests/support/table';

const gapMs = 200;
/** From the first sign that the crash is known about, to the others and to the eyes of the test. */
const slackMs = 3_000;
const listening = { forMs: 8_000, belowDb: -50 };

describe('a member who crashes', () => {
  const table = new Table();
  let ada: Person;
  let ben: Person;
  let cleo: Person;
  let crashedAt: number;
  let gaps: Promise<readonly [GapsHeard, GapsHeard]>;

  beforeAll(async () => {
    ada = await seatWithTone(table, 'Ada');
    ben = await seatWithTone(table, 'Ben');
    cleo = await seatWithTone(table, 'Cleo');
    await openRoom(ada, 'Three');
    const link = await makeRoomLink(ada);
    await joinByLink(ben, link);
    await joinByLink(cleo, link);
    await Promise.all([seeInside(ada, [ben, cleo]), seeInside(ben, [ada, cleo]), seeInside(cleo, [ada, ben])]);
  }, 120_000);

  afterAll(async () => {
    await table.clear();
  });

  test('was heard by the others, and hears them', async () => {
    await expectAllToHearAll([ada, ben, cleo]);
  });

  test('is shown as reconnecting within 5 s', async () => {
    gaps = Promise.all([
      ada.page.evaluate(listenForGaps, { ...listening, hertz: hertzOf['Ben'] ?? 0 }),
      ben.page.evaluate(listenForGaps, { ...listening, hertz: hertzOf['Ada'] ?? 0 }),
    ]);
    await ada.page.waitForTimeout(2_000); // the listening has begun
    crashedAt = await cleo.crash();
    await Promise.all(
      [ada, ben].map(async (person) => {
        const seat = person.page.getByRole('list', { name: en.room.seats }).getByRole('button', { name: /^Cleo/ });
        await seat.getByText(en.room.state.reconnecting, { exact: true }).waitFor({ timeout: 10_000 });
      }),
    );
    expect(Date.now() - crashedAt).toBeLessThan(paces.memberReconnectingMs);
  });

  test('leaves no gap in what the others hear of each other', async () => {
    const [byAda, byBen] = await gaps;
    expect(Math.max(byAda.slowestLookMs, byBen.slowestLookMs)).toBeLessThan(seamlessMs);
    expect(byAda.longestMs).toBeLessThanOrEqual(gapMs);
    expect(byBen.longestMs).toBeLessThanOrEqual(gapMs);
  });

  test('is gone after 35 s, not sooner, and the others go on', async () => {
    const facts = en.room.facts.connected(2);
    const goneAt = await Promise.all(
      [ada, ben].map(async (person) => {
        await person.page.getByText(facts, { exact: true }).first().waitFor({ timeout: 50_000 });
        return Date.now();
      }),
    );
    for (const at of goneAt) {
      expect(at - crashedAt).toBeGreaterThan(paces.memberGoneMs - slackMs);
      expect(at - crashedAt).toBeLessThan(paces.memberGoneMs + paces.memberReconnectingMs + slackMs);
    }
    await expectAllToHearAll([ada, ben]);
  });
});
