import { beforeEach, describe, expect, it } from 'vitest';
import type { TransferTotals } from '#shared/transfer-totals';
import type { TableState } from '#state/table.svelte';
import { FakeClock, settle } from '#tests/support/fake-clock';
import { FakeWorld } from '#tests/support/gallery/fake-world';
import { ada, bo, contactId } from '#tests/support/gallery/people';
import { openTable } from '#tests/support/open-table';

let world: FakeWorld;
let clock: FakeClock;
let table: TableState;
let totals: TransferTotals;

beforeEach(async () => {
  world = new FakeWorld();
  clock = new FakeClock();
  world.clock = clock;
  totals = {
    sentBytes: 12,
    receivedBytes: 5,
    since: 1,
    people: [
      { contactId: bo.contactId, sentBytes: 9, receivedBytes: 1 },
      { contactId: contactId(777), sentBytes: 1, receivedBytes: 1 },
      { contactId: ada.contactId, sentBytes: 0, receivedBytes: 2 },
    ],
  };
  world.answers.readTransferTotals = async () => totals;
  ({ table } = await openTable(world));
});

describe('give and take', () => {
  it('is read while it is looked at, and names those who are known', async () => {
    const { giveTake } = table;
    expect(giveTake.totals).toBeNull();
    const off = giveTake.follow();
    await settle();
    expect(giveTake.people.map(({ name, sentBytes }) => [name, sentBytes])).toEqual([
      ['Bo', 9],
      ['Ada Lindqvist', 0],
    ]);
    totals = { ...totals, sentBytes: 40 };
    await clock.advance(3_001);
    await settle();
    expect(giveTake.totals?.sentBytes).toBe(40);
    off();
    totals = { ...totals, sentBytes: 50 };
    await clock.advance(10_000);
    await settle();
    expect(giveTake.totals?.sentBytes).toBe(40);
  });

  it('rests where the system says that the connection costs, unless the person gives all the same', async () => {
    const { giveTake, settings } = table;
    expect([giveTake.cost, giveTake.use.isGivingHeld]).toEqual(['unknown', false]);
    world.lineCost.set('metered');
    expect(giveTake.use.isGivingHeld).toBe(true);
    world.answers.saveSettings = async (patch) => ({
      ...settings.current,
      files: patch.files ?? settings.current.files,
    });
    await settings.save({ files: { ...settings.current.files, pausesOnMetered: false } });
    expect(giveTake.use.isGivingHeld).toBe(false);
  });
});
