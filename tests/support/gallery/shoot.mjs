// Takes pictures of scenes:
// `npx node tests/support/gallery/shoot.mjs OUT [scene ...] [--sizes=1440x900,...] [--themes=light,...] [--locale=en-XA]`.
import { fileURLToPath } from 'node:url';
import { runnerImport } from 'vite';

await runnerImport(fileURLToPath(new URL('pictures.ts', import.meta.url)), { configFile: false });
