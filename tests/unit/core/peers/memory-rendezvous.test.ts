import { describe, it } from 'vitest';
import { MemoryPost } from '#tests/support/memory-rendezvous';
import { rendezvousCases } from '#tests/suites/rendezvous-suite';

describe('the memory rendezvous', () => {
  for (const { name, run } of rendezvousCases) it(name, () => run(new MemoryPost()));
});
