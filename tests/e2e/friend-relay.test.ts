// Two contacts without a direct path, and a friend of both who helps: words, a file, a voice and a picture pass through her, and end with one switch.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { en } from '#messages/en';
import { bringAxe, violations } from '#tests/support/accessibility';
import { message, write } from '#tests/support/chat-acts';
import { acceptFiles, downloadsIn, dropOn, openFiles, receives, sha256, someBytes } from '#tests/support/drop-acts';
import type { Person } from '#tests/support/person';
import { Table } from '#tests/support/table';
import { listenForTone } from '#tests/support/tone-heard';
import { knowPaths, setPath } from '#tests/support/without-path';

const adaHz = 440;
const benHz = 660;

describe('two contacts who cannot reach each other, with a friend who helps', () => {
  const table = new Table();
  const benHome = mkdtempSync(join(tmpdir(), 'roundtable-home-ben-'));
  let ada: Person;
  let ben: Person;
  let cleo: Person;

  beforeAll(async () => {
    await table.shareBrowser();
    ada = await table.seat('Ada', { disguise: knowPaths, voiceHertz: adaHz });
    ben = await table.seat('Ben', { disguise: knowPaths, voiceHertz: benHz, home: benHome });
    cleo = await table.seat('Cleo');
    for (const person of [ada, ben]) {
      await person.switchNoiseSuppressionOff();
      await cleo.befriend(person);
    }
    await setPath(ada, ben, false);
    await cleo.openSettings('relay');
    await cleo.page.getByRole('switch', { name: en.relay.settings.helps }).check();
    await cleo.closeDialog();
  });

  afterAll(async () => {
    await table.clear();
    rmSync(benHome, { recursive: true, force: true });
  });

  test('are connected through her, and all three see it', async () => {
    await ada.befriend(ben);
    await Promise.all([ada.openPerson('Ben'), ben.openPerson('Ada')]);
    for (const person of [ada, ben]) await person.page.getByText(new RegExp(en.relay.by('Cleo'))).waitFor();
    const helping = new RegExp(`${en.relay.helping('Ada', 'Ben')}|${en.relay.helping('Ben', 'Ada')}`);
    await cleo.sidebar.getByRole('button', { name: helping }).click();
    await cleo.page.getByRole('heading', { name: en.relay.settings.now }).waitFor();
    await bringAxe(cleo.page);
    expect(await violations(cleo.page)).toEqual([]);
    await cleo.closeDialog();
  });

  test('write to each other', async () => {
    await write(ada, 'Ben', 'Through whom do we talk?');
    await message(ben, 'Through whom do we talk?').waitFor();
    await write(ben, 'Ada', 'Through Cleo');
    await message(ada, 'Through Cleo').waitFor();
  });

  test('talk, hear and see each other', async () => {
    await ada.ring('Ben', { video: false });
    await ben.accept({ video: false });
    await Promise.all([ada.seeCall('Ben'), ben.seeCall('Ada')]);
    for (const [person, hertz] of [
      [ada, benHz],
      [ben, adaHz],
    ] as const) {
      const hears = async (): Promise<boolean> => {
        const { frequency, levelDb } = await person.page.evaluate(listenForTone, 1_000);
        return Math.abs(frequency - hertz) < 15 && levelDb > -45;
      };
      await person.waitUntil(hears);
    }
    await ada.page.getByText(new RegExp(en.relay.by('Cleo'))).waitFor();
    await ada.press(en.call.cameraOn);
    await ben.seeRemoteVideo('Ada');
    await ada.hangUp();
    await Promise.all([ada.dismissEnded(), ben.dismissEnded()]);
  });

  test('give each other a file, which arrives byte for byte', async () => {
    const bytes = someBytes(700_017, 3);
    await ada.openPerson('Ben');
    await ben.openPerson('Ada');
    await dropOn(ada, en.dropped.drop.person('Ben'), [{ name: 'harbour.flac', bytes }]);
    await acceptFiles(ben, 'harbour.flac');
    await openFiles(ben);
    await receives(ben, 'harbour.flac');
    expect(downloadsIn(benHome)).toEqual({ 'harbour.flac': sha256(bytes) });
  });

  test('are without her as soon as she turns it off, and connected directly once there is a path', async () => {
    await cleo.openSettings('relay');
    await cleo.page.getByRole('switch', { name: en.relay.settings.helps }).uncheck();
    await cleo.closeDialog();
    await ada.openPerson('Ben');
    await ada.page.getByText(new RegExp(en.relay.by('Cleo'))).waitFor({ state: 'hidden' });
    await setPath(ada, ben, true);
    await expect
      .poll(async () => await ada.page.getByText(en.presence.online, { exact: true }).count(), { timeout: 60_000 })
      .toBeGreaterThan(0);
    expect(await ada.page.getByText(new RegExp(en.relay.by('Cleo'))).count()).toBe(0);
  });
});
