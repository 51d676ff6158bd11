import { describe, expect, it } from 'vitest';
import type { Reachability } from '#core/peers/presence';
import { reachOf } from '#state/reach.svelte';

const entry = (scope: Reachability['scope'], phase: Reachability['phase']): Reachability => ({
  name: scope,
  scope,
  phase,
});

describe('how I can be reached', () => {
  it('is the widest open way', () => {
    const entries = [entry('machine', 'open'), entry('internet', 'open'), entry('network', 'open')];
    expect(reachOf(entries)).toEqual({ kind: 'open', scope: 'internet' });
  });

  it('does not claim the internet while only this computer is open', () => {
    expect(reachOf([entry('internet', 'down'), entry('machine', 'open')])).toEqual({ kind: 'open', scope: 'machine' });
  });

  it('tells going online from being down', () => {
    expect(reachOf([entry('internet', 'connecting'), entry('machine', 'down')])).toEqual({ kind: 'connecting' });
    expect(reachOf([entry('internet', 'down')])).toEqual({ kind: 'down' });
  });

  it('says that there is nobody to ask when no server is set', () => {
    expect(reachOf([])).toEqual({ kind: 'nobody' });
  });
});
