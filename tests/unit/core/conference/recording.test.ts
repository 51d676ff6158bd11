import * as v from 'valibot';
import { describe, expect, onTestFinished, test } from 'vitest';
import { Emitter } from '#core/base/emitter';
import { Scope } from '#core/base/scope';
import { Store } from '#core/base/store';
import { RoomRecording } from '#core/conference/recording';
import type { RecordingHost } from '#core/conference/recording-take';
import type { MemberTracks, TracksByMember } from '#core/conference/snapshot';
import type {
  LocalMediaSnapshot,
  MediaTrack,
  RecordedSource,
  SoundRecorder,
  SoundRecording,
  SoundRecordingEvents,
} from '#core/ports';
import { paces } from '#core/wire/paces';
import { Failure, type FailureCode } from '#shared/failure';
import { PeerId } from '#shared/identity';
import { RecordingId, RoomId } from '#shared/room';
import { FakeClock, settle } from '#tests/support/fake-clock';

const person = (letter: string): PeerId => v.parse(PeerId, letter.repeat(51) + 'a');
const [ada, bob, cleo] = [person('a'), person('b'), person('c')];
const roomId = v.parse(RoomId, 'a'.repeat(32));
const recordingId = v.parse(RecordingId, 'b'.repeat(32));
const track = (id: string): MediaTrack => ({ id, kind: 'audio' });
const noTracks: MemberTracks = { audio: null, video: null, screen: null, screenAudio: null };
const silence: LocalMediaSnapshot = {
  microphone: { phase: 'off' },
  camera: { phase: 'off' },
  isCameraEased: false,
  isMuted: false,
  audioTrack: null,
  videoTrack: null,
};

const consentOf = (peerId: PeerId): Uint8Array<ArrayBuffer> => new TextEncoder().encode(`${peerId} agrees`);

/** Main, as far as a recording needs it; its disk can be full. */
class FakeRecordingHost implements RecordingHost {
  readonly files = new Map<number, string>();
  readonly names: string[] = [];
  readonly kept: PeerId[] = [];
  finished = 0;
  trouble: FailureCode | null = null;

  startRecording: RecordingHost['startRecording'] = async ({ tracks }) => {
    if (this.trouble) throw new Failure(this.trouble);
    this.names.push(...tracks);
    return { recordingId };
  };
  addRecordingTrack: RecordingHost['addRecordingTrack'] = async ({ name }) => ({ track: this.names.push(name) - 1 });
  appendRecording: RecordingHost['appendRecording'] = async ({ track: at, bytes }) => {
    if (this.trouble) throw new Failure(this.trouble);
    this.files.set(at, (this.files.get(at) ?? '') + new TextDecoder().decode(bytes));
    return undefined;
  };
  signConsent: RecordingHost['signConsent'] = async () => consentOf(ada);
  keepConsent: RecordingHost['keepConsent'] = async ({ from, consent }) => {
    const isGenuine = new TextDecoder().decode(consent) === `${from} agrees`;
    if (isGenuine) this.kept.push(from);
    return { isGenuine };
  };
  finishRecording: RecordingHost['finishRecording'] = async () => {
    this.finished += 1;
    return { folder: '/recordings/one', files: this.names.filter((_, at) => this.files.has(at)) };
  };
}

class FakeRecorder implements SoundRecorder, SoundRecording {
  readonly events = new Emitter<SoundRecordingEvents>();
  sources: ReadonlyMap<string, RecordedSource> = new Map();
  readonly orders: string[] = [];
  fails = false;

  readonly open: SoundRecorder['open'] = async ({ files, sources }) => {
    if (this.fails) throw new Failure('internal');
    this.orders.push(`open ${files.length}`);
    this.sources = sources.snapshot;
    sources.onChange(() => (this.sources = sources.snapshot));
    return this;
  };
  pause(): void {
    this.orders.push('pause');
  }
  resume(): void {
    this.orders.push('resume');
  }
  async stop(): Promise<void> {
    this.orders.push('stop');
  }
  give(file: string, text: string): void {
    this.events.emit('encoded', { file, pages: new TextEncoder().encode(text) });
  }
  /** Source, file and track. */
  get heard(): string[] {
    return [...this.sources].map(
      ([
        key,
        {
          file,
          track: { id },
        },
      ]) => `${key.slice(0, 1)}>${file.slice(0, 3)}:${id}`,
    );
  }
}

