// Launches Debian's Chromium, or the one named by CHROMIUM, for tests, demo and bench: headless, with fake devices, and
// without anything that looks for the network by itself.
import { existsSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Browser } from 'playwright-core';

export interface ChromiumOptions {
  /** A WAV file that the fake microphone plays over and over; it beeps otherwise. */
  readonly microphone?: string;
  /** False for a browser without fake devices, whose screens and tabs are real. */
  readonly hasFakeDevices?: boolean;
  /** The title of the tab that is chosen in the browser's own picker when a screen is shared. */
  readonly picks?: string;
  readonly args?: readonly string[];
  /** Stands before the browser's command, to run it elsewhere: `nsenter --net=…`. It has an address of its own there. */
  readonly prefix?: readonly string[];
}

const quiet = [
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Pages of one machine reach each other over loopback alone, so that a network namespace with only `lo` suffices. */
const loopbackCalls = '--allow-loopback-in-peer-connection';
const plainAddresses = '--disable-features=WebRtcHideLocalIpsWithMdns';

const fakeDevices = '--use-fake-device-for-media-stream';

/** It grants every device, and answers the picker with a screen that is none. */
const grantAll = '--use-fake-ui-for-media-stream';

function executablePath(): string {
  const path = [process.env['CHROMIUM'], '/usr/bin/chromium'].find((place) => place && existsSync(place));
  if (!path) throw new Error('No Chromium found: set CHROMIUM to its path.');
  return path;
}

/** A program that starts the browser after the prefix: Playwright takes a path and no command. */
function prefixed(prefix: readonly string[]): string {
  const path = join(mkdtempSync(join(tmpdir(), 'roundtable-browser-')), 'chromium');
  writeFileSync(path, `#!/bin/sh\nexec ${prefix.join(' ')} ${executablePath()} "$@"\n`, { mode: 0o755 });
  return path;
}

export async function launchChromium({
  microphone,
  hasFakeDevices = true,
  picks,
  args = [],
  prefix,
}: ChromiumOptions = {}): Promise<Browser> {
  return await chromium.launch({
    executablePath: prefix ? prefixed(prefix) : executablePath(),
    headless: true,
    // A muted browser shares tabs without their sound.
    ...(picks === undefined ? {} : { ignoreDefaultArgs: ['--mute-audio'] }),
    chromiumSandbox: false, // tests may run as root, for whom Chromium has none
    args: [
      ...quiet,
      ...(prefix ? [] : [loopbackCalls]),
      plainAddresses,
      ...(hasFakeDevices ? [fakeDevices] : []),
      ...(hasFakeDevices && picks === undefined ? [grantAll] : []),
      ...(picks === undefined ? [] : [`--auto-select-tab-capture-source-by-title=${picks}`]),
      ...(microphone === undefined ? [] : [`--use-file-for-fake-audio-capture=${microphone}`]),
      ...args,
    ],
  });
}
