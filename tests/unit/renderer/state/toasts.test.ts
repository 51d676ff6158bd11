import { describe, expect, it } from 'vitest';
import { Failure } from '#shared/failure';
import { ToastsState } from '#state/toasts.svelte';
import { FakeClock } from '#tests/support/fake-clock';

describe('notices', () => {
  it('turn a failure into words', () => {
    const toasts = new ToastsState(new FakeClock());
    toasts.fail(new Failure('disk-full', 'ENOSPC at /secret/path'));
    expect(toasts.list[0]).toMatchObject({ severity: 'error', title: 'The disk is full' });
    expect(JSON.stringify(toasts.list)).not.toContain('/secret/path');
  });

  it('say nothing about what the person stopped', () => {
    const toasts = new ToastsState(new FakeClock());
    toasts.fail(new DOMException('', 'AbortError'));
    expect(toasts.list).toEqual([]);
  });

  it('go by themselves, errors later than news', async () => {
    const clock = new FakeClock();
    const toasts = new ToastsState(clock);
    toasts.show({ title: 'news' });
    toasts.fail(new Failure('disk-full'));
    await clock.advance(6_000);
    expect(toasts.list.map((toast) => toast.title)).toEqual(['The disk is full']);
    await clock.advance(7_000);
    expect(toasts.list).toEqual([]);
  });

  it('stay while what they say is still so, also when it is said again in between', async () => {
    const clock = new FakeClock();
    const toasts = new ToastsState(clock);
    const unsay = toasts.failUntilMended('shell-disconnected');
    toasts.fail(new Failure('shell-disconnected'));
    for (const title of ['a', 'b', 'c', 'd', 'e']) toasts.show({ title });
    await clock.advance(60_000);
    expect(toasts.list).toMatchObject([{ severity: 'error', isLasting: true }]);
    unsay();
    expect(toasts.list).toEqual([]);
  });

  it('are at most four, and never the same twice', () => {
    const toasts = new ToastsState(new FakeClock());
    for (const title of ['a', 'b', 'c', 'd', 'e', 'c']) toasts.show({ title });
    expect(toasts.list.map((toast) => toast.title)).toEqual(['b', 'd', 'e', 'c']);
  });
});
