import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listPageFiles, type PageFiles } from '#main/shell/page-files';

let folder: string;
let files: PageFiles;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'roundtable-page-'));
  const page = join(folder, 'page');
  await mkdir(join(page, 'assets'), { recursive: true });
  await writeFile(join(folder, 'secret.html'), 'secret');
  await writeFile(join(page, 'index.html'), '<!doctype html>');
  await writeFile(join(page, 'assets', 'index-Dx3_a9Qz.js'), 'export {}');
  await writeFile(join(page, 'assets', 'rnnoise-AbCd1234.wasm'), 'wasm');
  await writeFile(join(page, 'assets', 'notes.unknown'), 'x');
  await symlink(join(folder, 'secret.html'), join(page, 'linked.html'));
  files = await listPageFiles(page);
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

describe('the list of page files', () => {
  it('holds the files of known types and the page itself, and no links', () => {
    expect([...files.keys()].sort()).toEqual([
      '/',
      '/assets/index-Dx3_a9Qz.js',
      '/assets/rnnoise-AbCd1234.wasm',
      '/index.html',
    ]);
  });

  it('knows types, and which files never change', () => {
    expect(files.get('/')).toMatchObject({ type: 'text/html; charset=utf-8', isImmutable: false });
    expect(files.get('/assets/index-Dx3_a9Qz.js')).toMatchObject({
      type: 'text/javascript; charset=utf-8',
      isImmutable: true,
    });
    expect(files.get('/assets/rnnoise-AbCd1234.wasm')).toMatchObject({ type: 'application/wasm', isImmutable: true });
  });

  it('reads a file', async () => {
    expect(Buffer.from((await files.get('/index.html')?.read()) ?? []).toString()).toBe('<!doctype html>');
  });
});
