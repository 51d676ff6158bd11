import { EventEmitter } from 'node:events';
import { describe, expect, it } from 'vitest';
import type { App, Session } from 'electron';
import { guardAllContents, guardSession, isLoadable } from '#main/electron/navigation';
import { StubContents, session } from '#tests/support/electron-stub';

function makeContents(): StubContents {
  const app = new EventEmitter();
  guardAllContents(app as unknown as App); // sound: only `on` is called
  const contents = new StubContents();
  app.emit('web-contents-created', {}, contents);
  return contents;
}

/** Whether the event was prevented. */
function isPrevented(contents: StubContents, name: string, details: object = {}): boolean {
  let prevented = false;
  contents.emit(name, { ...details, preventDefault: () => (prevented = true) });
  return prevented;
}

const elsewhere = [
  'https://evil.example/',
  'http://roundtable/',
  'app://other/',
  'app://roundtable:80/',
  'app://roundtable.evil.example/',
  'app://user:password@roundtable/',
  'file:///etc/passwd',
  'javascript:alert(1)',
  'data:text/html,x',
  'blob:https://evil.example/1',
  'about:blank',
  'view-source:app://roundtable/',
  'chrome://gpu',
  'roundtable:i1/AAAA',
  'not a url',
  '',
];

describe('pages of the desktop shell', () => {
  it.each(elsewhere)('do not go to %j', (url) => {
    const contents = makeContents();
    expect(isPrevented(contents, 'will-navigate', { url })).toBe(true);
    expect(isPrevented(contents, 'will-redirect', { url })).toBe(true);
    expect(isPrevented(contents, 'will-frame-navigate', { url, isMainFrame: true })).toBe(true);
  });

  it('may load themselves again', () => {
    const contents = makeContents();
    expect(isPrevented(contents, 'will-navigate', { url: 'app://roundtable/' })).toBe(false);
    expect(isPrevented(contents, 'will-frame-navigate', { url: 'app://roundtable/', isMainFrame: true })).toBe(false);
  });

  it('have no frames, webviews, windows or Bluetooth', () => {
    const contents = makeContents();
    expect(isPrevented(contents, 'will-frame-navigate', { url: 'app://roundtable/', isMainFrame: false })).toBe(true);
    expect(isPrevented(contents, 'will-attach-webview')).toBe(true);
    expect(isPrevented(contents, 'select-bluetooth-device')).toBe(true);
    for (const url of [...elsewhere, 'app://roundtable/'])
      expect(contents.windowOpenHandler?.({ url })).toEqual({ action: 'deny' });
  });

  it('download nothing', () => {
    guardSession(session.defaultSession as unknown as Session); // sound: the stub has what is called
    let prevented = false;
    session.defaultSession.emit('will-download', { preventDefault: () => (prevented = true) });
    expect(prevented).toBe(true);
  });

  it('load only their own files; sockets are left to the content policy', () => {
    guardSession(session.defaultSession as unknown as Session); // sound: as above
    const isCancelled = (url: string): boolean | undefined => {
      let verdict: boolean | undefined;
      session.defaultSession.beforeRequest?.({ url }, ({ cancel }) => (verdict = cancel));
      return verdict;
    };
    for (const url of [
      'app://roundtable/assets/a.js',
      'blob:app://roundtable/1',
      'data:image/png;base64,AA',
      'wss://peers.example/x',
      'ws://127.0.0.1:9717/x',
    ]) {
      expect(isCancelled(url)).toBe(false);
    }
    for (const url of [
      'https://evil.example/a.js',
      'http://127.0.0.1/',
      'file:///etc/passwd',
      'ftp://x/',
      'app://other/a.js',
      'chrome-extension://x/a.js',
    ]) {
      expect(isCancelled(url)).toBe(true);
    }
    expect(isLoadable('no url')).toBe(false);
  });
});
