// A sound or a video of a drop while it is played: when it can be, and what is said when it does not go on.
import { describe, expect, it } from 'vitest';
import type { DropSnapshot, DropStage } from '#core/drop/snapshot';
import type { PlayableFile } from '#core/ports/content';
import { en } from '#messages/en';
import { canPlay, heldPercent, isAllHere, isVideo, playWords, type PlayTrouble } from '#state/drop-play';
import { Playback } from '#state/playback.svelte';
import { fakeDrop } from '#tests/support/fake-drops';
import { ada, me } from '#tests/support/gallery/people';

const words = en.dropped.player;
const named = (name: string): Pick<DropSnapshot, 'files'> => ({ files: [{ path: [name], bytes: 1_000 }] });
const incoming = (stage: DropStage, name = 'a.flac'): DropSnapshot => fakeDrop(1, ada, { ...named(name), stage });
const outgoing = (stage: DropStage): DropSnapshot =>
  fakeDrop(2, me, { ...named('a.webm'), direction: 'outgoing', stage });

const pace = { bytesPerSecond: null, leftMs: null };
const names = { self: me.peerId, nameOf: () => 'Ada' };
const said = (drop: DropSnapshot, trouble: PlayTrouble) => playWords(drop, trouble, names, pace);

describe('a file of a drop', () => {
  it('can be played while it comes and when it is here, if it is a sound or a video', () => {
    for (const phase of ['running', 'waiting', 'finished'] as const) {
      expect(canPlay(incoming({ phase }), 0)).toBe(true);
      expect(canPlay(incoming({ phase }, 'a.pdf'), 0)).toBe(false);
      expect(canPlay(incoming({ phase }), 1)).toBe(false);
    }
    expect(canPlay(incoming({ phase: 'paused', by: ada.peerId }), 0)).toBe(true);
    for (const phase of ['asked', 'declined'] as const) expect(canPlay(incoming({ phase }), 0)).toBe(false);
    expect(canPlay(incoming({ phase: 'failed', code: 'disk-full' }), 0)).toBe(false);
    expect(canPlay(incoming({ phase: 'cancelled', by: ada.peerId }), 0)).toBe(false);
  });

  it('of mine can be, unless the browser let go of it; what I lend to the drop of another cannot', () => {
    expect(canPlay(outgoing({ phase: 'running' }), 0)).toBe(true);
    expect(canPlay(outgoing({ phase: 'detached' }), 0)).toBe(false);
    expect(canPlay({ ...outgoing({ phase: 'running' }), isLoan: true }, 0)).toBe(false);
    expect(isAllHere(outgoing({ phase: 'running' }))).toBe(true);
    expect([isVideo('a.webm'), isVideo('a.flac'), isVideo('a.txt')]).toEqual([true, false, false]);
  });
});

describe('what is said', () => {
  it('is nothing while it plays, and nothing of a disk that is slow for a moment', () => {
    expect(said(incoming({ phase: 'running' }), 'none')).toBeNull();
    expect(said(incoming({ phase: 'finished' }), 'short')).toBeNull();
  });

  it('names what it waits for, and what this person can do', () => {
    expect(said(incoming({ phase: 'running' }), 'short')).toEqual({ text: words.waiting, acts: [], isWaiting: true });
    expect(said(incoming({ phase: 'waiting' }), 'short')?.text).toBe(words.nobodyHere);
    const mine = said(incoming({ phase: 'paused', by: me.peerId }), 'short');
    expect(mine).toEqual({ text: words.paused, acts: ['resume'], isWaiting: false });
    expect(said(incoming({ phase: 'paused', by: ada.peerId }), 'short')?.text).toBe(words.pausedBy('Ada'));
    expect(said(incoming({ phase: 'cancelled', by: ada.peerId }), 'short')).toEqual({
      text: en.dropped.stage.cancelledBy('Ada'),
      acts: [],
      isWaiting: false,
    });
  });

  it('tells what cannot be played from what cannot be played yet', () => {
    expect(said(incoming({ phase: 'running' }), 'broken')).toMatchObject({ text: words.broken, acts: ['again'] });
    expect(said(incoming({ phase: 'paused', by: me.peerId }), 'broken')?.acts).toEqual(['again', 'resume']);
    const received = said(incoming({ phase: 'finished' }), 'unplayable');
    expect(received).toMatchObject({ text: words.unplayableReceived, acts: ['show'] });
    expect(said(outgoing({ phase: 'finished' }), 'unplayable')).toMatchObject({ text: words.unplayable, acts: [] });
  });

  it('is how much is here in whole percents, and all of it only when it is', () => {
    expect(heldPercent([])).toBe(0);
    expect(heldPercent([1, 1, 0.99])).toBe(99);
    expect(heldPercent([1, 1])).toBe(100);
  });
});

describe('while it is played', () => {
  const plays = { readyState: 4, paused: false, seeking: false };
  const starves = { ...plays, readyState: 2 };

  function file(): PlayableFile & { released: number } {
    const made = {
      address: '/media/x',
      readHeld: async () => [0.5],
      released: 0,
      release: () => void (made.released += 1),
    };
    return made;
  }

  it('is given to the element once it is opened, and let go of with the dialog', async () => {
    const given = file();
    const playback = new Playback(async () => given);
    expect([playback.address, playback.isMissing]).toEqual([null, false]);
    await playback.open();
    await playback.measure();
    expect([playback.address, playback.held]).toEqual(['/media/x', [0.5]]);
    playback.close();
    expect([playback.address, given.released]).toEqual([null, 1]);
  });

  it('is let go of also when the dialog was closed before it was opened', async () => {
    const given = file();
    const playback = new Playback(async () => given);
    const opening = playback.open();
    playback.close();
    await opening;
    expect([playback.address, given.released]).toEqual([null, 1]);
  });

  it('is missing where nobody has it at hand', async () => {
    const playback = new Playback(async () => null);
    await playback.open();
    expect([playback.address, playback.isMissing]).toEqual([null, true]);
  });

  it('is short of bytes when it is so twice in a row, and no more once it goes on', () => {
    const playback = new Playback(async () => null);
    playback.look(starves);
    expect(playback.trouble).toBe('none');
    playback.look(starves);
    expect(playback.trouble).toBe('short');
    playback.look(plays);
    expect(playback.trouble).toBe('none');
    for (let times = 0; times < 2; times += 1) playback.look({ ...starves, paused: true });
    expect(playback.trouble).toBe('none');
    for (let times = 0; times < 2; times += 1) playback.look({ ...starves, paused: true, seeking: true });
    expect(playback.trouble).toBe('short');
  });

  it('stays given up until it is tried anew', () => {
    const playback = new Playback(async () => null);
    playback.failed({ isAllHere: false });
    playback.look(plays);
    expect(playback.trouble).toBe('broken');
    playback.retry();
    expect(playback.trouble).toBe('none');
    playback.failed({ isAllHere: true });
    expect(playback.trouble).toBe('unplayable');
  });
});