function room() {
  const host = new FakeRecordingHost();
  const recorder = new FakeRecorder();
  const clock = new FakeClock();
  const scope = new Scope();
  const tracks = new Store<TracksByMember>(new Map());
  const own = new Store(silence);
  const asked: PeerId[] = [];
  const forged: PeerId[] = [];
  const recording = new RoomRecording({ host, recorder, clock, scope, self: ada });
  recording.events.on('consentRefused', (peerId) => forged.push(peerId));
  const phases: string[] = [];
  recording.store.onChange(() => phases.push(recording.store.snapshot.phase));
  onTestFinished(() => {
    scope.end();
  });
  const names = new Map([
    [ada, 'Ada'],
    [bob, 'Bob'],
    [cleo, 'Cleo'],
  ]);
  const start = async (people: readonly PeerId[], perSpeaker = false): Promise<void> => {
    const members = people.map((peerId) => ({ peerId, name: names.get(peerId) ?? '' }));
    const ask = (peerId: PeerId): number => asked.push(peerId);
    recording.start({ roomId, name: 'Talk', members, perSpeaker, tracks, own, ask });
    await settle();
  };
  const agree = async (peerId: PeerId): Promise<void> => {
    recording.receiveConsent(peerId, recordingId, consentOf(peerId));
    await settle();
  };
  return { host, recorder, clock, scope, tracks, own, asked, forged, recording, phases, start, agree };
}

describe('a recording of a room', () => {
  test('begins only when everybody inside has agreed, and ends in files', async () => {
    const { recording, recorder, host, start, agree, asked, phases, clock } = room();
    await start([ada, bob, cleo]);
    expect(asked).toEqual([bob, cleo]);
    expect(recording.store.snapshot).toEqual({ phase: 'asking', waitsFor: [bob, cleo] });
    await agree(bob);
    expect(recording.store.snapshot).toEqual({ phase: 'asking', waitsFor: [cleo] });
    expect(recorder.orders).toEqual([]);
    await agree(cleo);
    expect(recorder.orders).toEqual(['open 1', 'resume']);
    expect(host.kept).toEqual([ada, bob, cleo]);
    recorder.give('mix', 'one');
    recorder.give('mix', 'two');
    await clock.advance(3_000);
    recording.pause();
    expect(recording.store.snapshot).toMatchObject({ phase: 'paused', recordedMs: 3_000, code: null, waitsFor: [] });
    await clock.advance(5_000);
    recording.resume();
    await settle();
    expect(recording.store.snapshot).toMatchObject({ phase: 'running', recordedMs: 3_000, sinceMs: clock.now() });
    recording.stop();
    await settle();
    expect(recording.store.snapshot).toEqual({
      phase: 'finished',
      recordingId,
      folder: '/recordings/one',
      files: ['Talk'],
    });
    expect(host.files.get(0)).toBe('onetwo');
    expect(new Set(phases)).toEqual(new Set(['asking', 'running', 'paused', 'finished']));
    expect(clock.pending).toBe(0);
  });

  test('of somebody alone needs their own consent only', async () => {
    const { recording, host, start } = room();
    await start([ada]);
    expect(recording.store.snapshot.phase).toBe('running');
    expect(host.kept).toEqual([ada]);
  });

  test('is not made when one says no', async () => {
    const { recording, recorder, host, start, agree, clock } = room();
    await start([ada, bob, cleo]);
    recording.receiveConsent(bob, recordingId, null);
    await settle();
    await agree(cleo);
    expect(recording.store.snapshot).toEqual({ phase: 'refused', by: bob, code: 'recording-refused' });
    expect([recorder.orders, host.finished, clock.pending]).toEqual([[], 1, 0]);
    await start([ada]);
    expect(recording.store.snapshot.phase).toBe('running');
  });

  test('is not made when one says nothing', async () => {
    const { recording, recorder, start, clock, agree } = room();
    await start([ada, bob]);
    await clock.advance(paces.consentForMs - 1);
    expect(recording.store.snapshot.phase).toBe('asking');
    await clock.advance(1);
    expect(recording.store.snapshot).toEqual({ phase: 'refused', by: bob, code: 'recording-refused' });
    await agree(bob);
    expect([recording.store.snapshot.phase, recorder.orders]).toEqual(['refused', []]);
  });

  test('takes a forged consent for a no, and tells of it', async () => {
    const { recording, recorder, start, forged } = room();
    await start([ada, bob]);
    recording.receiveConsent(bob, recordingId, consentOf(cleo));
    await settle();
    expect(recording.store.snapshot).toMatchObject({ phase: 'refused', by: bob });
    expect([forged, recorder.orders]).toEqual([[bob], []]);
  });

  test('does not take what nobody asked for: of strangers, and for other recordings', async () => {
    const { recording, host, start } = room();
    await start([ada, bob]);
    recording.receiveConsent(cleo, recordingId, consentOf(cleo));
    recording.receiveConsent(bob, v.parse(RecordingId, 'c'.repeat(32)), consentOf(bob));
    recording.receiveConsent(bob, v.parse(RecordingId, 'c'.repeat(32)), null);
    await settle();
    expect(recording.store.snapshot).toEqual({ phase: 'asking', waitsFor: [bob] });
    expect(host.kept).toEqual([ada]);
  });

  test('goes on without waiting for who leaves before answering', async () => {
    const { recording, start, agree } = room();
    await start([ada, bob, cleo]);
    await agree(bob);
    recording.memberLeft(cleo);
    await settle();
    expect(recording.store.snapshot.phase).toBe('running');
  });

  test('says why it cannot start: folder or recorder', async () => {
    const first = room();
    first.host.trouble = 'recording-folder';
    await first.start([ada]);
    expect(first.recording.store.snapshot).toEqual({ phase: 'refused', by: null, code: 'recording-folder' });
    const second = room();
    second.recorder.fails = true;
    await second.start([ada]);
    expect(second.recording.store.snapshot).toEqual({ phase: 'refused', by: null, code: 'internal' });
    expect(second.host.finished).toBe(1);
  });

  test('that is called off while it asks leaves nothing', async () => {
    const { recording, recorder, host, start, agree, clock } = room();
    await start([ada, bob]);
    recording.stop();
    await agree(bob);
    expect(recording.store.snapshot).toEqual({ phase: 'none' });
    expect([recorder.orders, host.finished, clock.pending]).toEqual([[], 1, 0]);
  });

  test('is finished when the room ends', async () => {
    const { recording, recorder, scope, start } = room();
    await start([ada]);
    recorder.give('mix', 'one');
    scope.end();
    await settle();
    expect(recorder.orders).toEqual(['open 1', 'resume', 'stop']);
    expect(recording.store.snapshot.phase).toBe('finished');
  });
});

