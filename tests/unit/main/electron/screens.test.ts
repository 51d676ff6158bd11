import { beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'valibot';
import type { DesktopCapturer } from 'electron';
import { contract } from '#shared/contract';
import { Failure } from '#shared/failure';
import { Screens } from '#main/electron/screens';
import { systemPicksScreens } from '#main/electron/system-picker';
import { desktopCapturer as stub } from '#tests/support/electron-stub';

const picture = (bytes: number) => ({ isEmpty: () => bytes === 0, toJPEG: () => Buffer.alloc(bytes, 7) });
const source = (id: string, name: string, bytes = 600) => ({ id, name, thumbnail: picture(bytes) });

let nowMs: number;

function make(systemPicks = false): Screens {
  const capturer = stub as unknown as DesktopCapturer; // sound: has the one function that is called
  return new Screens({ capturer, systemPicks, now: () => nowMs });
}

const codeOf = (work: () => void): string => {
  try {
    work();
  } catch (reason) {
    return Failure.from(reason).code;
  }
  return 'none';
};

beforeEach(() => {
  nowMs = 1_000;
  stub.sources = [
    source('window:31:0', 'Letter.odt', 0),
    source('screen:0:0', 'Entire screen'),
    source('window:77:1', 'Roundtable'),
  ];
});

describe('the screens of the desktop', () => {
  it('are offered before the windows, with pictures, and without the windows of the app itself', async () => {
    const offered = await make().list();
    expect(parse(contract.calls.listScreens.output, offered)).toEqual([
      {
        screenId: 'screen:0:0',
        kind: 'screen',
        name: 'Entire screen',
        picture: `data:image/jpeg;base64,${Buffer.alloc(600, 7).toString('base64')}`,
      },
      { screenId: 'window:31:0', kind: 'window', name: 'Letter.odt', picture: null },
    ]);
  });

  it('are bounded in number and in the length of their names', async () => {
    stub.sources = Array.from({ length: 500 }, (_, at) => source(`window:${at}:0`, 'x'.repeat(5_000)));
    const offered = parse(contract.calls.listScreens.output, await make().list());
    expect(offered).toHaveLength(48);
  });

  it('give the page the chosen one, once', async () => {
    const screens = make();
    await screens.list();
    expect(screens.take()).toBeNull();
    screens.choose('window:31:0');
    expect(screens.take()?.id).toBe('window:31:0');
    expect(screens.take()).toBeNull();
  });

  it('give nothing that was chosen a while ago, or before a new list', async () => {
    const screens = make();
    await screens.list();
    screens.choose('screen:0:0');
    nowMs += 5_001;
    expect(screens.take()).toBeNull();
    await screens.list();
    screens.choose('screen:0:0');
    await screens.list();
    expect(screens.take()).toBeNull();
  });

  it.each(['window:77:1', 'screen:9:0'])('cannot be chosen when they were not offered: %s', async (screenId) => {
    const screens = make();
    await screens.list();
    expect(codeOf(() => screens.choose(screenId))).toBe('screen-missing');
    expect(screens.take()).toBeNull();
  });

  it('are left to the system where it has a picker', async () => {
    expect(await make(true).list()).toBeNull();
    expect(systemPicksScreens('darwin', '24.1.0')).toBe(true);
    expect(systemPicksScreens('darwin', '23.6.0')).toBe(false);
    expect(systemPicksScreens('linux', '24.1.0')).toBe(false);
    expect(systemPicksScreens('win32', '26.0.0')).toBe(false);
  });

  it('say so when the system lists none', async () => {
    const capturer = { getSources: async () => await Promise.reject(new Error('Failed to get sources.')) };
    const screens = new Screens({ capturer, systemPicks: false, now: () => nowMs });
    await expect(screens.list()).rejects.toMatchObject({ code: 'screen-denied' });
  });
});
