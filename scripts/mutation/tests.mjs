// The tests that `npm run mutation` holds against changed code: those of the files it changes.
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['tests/unit/shared/file-names.test.ts', 'tests/unit/core/wire/*.test.ts'],
    testTimeout: 60_000,
  },
});
