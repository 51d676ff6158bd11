// What is kept of folders of contacts for while they are away, and of downloads that wait for them.
import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import * as v from 'valibot';
import { DropId } from '#shared/drop';
import type { PeerId } from '#shared/identity';
import type { ShareEntry, SharePath } from '#shared/share';
import { serviceLimits as limits } from '#main/services/service-limits';
import type { SeenShares } from '#main/services/shares/seen-shares';
import type { ShareWants } from '#main/services/shares/share-wants';
import type { Services } from '#main/services/services';
import { failureCode } from '../failure-code';
import { friends, person, testClock, type TestClock } from '../people';

let clock: TestClock;
let services: Services;
let seen: SeenShares;
let wants: ShareWants;
let bob: PeerId;

beforeEach(async () => {
  clock = testClock();
  const { alice, bobAtAlice } = await friends({ clock });
  services = alice.services;
  ({ seen, wants } = services.shares);
  bob = bobAtAlice.peerId;
});

const file = (name: string, bytes = 1): ShareEntry => ({ name, kind: 'file', bytes, files: 1 });
const folder = (name: string): ShareEntry => ({ name, kind: 'folder', bytes: 3, files: 2 });
const note = (path: SharePath, ...entries: ShareEntry[]): void =>
  seen.notePage({ peerId: bob, path, from: 0, page: { entries, total: entries.length } });
const names = (path: SharePath): string[] | null =>
  seen.read({ peerId: bob, path, from: 0 })?.page.entries.map(({ name }) => name) ?? null;
const found = (words: string): string[] =>
  seen.search({ query: { words, kind: null }, except: [] }).map(({ hit }) => [...hit.folder, hit.name].join('/'));

