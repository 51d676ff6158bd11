// When a message to a PeerServer counts as taken.
import { describe, expect, test } from 'vitest';
import { PendingSends } from '#adapters/pending-sends';
import { FakeClock } from '#tests/support/fake-clock';

const signal = (): AbortSignal => new AbortController().signal;

describe('a message whose server speaks up only when somebody is absent', () => {
  test('counts as taken when nothing is heard for a while', async () => {
    const clock = new FakeClock();
    const sent = new PendingSends(clock, 6_500).track('ben', signal());
    await clock.advance(6_500);
    await expect(sent).resolves.toBeUndefined();
  });

  test('counts as taken as soon as its receiver says anything', async () => {
    const sends = new PendingSends(new FakeClock(), 6_500);
    const sent = sends.track('ben', signal());
    sends.notePresent('ben');
    await expect(sent).resolves.toBeUndefined();
  });

  test('fails when its receiver is absent, and others do not', async () => {
    const clock = new FakeClock();
    const sends = new PendingSends(clock, 6_500);
    const toBen = sends.track('ben', signal());
    const toCleo = sends.track('cleo', signal());
    sends.noteAbsent('ben');
    await expect(toBen).rejects.toMatchObject({ code: 'peer-unreachable' });
    await clock.advance(6_500);
    await expect(toCleo).resolves.toBeUndefined();
  });

  test('fails when whoever waits gives up, and with all others when the server is lost', async () => {
    const sends = new PendingSends(new FakeClock(), 6_500);
    const controller = new AbortController();
    const given = sends.track('ben', controller.signal);
    const other = sends.track('ben', signal());
    controller.abort();
    await expect(given).rejects.toMatchObject({ code: 'aborted' });
    sends.failAll('rendezvous-down');
    await expect(other).rejects.toMatchObject({ code: 'rendezvous-down' });
  });
});
