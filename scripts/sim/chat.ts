// Groups of 2 to 6 people who come and go while they write `--messages` in all each time (10 000 unless said otherwise), by the app's own core and
// services, in virtual time. Fails when somebody lacks a message, has one twice, or in another order. `--people N` for one size only, `--seed N`.
import { numberOf } from '#scripts/arguments';
import { talkWhileComingAndGoing } from '#tests/support/coming-and-going';

const messages = numberOf('--messages', 10_000);
const seed = numberOf('--seed', 1);
const one = process.argv.includes('--people') ? numberOf('--people', 2) : null;
const runs = [];
for (const people of one === null ? [2, 3, 4, 5, 6] : [one]) {
  const talked = await talkWhileComingAndGoing({ seed, people, messages });
  console.log(
    `${people} people: ${talked.messages} messages, each once, ${talked.restarts} restarts, ${talked.brokenLinks} broken links`,
  );
  runs.push({ people, ...talked });
}
if (process.argv.includes('--json')) console.log(JSON.stringify({ name: 'chat', ok: true, seed, runs }));
