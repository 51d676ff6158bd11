import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PeerId } from '#shared/identity';
import { give, hear as listen, noSpeaker, speakerRules, type SpeakerState } from '#core/conference/speaker';
import { people, person } from './some-people';

const [ada, ben, cyd] = [person(0), person(1), person(2)];
const tickMs = 100;

/** With nobody else to agree with: whoever has earned the floor here gets it. */
function hear(state: SpeakerState, levels: ReadonlyMap<PeerId, number>, nowMs: number): SpeakerState {
  const heard = listen(state, levels, nowMs);
  return heard.next === null ? heard : give(heard, heard.next, nowMs);
}

/** Everybody's loudness, kept for some time, in ticks. */
function keep(state: SpeakerState, levels: ReadonlyMap<PeerId, number>, forMs: number): SpeakerState {
  let next = state;
  for (let passedMs = 0; passedMs < forMs; passedMs += tickMs) next = hear(next, levels, next.atMs + tickMs);
  return next;
}

const at = (a: number, b = 0, c = 0): ReadonlyMap<PeerId, number> =>
  new Map([
    [ada, a],
    [ben, b],
    [cyd, c],
  ]);

const someLevels = fc.array(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 4, maxLength: 4 }), {
  maxLength: 60,
});
const asLevels = (row: readonly number[]): ReadonlyMap<PeerId, number> =>
  new Map(row.map((level, index) => [person(index), level]));

describe('who holds the floor', () => {
  it('is nobody while nobody spoke', () => {
    expect(keep(noSpeaker(0), at(0, 0, 0), 5_000).speaker).toBeNull();
    expect(keep(noSpeaker(0), at(0.004, 0.009), 5_000).speaker).toBeNull();
  });

  it('is who speaks for 300 ms, not who coughs', () => {
    const coughed = keep(keep(noSpeaker(0), at(0.5), 100), at(0), 1_000);
    expect(coughed.speaker).toBeNull();
    expect(keep(noSpeaker(0), at(0.3), 300).speaker).toBeNull();
    expect(keep(noSpeaker(0), at(0.3), 500).speaker).toBe(ada);
  });

  it('stays with the speaker when all fall silent', () => {
    expect(keep(keep(noSpeaker(0), at(0.3), 1_000), at(0), 60_000).speaker).toBe(ada);
  });

  it('stays over a pause of a second while another one mumbles', () => {
    const spoke = keep(noSpeaker(0), at(0.3), 1_000);
    expect(keep(spoke, at(0, 0.1), 1_000).speaker).toBe(ada);
  });

  it('passes on after the pause, and at once to somebody clearly louder', () => {
    const spoke = keep(noSpeaker(0), at(0.1), 1_000);
    expect(keep(spoke, at(0, 0.1), speakerRules.holdMs + 800).speaker).toBe(ben);
    expect(keep(spoke, at(0.1, 0.15), 5_000).speaker).toBe(ada);
    expect(keep(spoke, at(0.1, 0.4), 600).speaker).toBe(ben);
  });

  it('goes to the lowest id among equals', () => {
    const both = new Map([...at(0, 0.2, 0.2)].reverse());
    expect(keep(noSpeaker(0), both, 1_000).speaker).toBe(ben);
  });

  it('is nobody once the speaker left', () => {
    const spoke = keep(noSpeaker(0), at(0.3), 1_000);
    expect(hear(spoke, new Map([[ben, 0]]), spoke.atMs + tickMs).speaker).toBeNull();
  });

  it('takes a level that is no level for silence', () => {
    expect(keep(noSpeaker(0), at(NaN, -1, Infinity), 2_000).speaker).toBeNull();
    expect(keep(noSpeaker(0), at(7, 0.5), 2_000).speaker).toBe(ada);
  });

  it('is the same on all sides that hear the same, in whatever order they list the members', () => {
    fc.assert(
      fc.property(someLevels, (rows) => {
        let one = noSpeaker(0);
        let other = noSpeaker(0);
        rows.forEach((row, index) => {
          one = hear(one, asLevels(row), index * tickMs);
          other = hear(other, new Map([...asLevels(row)].reverse()), index * tickMs);
          expect(other.speaker).toBe(one.speaker);
        });
      }),
    );
  });

  it('comes to the same on a side that came later once one person spoke alone', () => {
    fc.assert(
      fc.property(
        someLevels,
        someLevels,
        fc.nat(3),
        fc.double({ min: 0.02, max: 1, noNaN: true }),
        (a, b, who, level) => {
          const settled = [a, b].map((rows) => {
            let state = noSpeaker(0);
            rows.forEach((row, index) => (state = hear(state, asLevels(row), index * tickMs)));
            return keep(state, asLevels([0, 1, 2, 3].map((index) => (index === who ? level : 0))), 4_500).speaker;
          });
          expect(settled).toEqual([people[who], people[who]]);
        },
      ),
    );
  });

  it('changes no oftener than once in 300 ms, and names only who is there', () => {
    fc.assert(
      fc.property(someLevels, (rows) => {
        let state = noSpeaker(0);
        let changedAtMs = -Infinity;
        rows.forEach((row, index) => {
          const next = hear(state, asLevels(row), index * tickMs);
          if (next.speaker !== state.speaker) {
            expect(index * tickMs - changedAtMs).toBeGreaterThanOrEqual(speakerRules.attackMs);
            changedAtMs = index * tickMs;
          }
          if (next.speaker !== null) expect(people.slice(0, 4)).toContain(next.speaker);
          state = next;
        });
      }),
    );
  });
});
