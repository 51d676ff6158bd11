// Choosing what to share in the app's own picker.
import { describe, expect, it } from 'vitest';
import { Failure } from '#shared/failure';
import type { OfferedScreen } from '#shared/offered-screen';
import { ScreenPicker } from '#state/screen-picker.svelte';

const screen: OfferedScreen = { screenId: 'screen:0:0', kind: 'screen', name: 'Entire screen', picture: null };

function make(offered: OfferedScreen[] | null): { picker: ScreenPicker; chosen: string[] } {
  const chosen: string[] = [];
  const picker = new ScreenPicker({
    listScreens: async () => offered,
    chooseScreen: async ({ screenId }) => void chosen.push(screenId),
  });
  return { picker, chosen };
}

const outcome = async (picking: Promise<void>): Promise<string> =>
  await picking.then(
    () => 'picked',
    (reason: unknown) => Failure.from(reason).code,
  );

describe('the picker of screens', () => {
  it('offers what there is, and passes the choice on before the capture begins', async () => {
    const { picker, chosen } = make([screen]);
    const picking = picker.pick();
    await Promise.resolve();
    expect(picker.offered).toEqual([screen]);
    picker.choose('screen:0:0');
    await picking;
    expect(chosen).toEqual(['screen:0:0']);
    expect(picker.offered).toBeNull();
  });

  it('chooses nothing when it is closed', async () => {
    const { picker, chosen } = make([screen]);
    const picking = outcome(picker.pick());
    await Promise.resolve();
    picker.choose(null);
    expect(await picking).toBe('aborted');
    expect(chosen).toEqual([]);
  });

  it('ends an older question when a new one begins', async () => {
    const { picker, chosen } = make([screen]);
    const older = outcome(picker.pick());
    await Promise.resolve();
    const newer = outcome(picker.pick());
    expect(await older).toBe('aborted');
    picker.choose('screen:0:0');
    expect(await newer).toBe('picked');
    expect(chosen).toEqual(['screen:0:0']);
  });

  it('asks nothing where the system asks, and says when there is nothing', async () => {
    const { picker } = make(null);
    expect(await outcome(picker.pick())).toBe('picked');
    expect(picker.offered).toBeNull();
    expect(await outcome(make([]).picker.pick())).toBe('screen-missing');
  });
});
