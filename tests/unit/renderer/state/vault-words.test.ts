import { describe, expect, it } from 'vitest';
import type { VaultHealth } from '#shared/vault';
import {
  currentOf,
  healthWords,
  isMoving,
  keeperWords,
  overviewOf,
  runWords,
  spreadWords,
  vaultFailure,
  vaultSum,
} from '#state/vault-words';
import { fakeHealth, fakeItem, fakeKeeper, fakeRun, fakeVault, fakeVersion } from '#tests/support/fake-vault';
import { ada } from '#tests/support/gallery/people';

const mb = 1_000_000;
const itemOf = (seed: number, health: VaultHealth) =>
  fakeItem(seed, `Thing ${seed}`, { versions: [fakeVersion(seed, { health })] });
const waiting = fakeHealth({ state: 'waiting', spare: 0, keptBytes: 6 * mb });
const missing = fakeHealth({ state: 'waiting', spare: 0, keepersMissing: 2, keptBytes: 0 });
const risk = fakeHealth({ state: 'risk', spare: 0 });
const lost = fakeHealth({ state: 'lost', spare: 0 });
const reading = fakeHealth({ state: 'reading', keptBytes: 0 });

describe('how safe something is', () => {
  it.each([
    [fakeHealth(), 'ok', 'Safe: any 3 of its 6 keepers can vanish'],
    [fakeHealth({ spare: 1, keepers: 3 }), 'ok', 'Safe: any one of its 3 keepers can vanish'],
    [risk, 'warn', 'At risk: one more loss and it is gone'],
    [missing, 'warn', 'Waiting for keepers: 2 more needed'],
    [{ ...missing, keepersMissing: 1 }, 'warn', 'Waiting for keepers: 1 more needed'],
    [waiting, 'busy', 'On its way to keepers, 25 %'],
    [reading, 'busy', 'Being encrypted…'],
    [lost, 'danger', 'Cannot be restored at present'],
  ])('%o: %s, %s', (health, tone, text) => {
    expect(healthWords(health)).toEqual({ tone, text });
  });

  it('is that of the newest version of which all was read', () => {
    const versions = [fakeVersion(3, { health: reading }), fakeVersion(2, { health: risk }), fakeVersion(1)];
    expect(currentOf(fakeItem(1, 'Thing', { versions }))?.health).toBe(risk);
    expect(currentOf(fakeItem(1, 'Thing', { versions: versions.slice(0, 1) }))?.health).toBe(reading);
    expect(currentOf(fakeItem(1, 'Thing', { versions: [] }))).toBeNull();
  });

  it('goes with a bar while pieces are on their way, also of what is safe', () => {
    expect(isMoving(waiting)).toBe(true);
    expect(isMoving(fakeHealth({ keptBytes: 20 * mb }))).toBe(true);
    expect(isMoving(fakeHealth())).toBe(false);
    expect(isMoving(reading)).toBe(false);
  });
});

describe('the vault in all', () => {
  const titleOf = (...healths: VaultHealth[]) =>
    overviewOf(fakeVault({ items: healths.map((health, at) => itemOf(at + 1, health)) }))?.title;

  it('is as good as the worst that is in it', () => {
    expect(titleOf()).toBeUndefined();
    expect(titleOf(fakeHealth())).toBe('Your thing is safe');
    expect(titleOf(fakeHealth(), fakeHealth(), reading)).toBe('All 2 things are safe');
    expect(titleOf(reading)).toBe('Being encrypted');
    expect(titleOf(fakeHealth(), waiting)).toBe('1 thing on the way to keepers');
    expect(titleOf(waiting, missing)).toBe('2 more keepers are needed');
    expect(titleOf(missing, risk, risk)).toBe('2 things at risk');
    expect(titleOf(missing, risk, lost)).toBe('1 thing cannot be restored at present');
  });

  it('names the least that can vanish', () => {
    const items = [itemOf(1, fakeHealth()), itemOf(2, fakeHealth({ spare: 1, keepers: 3 }))];
    expect(overviewOf(fakeVault({ items }))?.text).toBe('Any one of 3 keepers can vanish, and everything comes back.');
  });

  it('asks for a friend where another keeper would help, and nowhere else', () => {
    const needs = (health: VaultHealth) => overviewOf(fakeVault({ items: [itemOf(1, health)] }))?.needsKeeper;
    expect([risk, missing].map(needs)).toEqual([true, true]);
    expect([fakeHealth(), waiting, lost, reading].map(needs)).toEqual([false, false, false, false]);
  });

  it('is said in the sidebar in a few words: what goes on first, then what is wrong', () => {
    const sum = (...healths: VaultHealth[]) =>
      vaultSum(fakeVault({ items: healths.map((health, at) => itemOf(at + 1, health)) }), null);
    expect(vaultSum(null, null).text).toBe('Backups with friends');
    expect(sum().text).toBe('Backups with friends');
    expect(vaultSum(fakeVault(), 0.417).text).toBe('Encrypting, 41 %');
    const half = fakeRun(1, { doneBytes: 50 * mb });
    expect(vaultSum(fakeVault({ runs: [half] }), null).text).toBe('Restoring, 50 %');
    expect(vaultSum(fakeVault({ runs: [{ ...half, kind: 'drill' }] }), null).text).toBe('Trying a restore');
    expect(vaultSum(fakeVault({ runs: [{ ...half, state: 'done' }] }), null).text).toBe('Backups with friends');
    expect(sum(lost, risk)).toEqual({ text: '1 thing cannot be restored', isUrgent: true });
    expect(sum(risk, waiting)).toEqual({ text: '1 thing at risk', isUrgent: true });
    expect(sum(waiting, fakeHealth())).toEqual({ text: '1 thing on the way', isUrgent: false });
    expect(sum(fakeHealth(), fakeHealth()).text).toBe('2 things, all safe');
    expect(vaultSum(fakeVault({ index: { state: 'seeking', doubts: [] } }), null).text).toBe('Being looked for');
  });
});

