// The local web shell's entry. Looks at the Node before anything is loaded that an older one does not have.
import { dirname } from 'node:path';
import { nodeTrouble } from '#main/web/node-version';

const trouble = nodeTrouble(process.versions.node);
if (trouble === null) {
  const { runWebShell } = await import('#main/web/run-web-shell');
  await runWebShell(process.argv.slice(2), dirname(dirname(import.meta.dirname))); // out/main/web.js
} else {
  process.stderr.write(`${trouble}\n`);
  process.exitCode = 1;
}
