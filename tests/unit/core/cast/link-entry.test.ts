import { beforeEach, describe, expect, test } from 'vitest';
import type { CastId, CastLinkPreview } from '#shared/cast';
import { Failure } from '#shared/failure';
import type { PeerId } from '#shared/identity';
import { Scope } from '#core/base/scope';
import { LinkEntry } from '#core/cast/link-entry';
import type { Session } from '#core/peers/session';
import { paces } from '#core/wire/paces';
import { FakeClock, settle } from '../../../support/fake-clock';

// Sound: both have the form of what they are.
const castId = 'cd'.repeat(16) as CastId;
const caster = 'a'.repeat(52) as PeerId;
const link: CastLinkPreview = { castId, caster, casterName: 'Ann', title: 'A walk', expiresAt: 0 };

let clock: FakeClock;
let scope: Scope;
let entry: LinkEntry;
/** What went out, in order. */
let done: string[];
let isLinked: boolean;
let reach: () => Promise<Session>;
let enterCastLink: () => Promise<CastLinkPreview>;

beforeEach(() => {
  clock = new FakeClock();
  scope = new Scope();
  done = [];
  isLinked = false;
  reach = () => Promise.reject(new Failure('peer-unreachable'));
  enterCastLink = () => Promise.resolve(link);
  entry = new LinkEntry({
    clock,
    scope,
    host: {
      enterCastLink: async () => await enterCastLink(),
      endCast: async () => {
        done.push('end');
        await settle();
        return undefined;
      },
    },
    mailbox: {
      requestCast: async () => {
        done.push('request');
        await settle();
      },
    },
    peers: {
      reach: async () => {
        done.push('dial');
        return await reach();
      },
    },
    hasLink: () => isLinked,
  });
});

/** What became of a way in: still `pending`, `shown`, or a failure's code. */
function begin(): { outcome: string } {
  const way = { outcome: 'pending' };
  entry.enter('roundtable:c1/x').then(
    (id) => {
      way.outcome = id === castId ? 'shown' : id;
    },
    (reason: unknown) => {
      way.outcome = Failure.from(reason).code;
    },
  );
  return way;
}

const count = (what: string): number => done.filter((one) => one === what).length;

describe('the way to a cast by a link', () => {
  test('asks and dials again and again until the caster shows the cast, and then no more', async () => {
    const way = begin();
    await clock.advance(10_000);
    expect(way.outcome).toBe('pending');
    expect(count('request')).toBe(4);
    expect(count('dial')).toBe(11);
    expect(entry.isPerson(caster)).toBe(true);
    entry.shown(castId);
    await settle();
    expect(way.outcome).toBe('shown');
    await clock.advance(60_000);
    expect([count('request'), count('dial'), count('end'), clock.pending]).toEqual([4, 11, 0, 0]);
  });

  test('is a reason to link with the caster until I watch, and main forgets the link where I watch another cast', async () => {
    for (const [watched, ends] of [
      [castId, 0],
      ['ce'.repeat(16) as CastId, 1], // sound: has the form of a cast id
    ] as const) {
      begin();
      await settle();
      entry.shown(castId);
      expect(entry.isPerson(caster)).toBe(true);
      entry.watching(watched);
      expect(entry.isPerson(caster)).toBe(false);
      expect(count('end')).toBe(ends);
    }
  });

  test('still asks over a link that is there: the caster may have it for other reasons', async () => {
    isLinked = true;
    const way = begin();
    await clock.advance(3_000);
    expect([count('request'), count('dial')]).toEqual([2, 0]);
    await clock.advance(paces.castReachForMs);
    expect(way.outcome).toBe('cast-over');
  });

  test('is given up when the caster is not reached in time, and main forgets the link', async () => {
    const way = begin();
    await clock.advance(paces.castReachForMs - 1);
    expect(way.outcome).toBe('pending');
    await clock.advance(1);
    expect(way.outcome).toBe('peer-unreachable');
    expect(entry.isPerson(caster)).toBe(false);
    expect(done.at(-1)).toBe('end');
    expect(clock.pending).toBe(0);
  });

  test('is given up at once when the caster speaks another version', async () => {
    reach = () => Promise.reject(new Failure('version-differs'));
    const way = begin();
    await settle();
    expect(way.outcome).toBe('version-differs');
    expect(clock.pending).toBe(0);
  });

  test('fails as main does for a bad link, and asks nobody', async () => {
    enterCastLink = () => Promise.reject(new Failure('cast-link-expired'));
    const way = begin();
    await settle();
    expect(way.outcome).toBe('cast-link-expired');
    expect(done).toEqual([]);
  });

  test('ends when it is left, or another begins', async () => {
    const first = begin();
    await settle();
    const second = begin();
    await settle();
    expect([first.outcome, second.outcome]).toEqual(['aborted', 'pending']);
    entry.leave();
    await settle();
    expect(second.outcome).toBe('aborted');
    expect([count('end'), clock.pending]).toEqual([2, 0]);
  });

  test('does not begin when it was left before main had read the link', async () => {
    let answer: (preview: CastLinkPreview) => void = () => undefined;
    enterCastLink = () =>
      new Promise((resolve) => {
        answer = resolve;
      });
    const way = begin();
    entry.leave();
    answer(link);
    await settle();
    expect(way.outcome).toBe('aborted');
    expect(done).toEqual(['end']);
    expect(entry.isPerson(caster)).toBe(false);
  });

  test('is not ended by the card of another cast, and ends with the app', async () => {
    const way = begin();
    await settle();
    entry.shown('ce'.repeat(16) as CastId); // sound: has the form of a cast id
    await settle();
    expect(way.outcome).toBe('pending');
    scope.end();
    await settle();
    expect(way.outcome).toBe('aborted');
  });
});