describe('a newcomer', () => {
  test('pauses it until they agree, and is heard in it only then', async () => {
    const { recording, recorder, tracks, start, agree, asked } = room();
    await start([ada, bob]);
    await agree(bob);
    tracks.set(
      new Map([
        [bob, { ...noTracks, audio: track('b1'), screenAudio: track('b2') }],
        [cleo, { ...noTracks, audio: track('c1') }],
      ]),
    );
    expect(recorder.heard).toEqual(['b>mix:b1', 'b>mix:b2']);
    recording.memberJoined(cleo, 'Cleo');
    expect(asked).toEqual([bob, cleo]);
    expect(recording.store.snapshot).toMatchObject({ phase: 'paused', waitsFor: [cleo], code: null });
    await agree(cleo);
    expect(recording.store.snapshot).toMatchObject({ phase: 'running', waitsFor: [] });
    expect(recorder.heard).toEqual(['b>mix:b1', 'b>mix:b2', 'c>mix:c1']);
    expect(recorder.orders).toEqual(['open 1', 'resume', 'pause', 'resume']);
  });

  test('who refuses keeps it paused until they leave, or agree when asked again', async () => {
    const { recording, start, agree, asked } = room();
    await start([ada]);
    recording.memberJoined(bob, 'Bob');
    recording.receiveConsent(bob, recordingId, null);
    await settle();
    expect(recording.store.snapshot).toMatchObject({ phase: 'paused', waitsFor: [bob] });
    recording.resume();
    await settle();
    expect(asked).toEqual([bob, bob]);
    expect(recording.store.snapshot).toMatchObject({ phase: 'paused', waitsFor: [bob] });
    recording.memberLeft(bob);
    expect(recording.store.snapshot.phase).toBe('running');
    recording.memberJoined(bob, 'Bob');
    expect(recording.store.snapshot.phase).toBe('paused');
    await agree(bob);
    expect(recording.store.snapshot.phase).toBe('running');
    recording.memberLeft(bob);
    recording.memberJoined(bob, 'Bob');
    expect(recording.store.snapshot.phase).toBe('running');
    expect(asked).toEqual([bob, bob, bob]);
  });

  test('who agrees does not undo a pause of mine', async () => {
    const { recording, start, agree } = room();
    await start([ada]);
    recording.pause();
    recording.memberJoined(bob, 'Bob');
    await agree(bob);
    expect(recording.store.snapshot).toMatchObject({ phase: 'paused', waitsFor: [] });
  });
});

