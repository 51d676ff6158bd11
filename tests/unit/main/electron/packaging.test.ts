import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { FuseV1Options } from '@electron/fuses';
import { describe, expect, it } from 'vitest';
import { fusesFor } from '../../../../packaging/fuses.mjs';

interface Packaging {
  readonly files: readonly string[];
  readonly afterPack: unknown;
  readonly asar: boolean;
  readonly icon: string;
  readonly protocols: readonly { readonly schemes: readonly string[] }[];
  readonly win: { readonly target: readonly string[] };
  readonly mac: {
    readonly target: readonly string[];
    readonly hardenedRuntime: boolean;
    readonly entitlements: string;
    readonly extendInfo: Readonly<Record<string, string>>;
  };
  readonly linux: { readonly target: readonly string[] };
}

const packaging = createRequire(import.meta.url)('../../../../electron-builder.cjs') as Packaging; // sound: checked below
const named = Object.entries(FuseV1Options).filter(
  (entry): entry is [string, FuseV1Options] => typeof entry[1] === 'number',
);

/** The value of each fuse by its name; undefined where it was forgotten. */
const fuses = (platform: string): Record<string, unknown> => {
  const table = fusesFor(platform) as Record<FuseV1Options, unknown>;
  return Object.fromEntries(named.map(([name, fuse]) => [name, table[fuse]]));
};

describe('the fuses', () => {
  it('are all set, as the security rules want them', () => {
    const expected = {
      RunAsNode: false,
      EnableCookieEncryption: true,
      EnableNodeOptionsEnvironmentVariable: false,
      EnableNodeCliInspectArguments: false,
      EnableEmbeddedAsarIntegrityValidation: true,
      OnlyLoadAppFromAsar: true,
      LoadBrowserProcessSpecificV8Snapshot: false,
      GrantFileProtocolExtraPrivileges: false,
      WasmTrapHandlers: true,
    };
    expect(fuses('darwin')).toEqual(expected);
    expect(fuses('win32')).toEqual(expected);
    expect(fuses('linux')).toEqual({ ...expected, EnableEmbeddedAsarIntegrityValidation: false });
    expect(fusesFor('linux').strictlyRequireAllFuses).toBe(true);
  });

  it('are flipped when the app is packed', () => {
    expect(packaging.afterPack).toBeTypeOf('function');
  });
});

describe('the packaged app', () => {
  it('is made for Windows, macOS and Linux and takes the links of the app', () => {
    expect(packaging.win.target).toEqual(['nsis']);
    expect(packaging.mac.target).toEqual(['dmg']);
    expect(packaging.linux.target).toEqual(['AppImage', 'deb']);
    expect(packaging.protocols.flatMap(({ schemes }) => schemes)).toEqual(['roundtable']);
    expect(packaging.asar).toBe(true);
  });

  it('says on macOS what it wants microphone, camera, sound and the local network for, under the hardened runtime', () => {
    expect(packaging.mac.hardenedRuntime).toBe(true);
    for (const what of ['Microphone', 'Camera', 'AudioCapture', 'LocalNetwork']) {
      const key = `NS${what}UsageDescription`;
      expect(packaging.mac.extendInfo[key]).toMatch(/^So that .+\.$/);
    }
    const entitlements = [...readFileSync(packaging.mac.entitlements, 'utf8').matchAll(/<key>(.+)<\/key>/g)].map(
      ([, key]) => key,
    );
    expect(entitlements).toEqual([
      'com.apple.security.cs.allow-jit',
      'com.apple.security.device.audio-input',
      'com.apple.security.device.camera',
    ]);
  });

  it('finds its pictures', () => {
    for (const picture of [packaging.icon, 'resources/tray.png', 'resources/tray-missed.png'])
      expect(existsSync(picture)).toBe(true);
  });
});
