// Builds main (two entries: the desktop shell and the web shell), preload and renderer.
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'electron-vite';

export default defineConfig({
  main: {
    build: {
      rollupOptions: {
        input: { index: 'src/main/index.ts', web: 'src/main/web.ts' },
      },
    },
  },
  preload: {
    build: {
      // A sandboxed preload has no node_modules, and Electron loads it as CommonJS only.
      externalizeDeps: false,
      rollupOptions: {
        input: { index: 'src/preload/index.ts' },
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  },
  renderer: {
    root: 'src/renderer',
    build: {
      minify: true,
      rollupOptions: { input: 'src/renderer/index.html' },
    },
    plugins: [svelte()],
  },
});
