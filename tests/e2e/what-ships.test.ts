// Packs the desktop app around a stand-in for Electron's program (which the npm package does not carry), and looks at
// what would ship: the archive's content, and the fuses in the program.
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createPackage, extractFile, listPackage } from '@electron/asar';
import { FuseState, FuseV1Options, getCurrentFuseWire } from '@electron/fuses';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const run = promisify(execFile);
/** How Electron's program marks where its fuses are; then version 1, their number, and one character for each. */
const fuseMark = 'dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX';
const fuseCount = Object.values(FuseV1Options).filter((value) => typeof value === 'number').length;

let folder: string;
let archive: string;
let program: string;

async function makeStandIn(): Promise<string> {
  const standIn = join(folder, 'electron');
  const emptyApp = join(folder, 'empty-app');
  await mkdir(join(standIn, 'resources'), { recursive: true });
  await mkdir(emptyApp);
  await writeFile(join(emptyApp, 'package.json'), '{"name":"empty","main":"main.js"}');
  await createPackage(emptyApp, join(standIn, 'resources', 'default_app.asar'));
  const wire = Buffer.concat([Buffer.from(fuseMark), Buffer.from([1, fuseCount]), Buffer.from('1'.repeat(fuseCount))]);
  await writeFile(join(standIn, 'electron'), Buffer.concat([Buffer.from('a program'), wire, Buffer.from('and more')]), {
    mode: 0o755,
  });
  return standIn;
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'roundtable-pack-'));
  const standIn = await makeStandIn();
  const output = join(folder, 'packed');
  const options = ['--linux', 'dir', '--x64', `-c.electronDist=${standIn}`, `-c.directories.output=${output}`];
  await run(process.execPath, ['node_modules/electron-builder/cli.js', ...options], { timeout: 120_000 });
  archive = join(output, 'linux-unpacked', 'resources', 'app.asar');
  program = join(output, 'linux-unpacked', 'roundtable');
}, 150_000);

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

describe('what ships', () => {
  it('is the build, its pictures and the packages it needs, and nothing else', () => {
    const files = listPackage(archive, { isPack: false });
    expect(files).toEqual(
      expect.arrayContaining([
        '/out/main/index.js',
        '/out/preload/index.cjs',
        '/out/renderer/index.html',
        '/resources/tray.png',
      ]),
    );
    const roots = new Set(files.map((file) => file.split('/')[1]));
    expect([...roots].sort()).toEqual(['node_modules', 'out', 'package.json', 'resources']);
    const outs = new Set(files.filter((file) => file.startsWith('/out/')).map((file) => file.split('/')[2]));
    expect([...outs].sort()).toEqual(['main', 'preload', 'renderer']);
    expect(
      files.filter((file) =>
        /\.(?:map|svelte|d\.[cm]?ts|sqlite|log|pem|key)$|\/\.env|node_modules\/(?:electron|vitest|typescript|svelte|@types)(?:\/|$)/.test(
          file,
        ),
      ),
    ).toEqual([]);
  });

  it('starts where package.json says, with every package that main imports', async () => {
    const { main, dependencies } = JSON.parse(extractFile(archive, 'package.json').toString()) as {
      main: string;
      dependencies: Record<string, string>;
    }; // sound: our own
    expect(main).toBe('out/main/index.js');
    const files = new Set(listPackage(archive, { isPack: false }));
    for (const name of Object.keys(dependencies)) expect(files).toContain(`/node_modules/${name}/package.json`);
  });

  it('has the native code of the DHT for this system alone, outside the archive, where it can be loaded', async () => {
    const unpacked = `${archive}.unpacked`;
    const natives = (await readdir(unpacked, { recursive: true })).filter((file) => /prebuilds\/.+\./.test(file));
    expect(natives.sort()).toEqual([
      'node_modules/sodium-native/prebuilds/linux-x64/sodium-native.node',
      'node_modules/udx-native/prebuilds/linux-x64/udx-native.node',
    ]);
    const inside = listPackage(archive, { isPack: false }).filter((file) => /\.(?:node|bare)$/.test(file));
    expect(inside.map((file) => file.slice(1)).sort()).toEqual(natives);
    const load = createRequire(import.meta.url);
    for (const native of natives) expect(load(join(unpacked, native))).toBeTypeOf('object');
  });

  it('has every fuse set', async () => {
    const wire = await getCurrentFuseWire(program);
    const state = (fuse: FuseV1Options): string => (wire[fuse] === FuseState.ENABLE ? 'on' : 'off');
    expect(state(FuseV1Options.RunAsNode)).toBe('off');
    expect(state(FuseV1Options.EnableCookieEncryption)).toBe('on');
    expect(state(FuseV1Options.EnableNodeOptionsEnvironmentVariable)).toBe('off');
    expect(state(FuseV1Options.EnableNodeCliInspectArguments)).toBe('off');
    expect(state(FuseV1Options.OnlyLoadAppFromAsar)).toBe('on');
    expect(state(FuseV1Options.GrantFileProtocolExtraPrivileges)).toBe('off');
    expect((await readFile(program)).subarray(0, 9).toString()).toBe('a program');
  });
});