describe('one file per speaker', () => {
  test('gives everybody a file of their own, and what screens play another', async () => {
    const { recorder, host, own, tracks, recording, start, agree } = room();
    await start([ada, bob], true);
    await agree(bob);
    expect(host.names).toEqual(['Ada', 'Bob']);
    own.set({ ...silence, audioTrack: track('a1') });
    tracks.set(new Map([[bob, { ...noTracks, audio: track('b1'), screenAudio: track('b2') }]]));
    expect(recorder.heard).toEqual(['a>aaa:a1', 'b>bbb:b1', 'b>sha:b2']);
    recording.memberJoined(cleo, 'Cleo');
    await agree(cleo);
    for (const [file, text] of [
      [ada, 'A'],
      [bob, 'B'],
      ['shared', 'S'],
      [cleo, 'C'],
    ] as const) {
      recorder.give(file, text);
    }
    await settle();
    expect(host.names).toEqual(['Ada', 'Bob', 'Shared sound', 'Cleo']);
    expect([...host.files.values()]).toEqual(['A', 'B', 'S', 'C']);
  });
});

describe('a disk in trouble', () => {
  test.each(['disk-full', 'recording-folder'] as const)(
    'pauses it, which says %s, keeps what is not written, and is gone on with',
    async (code) => {
      const { recording, recorder, host, start, clock } = room();
      await start([ada]);
      recorder.give('mix', 'one,');
      await clock.advance(1_000);
      host.trouble = code;
      recorder.give('mix', 'two,');
      await settle();
      expect(recording.store.snapshot).toMatchObject({ phase: 'paused', code, recordedMs: 1_000 });
      recorder.give('mix', 'three,');
      recording.resume();
      await settle();
      expect(recording.store.snapshot).toMatchObject({ phase: 'paused', code });
      host.trouble = null;
      recording.resume();
      await settle();
      expect(recording.store.snapshot).toMatchObject({ phase: 'running', code: null });
      recorder.give('mix', 'four');
      recording.stop();
      await settle();
      expect(host.files.get(0)).toBe('one,two,three,four');
    },
  );

  test('does not keep it from being finished with what it has', async () => {
    const { recording, recorder, host, start } = room();
    await start([ada]);
    recorder.give('mix', 'one');
    await settle();
    host.trouble = 'disk-full';
    recorder.give('mix', 'two');
    recording.stop();
    await settle();
    expect(recording.store.snapshot).toMatchObject({ phase: 'finished', files: ['Talk'] });
    expect(host.files.get(0)).toBe('one');
  });

  test('that never answers is given up when it ends', async () => {
    const { recording, recorder, host, start, clock } = room();
    await start([ada]);
    host.appendRecording = () => new Promise(() => undefined);
    recorder.give('mix', 'one');
    recording.stop();
    await clock.advance(2 * paces.recordingEndMs);
    expect(recording.store.snapshot.phase).toBe('finished');
  });
});

test('a held room records nothing, and goes on by itself afterwards', async () => {
  const { recording, recorder, start } = room();
  await start([ada]);
  recording.setHeld(true);
  expect(recording.store.snapshot.phase).toBe('paused');
  recording.resume();
  await settle();
  expect(recording.store.snapshot.phase).toBe('paused');
  recording.setHeld(false);
  expect(recording.store.snapshot.phase).toBe('running');
  expect(recorder.orders).toEqual(['open 1', 'resume', 'pause', 'resume']);
});

test('a recorder that breaks pauses it for good; what it gave out is kept', async () => {
  const { recording, recorder, host, start } = room();
  await start([ada]);
  recorder.give('mix', 'one');
  recorder.events.emit('failed', 'internal');
  recording.resume();
  await settle();
  expect(recording.store.snapshot).toMatchObject({ phase: 'paused', code: 'internal' });
  recording.stop();
  await settle();
  expect(recording.store.snapshot).toMatchObject({ phase: 'finished' });
  expect(host.files.get(0)).toBe('one');
});
