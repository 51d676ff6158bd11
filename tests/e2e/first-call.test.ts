// Two people, two machines' worth of Roundtable, one real call through the interface.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { en } from '#messages/en';
import type { Person } from '#tests/support/person';
import { Table } from '#tests/support/table';
import { listenForTone, waitForSilence } from '#tests/support/tone-heard';
import { writeTone } from '#tests/support/tone';

const adaHz = 440;
const benHz = 660;

describe('two people who sit down with a link between them', () => {
  const table = new Table();
  let ada: Person;
  let ben: Person;

  beforeAll(async () => {
    ada = await table.seat('Ada', { chromium: { microphone: writeTone(adaHz) } });
    ben = await table.seat('Ben', { chromium: { microphone: writeTone(benHz) } });
    // A steady tone is just what noise suppression takes away.
    await Promise.all([ada.switchNoiseSuppressionOff(), ben.switchNoiseSuppressionOff()]);
  });

  afterAll(async () => {
    await table.clear();
  });

  test('become contacts by an invite and see each other online', async () => {
    await ada.befriend(ben);
  });

  test('hear each other’s tone, at its frequency and not faint', async () => {
    await ada.ring('Ben', { video: false });
    await ben.accept({ video: false });
    await Promise.all([ada.seeCall('Ben'), ben.seeCall('Ada')]);
    const [atAda, atBen] = await Promise.all(
      [ada, ben].map(async ({ page }) => await page.evaluate(listenForTone, 2_000)),
    );
    expect(atAda?.frequency).toBeGreaterThan(benHz - 15);
    expect(atAda?.frequency).toBeLessThan(benHz + 15);
    expect(atBen?.frequency).toBeGreaterThan(adaHz - 15);
    expect(atBen?.frequency).toBeLessThan(adaHz + 15);
    expect(atBen?.levelDb).toBeGreaterThan(-40);
  });

  test('a mute is silence on the other side within 100 ms', async () => {
    const silence = ben.page.evaluate(waitForSilence, { belowDb: -60, timeoutMs: 5_000 });
    const mutedAt = await ada.press(en.call.mute);
    const lateMs = (await silence) - mutedAt;
    expect(lateMs).toBeLessThan(100);
    expect(lateMs).toBeGreaterThan(-20);
    await ada.press(en.call.unmute);
    await expect
      .poll(async () => (await ben.page.evaluate(listenForTone, 300)).levelDb, { timeout: 5_000 })
      .toBeGreaterThan(-40);
  });

  test('the camera can be turned on during the call, and the other side sees it move', async () => {
    await ada.press(en.call.cameraOn);
    await ben.seeRemoteVideo('Ada');
    await ada.press(en.call.cameraOff);
  });

  test('hanging up ends the call on both sides, in words', async () => {
    await ada.hangUp();
    await ben.page.getByText(en.ended['they-hung-up'].title('Ada')).waitFor();
    await Promise.all([ada.dismissEnded(), ben.dismissEnded()]);
    expect(
      await ada.page
        .locator('audio')
        .evaluateAll((all) => all.some((one) => (one as HTMLAudioElement).srcObject !== null)),
    ).toBe(false);
  });

  test('a declined call says so, with the words of the one who declined', async () => {
    await ada.ringAgain('Ben', { video: true });
    await ben.page.getByRole('button', { name: en.call.declineMore }).click();
    await ben.page.getByRole('button', { name: en.call.declineReasons[1] ?? '' }).click();
    await ada.page.getByText(en.call.theirWords(en.call.declineReasons[1] ?? '')).waitFor();
    await ada.dismissEnded();
  });

  test('a cancelled call is a missed call over there, with a badge that goes when it is looked at', async () => {
    await ben.sidebar.getByRole('button', { name: en.sidebar.echo }).click();
    await ada.ringAgain('Ben', { video: false });
    await ben.page.getByRole('button', { name: en.call.accept, exact: true }).waitFor();
    await ada.page.getByRole('button', { name: en.call.cancel, exact: true }).click();
    await ben.sidebar.getByText(en.sidebar.missed(1)).first().waitFor({ state: 'attached' });
    await ben.openPerson('Ada');
    await ben.sidebar.getByText(en.sidebar.missed(1)).first().waitFor({ state: 'detached' });
    await ben.page.getByText(en.person.record.missed).first().waitFor();
  });

  test('the safety number and the spoken words are the same on both sides, and comparing marks as verified', async () => {
    await ada.ringAgain('Ben', { video: false });
    await ben.accept({ video: false });
    await Promise.all([ada.seeCall('Ben'), ben.seeCall('Ada')]);
    const [atAda, atBen] = await Promise.all([ada.readSafety(), ben.readSafety()]);
    expect(atAda.digits).toMatch(/^\d{60}$/);
    expect(atAda.digits).toBe(atBen.digits);
    expect(atAda.spoken).toHaveLength(4);
    expect(atAda.spoken).toEqual(atBen.spoken);
    await ada.page.getByRole('button', { name: en.compare.match }).click();
    await ada.page.getByText(en.call.verified, { exact: true }).first().waitFor();
    await ben.closeDialog();
    await ada.hangUp();
    await Promise.all([ada.dismissEnded(), ben.dismissEnded()]);
  });
});