describe('what was seen', () => {
  test('is shown as it was, folders first, with its time', () => {
    const atMs = clock.now();
    note([], folder('Music'));
    note(['Music'], file('b.flac', 5), folder('Jazz'), file('A.flac'));
    clock.pass(60_000);
    expect(seen.read({ peerId: bob, path: ['Music'], from: 0 })).toEqual({
      page: { entries: [folder('Jazz'), file('A.flac'), file('b.flac', 5)], total: 3 },
      seenAt: atMs,
    });
    expect(names(['Music', 'Jazz'])).toBeNull();
    expect(seen.sharers()).toEqual([{ peerId: bob, seenAt: atMs }]);
  });

  test('makes way for what is seen later, with all that lay in folders that are gone', () => {
    note([], folder('Music'), folder('Films'));
    note(['Music'], folder('Jazz'));
    note(['Music', 'Jazz'], file('take.flac'));
    note(['Films'], file('take.mkv'));
    note(['Music'], file('other.flac'));
    expect(names(['Music', 'Jazz'])).toBeNull();
    expect(found('take')).toEqual(['Films/take.mkv']);
    note([]);
    expect(names([])).toEqual([]);
    expect(found('take')).toEqual([]);
  });

  test('goes on page after page', () => {
    const many = Array.from({ length: 150 }, (_, nth) => file(`${String(nth).padStart(3, '0')}.txt`));
    for (const from of [0, 100])
      seen.notePage({ peerId: bob, path: ['x'], from, page: { entries: many.slice(from, from + 100), total: 150 } });
    const first = seen.read({ peerId: bob, path: ['x'], from: 0 });
    expect(first?.page).toEqual({ entries: many.slice(0, 100), total: 150 });
    expect(seen.read({ peerId: bob, path: ['x'], from: 100 })?.page.entries).toEqual(many.slice(100));
  });

  test('is found without case and accents, by kind, and not of those who answer for themselves', () => {
    note(['Music'], file('Náima.flac'), folder('Naima live'));
    seen.noteHits({ peerId: bob, hits: [{ ...file('naima.pdf'), folder: ['Papers', 'Old'] }] });
    expect(found('naima').sort()).toEqual(['Music/Naima live', 'Music/Náima.flac', 'Papers/Old/naima.pdf']);
    const audio = seen.search({ query: { words: '', kind: 'audio' }, except: [] });
    expect(audio.map(({ hit }) => hit.name)).toEqual(['Náima.flac']);
    expect(seen.search({ query: { words: 'naima', kind: null }, except: [bob] })).toEqual([]);
    for (const words of ['%', '_', '\\', '']) expect(found(words)).toEqual([]);
  });

  test('is forgotten with what is not shared any more', () => {
    note(['Music'], folder('Jazz'));
    note(['Music', 'Jazz'], file('take.flac'));
    note(['Music Two'], file('take two.flac'));
    seen.forget({ peerId: bob, path: ['Music'] });
    expect(found('take')).toEqual(['Music Two/take two.flac']);
    seen.forget({ peerId: bob, path: [] });
    expect(seen.sharers()).toEqual([]);
  });

  test('is forgotten after a while', () => {
    note([], folder('Music'));
    clock.pass(limits.seenKeptMs + 1);
    expect(names([])).toBeNull();
    expect(seen.sharers()).toEqual([]);
    expect(found('music')).toEqual([]);
  });

  test('of strangers is not kept, and of somebody who is blocked not shown', async () => {
    const stranger = await person('Stranger');
    seen.notePage({ peerId: stranger.peerId, path: [], from: 0, page: { entries: [folder('x')], total: 1 } });
    expect(seen.read({ peerId: stranger.peerId, path: [], from: 0 })).toBeNull();
    note([], folder('Music'));
    const contact = services.contacts.list().find(({ peerId }) => peerId === bob);
    if (contact) services.contacts.setBlocked(contact.contactId, true);
    expect(names([])).toBeNull();
    expect(found('music')).toEqual([]);
    expect(seen.sharers()).toEqual([]);
  });

  test('is so much of one person at most, and the longest unseen goes first', () => {
    for (let nth = 0; nth < limits.seenOfOne / 100 + 5; nth += 1) {
      clock.pass(1_000);
      note([`${nth}`], ...Array.from({ length: 100 }, (_, at) => file(`${nth} ${at}.txt`)));
    }
    expect(names(['0'])).toEqual([]);
    expect(names([`${limits.seenOfOne / 100 + 4}`])).toHaveLength(100);
  });

  test('is what was told last, whatever folders are called', () => {
    const name = fc.constantFrom('a', '"', ',', '",', '[', '%', 'a"b', '\\', '\\"');
    const path = fc.array(name, { maxLength: 3 });
    fc.assert(
      fc.property(fc.array(fc.tuple(path, name), { maxLength: 12 }), path, (told, gone) => {
        seen.forget({ peerId: bob, path: [] });
        const model = new Map<string, string>();
        for (const [at, child] of told) {
          seen.noteHits({ peerId: bob, hits: [{ ...file(child), folder: at }] });
          model.set(JSON.stringify([at, child]), '');
        }
        seen.forget({ peerId: bob, path: gone });
        for (const key of [...model.keys()]) {
          const [at, child] = JSON.parse(key) as [string[], string]; // sound: made above
          const whole = [...at, child];
          if (gone.every((one, nth) => whole[nth] === one)) model.delete(key);
        }
        for (const key of model.keys()) {
          const [at, child] = JSON.parse(key) as [string[], string]; // sound: made above
          expect(names(at)).toContain(child);
        }
        const kept = new Set([...model.keys()].map((key) => (JSON.parse(key) as [string[]])[0].join('/'))); // sound
        for (const [at] of told) if (!kept.has(at.join('/'))) expect(names(at) ?? []).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });
});

describe('downloads that wait', () => {
  const dropId = (nth: number): DropId => v.parse(DropId, nth.toString(16).padStart(32, '0'));

  test('are kept in their order, until they are not wanted any more', () => {
    const want = { peerId: bob, folder: ['Music'], entry: file('take.flac', 7) };
    wants.keep({ ...want, dropId: dropId(1) });
    clock.pass(10);
    wants.keep({ ...want, dropId: dropId(2) });
    expect(wants.list()).toMatchObject([{ ...want, dropId: dropId(1) }, { dropId: dropId(2) }]);
    wants.forget(dropId(1));
    expect(wants.list()).toHaveLength(1);
  });

  test('are so many at most, and for contacts only', async () => {
    const want = { folder: [], entry: file('x') };
    for (let nth = 0; nth < limits.shareWants; nth += 1) wants.keep({ ...want, peerId: bob, dropId: dropId(nth) });
    const more = { ...want, peerId: bob, dropId: dropId(5_000) };
    expect(await failureCode(Promise.resolve().then(() => wants.keep(more)))).toBe('shares-waiting-full');
    const stranger = await person('Stranger');
    const theirs = { ...want, peerId: stranger.peerId, dropId: dropId(6_000) };
    expect(await failureCode(Promise.resolve().then(() => wants.keep(theirs)))).toBe('contact-unknown');
  });
});
