// Whom messages for somebody away are left with, for any set of friends.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { chooseKeepers } from '#core/custody/keeper-policy';
import { limits } from '#core/wire/limits';
import { peerId } from '#tests/support/two-peers';

const people = ['b', 'c', 'd', 'e', 'f', 'g', 'h', 'i'].map((letter) => peerId(letter));
const some = fc.uniqueArray(fc.constantFrom(...people));

test('never the one it is for, nobody who said no, and only friends who are here and keep messages', () => {
  fc.assert(
    fc.property(fc.constantFrom(...people), some, some, some, (recipient, ready, keeping, no) => {
      const declined = new Set(no);
      const chosen = chooseKeepers(recipient, { ready, keeping, declined });
      expect(chosen).not.toContain(recipient);
      expect(chosen.filter((one) => declined.has(one) || !ready.includes(one))).toEqual([]);
      expect(new Set(chosen).size).toBe(chosen.length);
    }),
  );
});

test('those who keep already come first, and no more than three keep at a time', () => {
  fc.assert(
    fc.property(fc.constantFrom(...people), some, some, (recipient, ready, keeping) => {
      const chosen = chooseKeepers(recipient, { ready, keeping, declined: new Set() });
      const firstNew = chosen.findIndex((one) => !keeping.includes(one));
      if (firstNew >= 0) expect(chosen.slice(firstNew).filter((one) => keeping.includes(one))).toEqual([]);
      const all = new Set([...keeping, ...chosen]).size;
      expect(all).toBeLessThanOrEqual(Math.max(limits.custodyKeepers, keeping.length));
    }),
  );
});
