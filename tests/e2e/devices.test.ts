// Other microphones, cameras and speakers in the middle of a call, chosen or forced by an unplugged one.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { en } from '#messages/en';
import type { Person } from '#tests/support/person';
import { Table } from '#tests/support/table';
import { listenForTone, waitForSilence } from '#tests/support/tone-heard';
import { writeTone } from '#tests/support/tone';

declare global {
  interface Window {
    /** Ends every capture of the device with this name, as its unplugging would, and takes it off the list. */
    unplug(label: string): void;
  }
}

/** Runs inside the page: a machine whose devices can be unplugged. */
function unpluggableDevices(): void {
  const { mediaDevices } = navigator;
  const list = mediaDevices.enumerateDevices.bind(mediaDevices);
  const open = mediaDevices.getUserMedia.bind(mediaDevices);
  const gone = new Set<string>(); // device ids
  const captured: MediaStreamTrack[] = [];
  mediaDevices.enumerateDevices = async () => (await list()).filter((device) => !gone.has(device.deviceId));
  mediaDevices.getUserMedia = async (constraints) => {
    const wanted = JSON.stringify(constraints);
    if ([...gone].some((deviceId) => wanted.includes(deviceId))) throw new DOMException('', 'NotFoundError');
    const stream = await open(constraints);
    captured.push(...stream.getTracks());
    return stream;
  };
  window.unplug = (label) => {
    for (const track of captured.filter((one) => one.label === label && one.readyState === 'live')) {
      gone.add(track.getSettings().deviceId ?? '');
      track.stop();
      track.dispatchEvent(new Event('ended'));
    }
    mediaDevices.dispatchEvent(new Event('devicechange'));
  };
}

const adaHz = 440;
const soon = { timeout: 10_000 };

describe('in a call', () => {
  const table = new Table();
  let ada: Person;
  let ben: Person;

  /** The name of the device whose sound or picture goes out. */
  const sent = async (kind: 'audio' | 'video'): Promise<string> =>
    await ada.page.evaluate((wanted) => {
      const senders = window.observedConnections.flatMap((one) => one.getSenders());
      return senders.find(({ track }) => track?.kind === wanted && track.readyState === 'live')?.track?.label ?? '';
    }, kind);
  const seeOther = async (kind: 'audio' | 'video', before: string): Promise<void> => {
    await expect
      .poll(async () => await sent(kind), soon)
      .toSatisfy((label: string) => label !== '' && label !== before);
  };
  const choices = async (menu: string, group: string): Promise<string[]> => {
    await ada.page.getByRole('button', { name: menu, exact: true }).click();
    const names = await ada.page.getByRole('group', { name: group }).getByRole('menuitemradio').allTextContents();
    await ada.page.keyboard.press('Escape');
    return names.map((name) => name.trim());
  };
  const choose = async (menu: string, group: string, device: string): Promise<void> => {
    await ada.page.getByRole('button', { name: menu, exact: true }).click();
    await ada.page.getByRole('group', { name: group }).getByRole('menuitemradio', { name: device }).click();
  };
  const hear = async (): Promise<void> => {
    await expect
      .poll(async () => Math.round((await ben.page.evaluate(listenForTone, 300)).frequency), soon)
      .toSatisfy((hertz: number) => Math.abs(hertz - adaHz) < 15);
  };
  /** Waits until the picture over there moves on. */
  const seeMoving = async (): Promise<void> => {
    const label = en.call.theirPicture('Ada');
    const video = ben.page.getByLabel(label);
    const decoded = async (): Promise<number> =>
      await video.evaluate((element) => (element as HTMLVideoElement).getVideoPlaybackQuality().totalVideoFrames);
    const before = await decoded();
    await expect.poll(decoded, soon).toBeGreaterThan(before + 5);
  };

  beforeAll(async () => {
    ada = await table.seat('Ada', {
      chromium: { microphone: writeTone(adaHz), args: ['--use-fake-device-for-media-stream=device-count=3'] },
      disguise: unpluggableDevices,
    });
    ben = await table.seat('Ben');
    await ada.switchNoiseSuppressionOff();
    await ada.befriend(ben);
    await ada.ring('Ben', { video: true });
    await ben.accept({ video: false });
    await Promise.all([ada.seeCall('Ben'), ben.seeRemoteVideo('Ada')]);
  });

  afterAll(async () => {
    await table.clear();
  });

  test('another microphone can be chosen, and goes on being heard', async () => {
    const { microphoneMenu } = en.call;
    const names = await choices(microphoneMenu, en.devices.microphone);
    expect(names.length).toBeGreaterThan(2);
    const before = await sent('audio');
    const other = names.slice(1).find((name) => name !== before) ?? '';
    await choose(microphoneMenu, en.devices.microphone, other);
    await expect.poll(async () => await sent('audio'), soon).toBe(other);
    await hear();
  });

  test('a microphone that is unplugged gives way to the default one', async () => {
    const before = await sent('audio');
    await ada.page.evaluate((label) => window.unplug(label), before);
    await seeOther('audio', before);
    await hear();
    expect(await choices(en.call.microphoneMenu, en.devices.microphone)).not.toContain(before);
  });

  test('another camera can be chosen, and goes on being seen', async () => {
    const names = await choices(en.call.cameraMenu, en.devices.camera);
    expect(names).toHaveLength(4);
    const other = names.slice(1).at(-1) ?? '';
    await choose(en.call.cameraMenu, en.devices.camera, other);
    await expect.poll(async () => await sent('video'), soon).toBe(other);
    await seeMoving();
  });

  test('a camera that is unplugged gives way to another one', async () => {
    const before = await sent('video');
    await ada.page.evaluate((label) => window.unplug(label), before);
    await seeOther('video', before);
    await seeMoving();
  });

  test('a speaker can be chosen', async () => {
    const sink = async (): Promise<string> =>
      await ada.page.locator('audio').evaluate((element) => (element as HTMLAudioElement).sinkId);
    expect(await sink()).toBe('');
    const names = await choices(en.call.microphoneMenu, en.devices.speaker);
    await choose(en.call.microphoneMenu, en.devices.speaker, names[1] ?? '');
    await expect.poll(sink, soon).not.toBe('');
    await choose(en.call.microphoneMenu, en.devices.speaker, en.devices.systemDefault);
    await expect.poll(sink, soon).toBe('');
  });

  test('mute and camera answer to the keyboard alone', async () => {
    await ada.page.getByRole('button', { name: en.call.mute, exact: true }).focus();
    const silence = ben.page.evaluate(waitForSilence, { belowDb: -60, timeoutMs: 5_000 });
    await ada.page.keyboard.press('Enter');
    await silence;
    await ada.page.keyboard.press('Control+d');
    await ada.page.getByRole('button', { name: en.call.mute, exact: true }).waitFor();
    await hear();
    await ada.page.keyboard.press('Control+e');
    await ben.page.getByLabel(en.call.theirPicture('Ada')).waitFor({ state: 'detached' });
    await ada.page.keyboard.press('Control+Shift+H');
    await ben.seeEnded();
  });
});