describe('a restore', () => {
  const names = ['Ben', 'Cleo'];

  it('says how far it is and how long it takes', () => {
    const run = fakeRun(1, { doneBytes: 40 * mb });
    expect(runWords(fakeRun(1), [], null).text).toBe('0 B of 100 MB, asking keepers');
    expect(runWords(run, names, 3_000).text).toBe('40 MB of 100 MB, 3 s left');
    expect(runWords(run, names, null).text).toBe('40 MB of 100 MB');
    expect(runWords({ ...run, state: 'waiting' }, names, null)).toMatchObject({ tone: 'warn' });
  });

  it('says where it is and who gave it', () => {
    const run = fakeRun(1, { state: 'done', doneBytes: 100 * mb, startedAt: 1_000, endedAt: 43_000 });
    expect(runWords(run, names, null)).toEqual({
      tone: 'ok',
      title: 'Photographs is in your downloads',
      text: 'From Ben and Cleo, 100 MB in 42 s',
    });
    expect(runWords(run, [], null).text).toBe('100 MB in 42 s');
  });

  it('that was only tried says that it came back as it was', () => {
    const run = fakeRun(1, { kind: 'drill', state: 'done', doneBytes: 12 * mb, parts: 3, endedAt: 4_000 });
    expect(runWords(run, names, null)).toEqual({
      tone: 'ok',
      title: 'It works',
      text: '3 parts of Photographs came back from Ben and Cleo exactly as they were, 12 MB in 4 s.',
    });
    expect(runWords({ ...run, parts: 1 }, ['Ben'], null).text).toContain('1 part of Photographs came back from Ben');
  });

  it('that failed says why', () => {
    const run = fakeRun(1, { state: 'failed', failure: 'disk-full' });
    expect(runWords(run, [], null)).toMatchObject({ tone: 'danger', title: 'Photographs could not be restored' });
    expect(runWords(run, [], null).text).toBe(vaultFailure('disk-full').text);
    expect(runWords({ ...run, kind: 'drill', failure: null }, [], null).title).toBe(
      'A part of Photographs did not come back',
    );
    expect(runWords({ ...run, state: 'cancelled' }, [], null).text).toBe('You stopped it');
  });
});

describe('a keeper', () => {
  it.each([
    ['good', 5, 'ok'],
    ['good', null, 'busy'],
    ['doubtful', 5, 'warn'],
    ['leaving', 5, 'warn'],
    ['failed', 5, 'danger'],
  ] as const)('that is %s, last proof %s, is marked %s', (state, provedAt, tone) => {
    expect(keeperWords(fakeKeeper(ada.peerId, 'Ada', { state, provedAt })).tone).toBe(tone);
  });
});

describe('where keepers are', () => {
  const keeperIn = (network: string | null, utcMinutes: number | null) =>
    fakeKeeper(ada.peerId, 'Ada', { network, utcMinutes });

  it('is told in networks and time zones, as far as they are known', () => {
    const some = [keeperIn('a', 60), keeperIn('b', 60), keeperIn('a', 0), keeperIn(null, null)];
    expect(spreadWords(some)).toBe('In 2 networks and 2 time zones, as far as they are known');
    expect(spreadWords([keeperIn('a', 60)])).toBe('In 1 network and 1 time zone, as far as they are known');
    expect(spreadWords([keeperIn(null, null)])).toBeNull();
  });
});
