// The command line of both shells.
import { parseArgs } from 'node:util';
import { machinePort } from '#main/shell/machine-rendezvous';
import { defaultProfile, isProfileName } from '#main/shell/profile';

export interface ShellOptions {
  readonly profile: string;
  /** Instead of the platform's data folder. */
  readonly folder: string | null;
  /** Of the page (web shell only); null for the profile's usual one. */
  readonly port: number | null;
  readonly peerPort: number;
  readonly isOnLan: boolean;
  readonly opensBrowser: boolean;
  readonly wantsHelp: boolean;
}

export const usage = `Usage: roundtable [options]
  --profile NAME    be another person on the same machine (default: ${defaultProfile})
  --port N          port of the page on 127.0.0.1, 0 for any free one (web shell)
  --lan             let other machines of this network reach people here
  --peer-port N     port of the PeerServer of this machine (default: ${machinePort})
  --folder DIR      keep the profile here
  --no-open         do not open a browser (web shell)`;

const options = {
  profile: { type: 'string' },
  folder: { type: 'string' },
  port: { type: 'string' },
  'peer-port': { type: 'string' },
  lan: { type: 'boolean' },
  'no-open': { type: 'boolean' },
  help: { type: 'boolean' },
} as const;

function parsePort(name: string, text: string | undefined, min: number): number | null {
  if (text === undefined) return null;
  const port = /^\d{1,5}$/.test(text) ? Number(text) : -1;
  if (port < min || port > 65_535) throw new RangeError(`--${name} wants a port number, not ${JSON.stringify(text)}.`);
  return port;
}

/**
 * Reads the arguments after the script's name. Throws an error with a sentence for the person when one is wrong; with
 * `isLenient` unknown ones are left alone (the desktop's runtime has switches of its own).
 */
export function parseShellOptions(argv: readonly string[], isLenient = false): ShellOptions {
  const { values } = parseArgs({ args: [...argv], options, strict: !isLenient, allowPositionals: isLenient });
  const text = (name: keyof typeof options): string | undefined => {
    const value = values[name];
    return typeof value === 'string' ? value : undefined;
  };
  const profile = text('profile') ?? defaultProfile;
  if (!isProfileName(profile)) {
    throw new RangeError('--profile wants a short name of letters, digits, "-" and "_".');
  }
  return {
    profile,
    folder: text('folder') ?? null,
    port: parsePort('port', text('port'), 0),
    peerPort: parsePort('peer-port', text('peer-port'), 1) ?? machinePort,
    isOnLan: values.lan === true,
    opensBrowser: values['no-open'] !== true,
    wantsHelp: values.help === true,
  };
}
