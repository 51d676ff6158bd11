// Sounds and videos of drops while they are played: all here, still coming, waited for, and what cannot be played.
import type { DropSnapshot } from '#core/drop/snapshot';
import { fakeDrop } from '../fake-drops';
import { waveFile } from '../wave-file';
import type { FakeWorld } from './fake-world';
import * as people from './people';
import { online, tableOf, type Scene } from './scene-parts';

const { me, ada } = people;
const mib = 1024 * 1024;

const one = (name: string, bytes: number): Pick<DropSnapshot, 'files' | 'atMs'> => ({
  files: [{ path: [name], bytes }],
  atMs: people.nowMs - 4 * 60_000,
});

const coming = (name: string, more: Partial<DropSnapshot> = {}): DropSnapshot =>
  fakeDrop(70, ada, {
    ...one(name, 712 * mib),
    stage: { phase: 'running' },
    doneBytes: 320 * mib,
    feeders: [ada.peerId],
    ...more,
  });

/** The beginning, what was heard of the end, and pieces in between. */
const partly = Array.from({ length: 120 }, (_, at) => (at < 44 ? 1 : at > 116 ? 1 : at % 11 === 3 ? 0.6 : 0));

/** A few seconds of a harbour, as a file. */
async function film(): Promise<Blob> {
  const canvas = document.createElement('canvas');
  [canvas.width, canvas.height] = [960, 540];
  const pen = canvas.getContext('2d');
  const recorder = new MediaRecorder(canvas.captureStream(10), { mimeType: 'video/webm' });
  const pieces: Blob[] = [];
  recorder.ondataavailable = ({ data }) => pieces.push(data);
  const stopped = new Promise((resolve) => (recorder.onstop = resolve));
  recorder.start();
  for (let frame = 0; pen && frame < 12; frame += 1) {
    const sky = pen.createLinearGradient(0, 0, 0, 540);
    sky.addColorStop(0, '#23304f');
    sky.addColorStop(0.62, '#c9745f');
    sky.addColorStop(1, '#16202f');
    pen.fillStyle = sky;
    pen.fillRect(0, 0, 960, 540);
    pen.fillStyle = '#ffd9a0';
    pen.beginPath();
    pen.arc(640 + frame, 318, 52, 0, 2 * Math.PI);
    pen.fill();
    pen.fillStyle = '#0e1420';
    for (const [left, top, width] of [
      [0, 430, 300],
      [270, 384, 220],
      [520, 448, 440],
    ] as const)
      pen.fillRect(left, top, width, 540 - top);
    await new Promise((resolve) => setTimeout(resolve, 80));
  }
  recorder.stop();
  await stopped;
  return new Blob(pieces, { type: 'video/webm' });
}

const played = (drop: DropSnapshot, file: () => Promise<Blob | MediaSource | null>, held = partly): Scene => ({
  before: online,
  then: async (world: FakeWorld, app) => {
    const source = await file();
    world.playable = source && {
      address: URL.createObjectURL(source),
      readHeld: async () => held,
      release: () => undefined,
    };
    world.drops.show(drop);
    world.nowMs += 4_000;
    if (drop.stage.phase === 'running') world.drops.show({ ...drop, doneBytes: drop.doneBytes + 12 * mib });
    tableOf(app).navigation.show({ kind: 'files' });
    tableOf(app).navigation.open({ kind: 'player', dropId: drop.dropId, position: 0 });
    // What does not go on is said after a moment.
    await new Promise((resolve) => setTimeout(resolve, 1_500));
  },
});

const album = coming('', {
  files: ['01 Overture.flac', '02 Low tide.flac', '03 Ferries.flac', 'Sleeve.png', 'Notes.pdf'].map((name, at) => ({
    path: ['Live at the pier', name],
    bytes: (60 - 9 * at) * mib,
  })),
  fileCount: 5,
  bytes: 210 * mib,
  doneBytes: 84 * mib,
});

const listed: Scene = {
  before: online,
  then: (world, app) => {
    world.drops.show(album);
    tableOf(app).navigation.show({ kind: 'files' });
  },
  press: ['Details of Live at the pier'],
};

const sound = async (): Promise<Blob> => new Blob([waveFile({ seconds: 90, hertz: 220 })], { type: 'audio/wav' });
const nothingYet = async (): Promise<MediaSource> => await Promise.resolve(new MediaSource());
const noise = async (): Promise<Blob> => await Promise.resolve(new Blob([new Uint8Array(4_096).fill(7)]));

export const playerScenes: Readonly<Record<string, Scene>> = {
  'files-album': listed,
  'player-video': played(coming('Harbour at dawn.webm'), film),
  'player-sound': played(coming('Interview, second take.wav'), sound),
  'player-waiting': played(coming('Interview, second take.wav'), nothingYet),
  'player-paused': played(coming('Harbour at dawn.webm', { stage: { phase: 'paused', by: me.peerId } }), nothingYet),
  'player-nobody': played(coming('Harbour at dawn.webm', { stage: { phase: 'waiting' }, feeders: [] }), nothingYet),
  'player-broken': played(coming('Long cut.mp4'), noise),
  'player-unplayable': played(coming('Old tape.avi', { stage: { phase: 'finished' } }), noise),
  'player-whole': played(coming('Interview, second take.wav', { stage: { phase: 'finished' } }), sound),
  'player-missing': played(coming('Interview, second take.wav', { stage: { phase: 'finished' } }), async () => null),
};
