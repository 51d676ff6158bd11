// Microphone and camera that cannot be had: the call goes on with what there is, and says in place what to do.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { en } from '#messages/en';
import type { FailureCode } from '#shared/failure';
import type { Person } from '#tests/support/person';
import { Table } from '#tests/support/table';
import { listenForTone } from '#tests/support/tone-heard';
import { writeTone } from '#tests/support/tone';

declare global {
  interface Window {
    /** What getUserMedia throws from now on, by kind; null lets it through. */
    mediaTrouble: { audio: string | null; video: string | null };
  }
}

/** Runs inside the page: fails as browsers do (W3C mediacapture-main, getUserMedia). */
function troubledMedia(): void {
  window.mediaTrouble = { audio: null, video: null };
  const { mediaDevices } = navigator;
  const open = mediaDevices.getUserMedia.bind(mediaDevices);
  mediaDevices.getUserMedia = async (constraints) => {
    const { audio, video } = window.mediaTrouble;
    const name = constraints?.audio ? audio : video;
    if (name !== null) throw new DOMException('', name);
    return await open(constraints);
  };
}

const adaHz = 440;

describe('a call', () => {
  const table = new Table();
  let ada: Person;
  /** Has no camera. */
  let ben: Person;
  /** Her browser allows nothing. */
  let cleo: Person;

  const trouble = async (kind: 'audio' | 'video', name: string | null): Promise<void> => {
    await ada.page.evaluate(([which, what]) => (window.mediaTrouble[which] = what), [kind, name] as const);
  };
  const seeNotice = async (person: Person, code: FailureCode): Promise<void> => {
    const { title, happened, remedy } = en.failure[code];
    const pane = person.page.getByRole('main');
    await pane.getByText(title, { exact: true }).waitFor();
    await pane.getByText(`${happened} ${remedy}`, { exact: true }).waitFor();
  };
  const hear = async (person: Person): Promise<void> => {
    await expect
      .poll(async () => (await person.page.evaluate(listenForTone, 300)).levelDb, { timeout: 10_000 })
      .toBeGreaterThan(-50);
  };
  const tryAgain = async (): Promise<void> => {
    await ada.page.getByRole('button', { name: en.common.tryAgain }).click();
  };

  beforeAll(async () => {
    ada = await table.seat('Ada', { chromium: { microphone: writeTone(adaHz) }, disguise: troubledMedia });
    ben = await table.seat('Ben', { chromium: { args: ['--use-fake-device-for-media-stream=device-count=0'] } });
    cleo = await table.seat('Cleo', { chromium: { args: ['--use-fake-ui-for-media-stream=deny'] }, permissions: [] });
    await ada.switchNoiseSuppressionOff();
    await ada.befriend(ben);
    await ada.befriend(cleo);
  });

  afterAll(async () => {
    await table.clear();
  });

  test('goes on with sound when the cameras of both fail', async () => {
    await trouble('video', 'NotFoundError');
    await ada.ring('Ben', { video: true });
    await ben.accept({ video: true });
    await Promise.all([ada.seeCall('Ben'), ben.seeCall('Ada')]);
    await Promise.all([seeNotice(ada, 'camera-missing'), seeNotice(ben, 'camera-missing')]);
    await hear(ben);
    await ben.page.getByRole('button', { name: en.call.withoutCamera }).click();
    await ben.page.getByText(en.failure['camera-missing'].title, { exact: true }).waitFor({ state: 'detached' });
  });

  test('tells a camera that is not allowed from one in use, and takes it once it can be had', async () => {
    await trouble('video', 'NotAllowedError');
    await tryAgain();
    await seeNotice(ada, 'camera-denied');
    await trouble('video', 'NotReadableError');
    await tryAgain();
    await seeNotice(ada, 'camera-busy');
    await trouble('video', null);
    await tryAgain();
    await ben.seeRemoteVideo('Ada');
    await ada.page.getByText(en.failure['camera-busy'].title, { exact: true }).waitFor({ state: 'detached' });
    await ada.hangUp();
    await Promise.all([ada.dismissEnded(), ben.dismissEnded()]);
  });

  test('goes on listening without a microphone, says why, and speaks once it can be had', async () => {
    await trouble('audio', 'NotAllowedError');
    await ada.ringAgain('Ben', { video: false });
    await ben.accept({ video: false });
    await Promise.all([ada.seeCall('Ben'), ben.seeCall('Ada')]);
    await seeNotice(ada, 'microphone-denied');
    await hear(ada);
    await trouble('audio', 'NotReadableError');
    await tryAgain();
    await seeNotice(ada, 'microphone-busy');
    await trouble('audio', 'NotFoundError');
    await tryAgain();
    await seeNotice(ada, 'microphone-missing');
    await trouble('audio', null);
    await tryAgain();
    await ada.page.getByText(en.failure['microphone-missing'].title, { exact: true }).waitFor({ state: 'detached' });
    await hear(ben);
    await ada.hangUp();
    await Promise.all([ada.dismissEnded(), ben.dismissEnded()]);
  });

  test('comes about with somebody whose browser allows neither, who hears and is told', async () => {
    await ada.ring('Cleo', { video: false });
    await cleo.accept({ video: true });
    await Promise.all([ada.seeCall('Cleo'), cleo.seeCall('Ada')]);
    await Promise.all([seeNotice(cleo, 'microphone-denied'), seeNotice(cleo, 'camera-denied')]);
    await hear(cleo);
    await ada.hangUp();
    await Promise.all([ada.dismissEnded(), cleo.dismissEnded()]);
  });

  test('with Echo says in place that the microphone is not allowed', async () => {
    await cleo.sidebar.getByRole('button', { name: en.sidebar.echo }).click();
    await cleo.page.getByRole('button', { name: en.echo.start }).click();
    const { title, remedy } = en.failure['microphone-denied'];
    await cleo.page.getByText(title, { exact: true }).waitFor();
    await cleo.page.getByText(remedy, { exact: true }).waitFor();
    await cleo.page.getByRole('button', { name: en.echo.start }).waitFor();
  });
});
