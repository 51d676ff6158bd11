// A cast from one camera to several screens, carried on by those who watch: strangers to each other who know the caster alone.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { en } from '#messages/en';
import { copiesOf, endCast, goLive, hearCast, openCasts, seeCast, watch } from '#tests/support/cast-acts';
import type { Person } from '#tests/support/person';
import { Table } from '#tests/support/table';

const title = 'From the attic';
const { cast } = en;

describe('a cast', () => {
  const table = new Table();
  let ada: Person;
  const viewers: Person[] = [];

  beforeAll(async () => {
    await table.shareBrowser({ args: ['--autoplay-policy=no-user-gesture-required'] });
    ada = await table.seat('Ada', { voiceHertz: 440 });
    await ada.switchNoiseSuppressionOff();
    for (const name of ['Ben', 'Cleo', 'Dora', 'Emil']) {
      const viewer = await table.seat(name);
      await ada.befriend(viewer);
      viewers.push(viewer);
    }
  }, 180_000);

  afterAll(async () => {
    await table.clear();
  });

  test('is seen and heard by those who watch, who are told of it when it begins', async () => {
    const [ben, cleo] = viewers;
    if (!ben || !cleo) throw new Error('Nobody sat down.');
    await goLive(ada, title);
    await ada.page.getByText(cast.nobodyWatches).waitFor();
    await ben.page.getByText(cast.begun('Ada')).waitFor();
    await watch(ben, title, 'Ada');
    await seeCast(ben, title);
    await hearCast(ben, 440);
    await watch(cleo, title, 'Ada');
    await seeCast(cleo, title);
    await hearCast(cleo, 440);
    await ada.page.getByText(cast.viewers(2), { exact: true }).waitFor();
  });

  test('costs the caster no more copies with every further viewer: they carry it on to each other', async () => {
    const late = viewers.slice(2);
    for (const viewer of late) await watch(viewer, title, 'Ada');
    for (const viewer of late) {
      await seeCast(viewer, title);
      await hearCast(viewer, 440);
    }
    await ada.page.getByText(cast.viewers(4), { exact: true }).waitFor();
    await expect.poll(async () => await copiesOf(ada), { timeout: 15_000 }).toBeLessThanOrEqual(2.1);
    expect(await copiesOf(ada)).toBeGreaterThan(0.9);
    await ada.press(cast.map);
    await ada.page
      .getByRole('dialog', { name: cast.map })
      .getByText(new RegExp(cast.from('.*')))
      .first()
      .waitFor();
    await ada.closeDialog();
  });

  test('goes on for the others when one who carries it is gone without a word', async () => {
    const [ben, ...others] = viewers;
    if (!ben) throw new Error('Nobody sat down.');
    await ben.page.goto('about:blank');
    await ben.shell.stop();
    for (const viewer of others) {
      await seeCast(viewer, title);
      await hearCast(viewer, 440);
    }
  });

  test('ends for everybody, in words, when its caster ends it', async () => {
    const [, cleo] = viewers;
    if (!cleo) throw new Error('Nobody sat down.');
    await endCast(ada);
    await cleo.page.getByText(cast.overText('Ada')).waitFor();
    await cleo.press(cast.back);
    await cleo.page.getByText(cast.nothing).waitFor();
    await openCasts(ada);
    await ada.page.getByRole('button', { name: cast.goLive, exact: true }).waitFor();
  });
});
