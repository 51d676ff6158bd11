// Unit tests run in Node; end-to-end tests drive a real Chromium; those of the NAT laboratory do so in networks of their own
// (scripts/laboratory.mjs).
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vitest/config';

if (Number(process.versions.node.split('.')[0]) < 24) {
  throw new Error(`The tests need Node 24, which the package "node" brings; this is ${process.versions.node}.`);
}

/** What measures sound or time, fills the machine, or changes its network: one file at a time. All others mostly wait. */
const alone = [
  'adapters/{connection,lanes,live,media,recorder,room-media,room-sound}',
  'by-hand',
  'cast',
  'conference',
  'dht',
  'drop',
  'drop-source-gone',
  'first-call',
  'nearby',
  'player-video',
  'room-crash',
  'room-of-six',
  'room-recording',
  'room-share',
  'room-without-server',
  'screens',
].map((name) => `tests/e2e/${name}.test.ts`);

const endToEnd = { testTimeout: 60_000, hookTimeout: 60_000 };

export default defineConfig({
  plugins: [svelte()],
  test: {
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['tests/unit/**/*.test.ts'],
          environment: 'node',
          // A machine that is busy with other things besides takes its time.
          testTimeout: 20_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'e2e',
          include: ['tests/e2e/**/*.test.ts'],
          exclude: alone,
          maxWorkers: 3,
          sequence: { groupOrder: 1 },
          ...endToEnd,
        },
      },
      {
        extends: true,
        test: {
          name: 'e2e-alone',
          include: alone,
          fileParallelism: false,
          sequence: { groupOrder: 2 },
          ...endToEnd,
        },
      },
      {
        extends: true,
        test: {
          name: 'netlab',
          include: ['tests/netlab/**/*.test.ts'],
          fileParallelism: false,
          sequence: { groupOrder: 3 },
          ...endToEnd,
        },
      },
    ],
  },
});
