// Builds main (two entries: the desktop shell and the web shell), preload and renderer.
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'electron-vite';

export default defineConfig({
  main: {
    build: {
      rolldownOptions: {
        input: { index: 'src/main/index.ts', web: 'src/main/web.ts' },
      },
    },
  },
  preload: {
    build: {
      // A sandboxed preload has no node_modules, and Electron loads it as CommonJS only.
      externalizeDeps: false,
      rolldownOptions: {
        input: { index: 'src/preload/index.ts' },
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  },
  renderer: {
    root: 'src/renderer',
    build: {
      minify: true,
      rolldownOptions: { input: 'src/renderer/index.html' },
    },
    plugins: [svelte()],
  },
});
