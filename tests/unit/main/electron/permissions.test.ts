import { readFileSync } from 'node:fs';
import { beforeEach, describe, expect, it } from 'vitest';
import type { DesktopCapturerSource, Session } from 'electron';
import { guardPermissions, isPermitted } from '#main/electron/permissions';
import { StubContents, session as stub } from '#tests/support/electron-stub';

/** Every permission name that the installed Electron knows, read from its own types. */
function everyPermission(): string[] {
  const types = readFileSync('node_modules/electron/electron.d.ts', 'utf8');
  const union =
    /setPermissionRequestHandler\(handler: \(\(webContents: WebContents, permission: ([^,]+),/.exec(types)?.[1] ?? '';
  return union.split('|').map((name) => name.trim().replaceAll("'", ''));
}

const granted = [
  'clipboard-sanitized-write',
  'display-capture',
  'fullscreen',
  'local-network',
  'local-network-access',
  'loopback-network',
  'media',
  'notifications',
  'speaker-selection',
];

type Request = (contents: unknown, permission: string, answer: (isGranted: boolean) => void, details: object) => void;
type Check = (contents: unknown, permission: string, origin: string, details: object) => boolean;

const asked = (contents: StubContents, permission: string, requestingUrl: string, isMainFrame: boolean): boolean => {
  const answers: boolean[] = [];
  const handler = stub.defaultSession.request as Request | null; // sound: set by guardPermissions
  handler?.(contents, permission, (isGranted) => answers.push(isGranted), { requestingUrl, isMainFrame });
  expect(answers).toHaveLength(1);
  return answers[0] === true;
};
const checked = (contents: StubContents | null, permission: string, origin: string, isMainFrame: boolean): boolean => {
  const handler = stub.defaultSession.check as Check; // sound: as above
  return handler(contents, permission, origin, { isMainFrame });
};

const screen = { id: 'screen:0:0', name: 'Entire screen' };
let chosen: typeof screen | null = null;

beforeEach(() => {
  chosen = null;
  const screens = { take: () => chosen as DesktopCapturerSource | null }; // sound: only handed on
  guardPermissions(stub.defaultSession as unknown as Session, screens); // sound: the stub has what is called
});

describe('permissions of the page', () => {
  it('cover a list of names that is long enough to be the real one', () => {
    expect(everyPermission().length).toBeGreaterThan(40);
    expect(everyPermission()).toEqual(expect.arrayContaining(granted));
  });

  it.each([...everyPermission(), 'made-up-tomorrow'])(
    '%s: only the short list, only our page, only its main frame',
    (permission) => {
      const own = new StubContents();
      const foreign = new StubContents();
      foreign.mainFrame.url = 'https://evil.example/';
      const isGranted = granted.includes(permission);
      expect(asked(own, permission, 'app://roundtable/', true)).toBe(isGranted);
      expect(checked(own, permission, 'app://roundtable/', true)).toBe(isGranted);
      expect(checked(null, permission, 'app://roundtable', true)).toBe(isGranted);
      for (const address of [
        'https://evil.example/',
        'app://other/',
        'app://roundtable.evil/',
        'app://user@roundtable/',
        'file:///x',
        'http://roundtable/',
        '',
        'null',
      ]) {
        expect(isPermitted(permission, address, true)).toBe(false);
        expect(asked(own, permission, address, true)).toBe(false);
        expect(checked(own, permission, address, true)).toBe(false);
      }
      expect(asked(own, permission, 'app://roundtable/', false)).toBe(false);
      expect(checked(own, permission, 'app://roundtable/', false)).toBe(false);
      expect(asked(foreign, permission, 'app://roundtable/', true)).toBe(false);
      expect(checked(foreign, permission, 'app://roundtable/', true)).toBe(false);
    },
  );

  it('never include a device, nor a screen that nobody chose', () => {
    const device = stub.defaultSession.device as (details: object) => boolean; // sound: set by guardPermissions
    for (const deviceType of ['hid', 'serial', 'usb'])
      expect(device({ deviceType, origin: 'app://roundtable' })).toBe(false);
    const displayMedia = stub.defaultSession.displayMedia as (
      request: object,
      answer: (streams: unknown) => void,
    ) => void; // sound: as above
    const answers: unknown[] = [];
    const ask = (frame: object | null): void =>
      displayMedia({ videoRequested: true, audioRequested: true, frame }, (streams) => answers.push(streams));
    const own = { url: 'app://roundtable/', parent: null };
    ask(own);
    chosen = screen;
    ask({ url: 'https://evil.example/', parent: null });
    ask({ url: 'app://roundtable/', parent: own });
    ask(null);
    expect(answers).toEqual([null, null, null, null]);
    ask(own);
    expect(answers.at(-1)).toEqual({ video: screen });
    // Where the system has a picker of its own, Electron shows that and does not ask us.
    expect(stub.defaultSession.displayMediaOptions).toEqual({ useSystemPicker: true });
  });
});
