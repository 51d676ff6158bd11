// Members who come and go at random while everybody writes. The long form: `npm run sim -- chat`.
import { expect, test } from 'vitest';
import { talkWhileComingAndGoing } from '#tests/support/coming-and-going';

test.each([
  { people: 6, messages: 400, seed: 6 },
  { people: 3, messages: 150, seed: 2 },
])(
  '$people members who come and go have all of $messages messages once, in one order',
  async (plan) => {
    expect(await talkWhileComingAndGoing(plan)).toMatchObject({ messages: plan.messages });
  },
  60_000,
);
