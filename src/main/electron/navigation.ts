// Keeps every page of the desktop shell where it is: no navigation, windows, webviews, downloads or foreign loads.
import type { App, Session, WebContents } from 'electron';
import { isAppAddress } from '#main/electron/app-address';

interface Navigation {
  readonly url: string;
  preventDefault(): void;
}

function stay(navigation: Navigation): void {
  if (!isAppAddress(navigation.url)) navigation.preventDefault();
}

function guardContents(contents: WebContents): void {
  contents.on('will-navigate', stay);
  contents.on('will-frame-navigate', (navigation) => {
    if (!navigation.isMainFrame)
      navigation.preventDefault(); // the app has no frames
    else stay(navigation);
  });
  contents.on('will-redirect', stay);
  contents.on('will-attach-webview', (event) => {
    event.preventDefault();
  });
  contents.setWindowOpenHandler(() => ({ action: 'deny' }));
  contents.on('select-bluetooth-device', (event) => {
    event.preventDefault();
  });
}

/** Guards everything that ever becomes a page, also what nobody thought of. */
export function guardAllContents(app: App): void {
  app.on('web-contents-created', (_event, contents) => {
    guardContents(contents);
  });
}

/** Everything the page is made of comes from the app's scheme; sockets are ruled by the content policy. */
const loadable: ReadonlySet<string> = new Set(['blob:', 'data:', 'ws:', 'wss:', 'devtools:']);

export function isLoadable(address: string): boolean {
  const protocol = URL.parse(address)?.protocol;
  return protocol !== undefined && (loadable.has(protocol) || isAppAddress(address));
}

export function guardSession(session: Session): void {
  session.on('will-download', (event) => {
    event.preventDefault();
  });
  session.webRequest.onBeforeRequest((details, answer) => {
    answer({ cancel: !isLoadable(details.url) });
  });
}
