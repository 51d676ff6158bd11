// The desktop shell's entry: the sandbox first, then everything else.
import { dirname } from 'node:path';
import { app } from 'electron';
import { runDesktopShell } from '#main/electron/run-desktop-shell';

app.enableSandbox();
runDesktopShell(process.argv.slice(1), dirname(dirname(import.meta.dirname))); // out/main/index.js
