// What the page may ask the desktop for: a short list, for our own main frame; everything else is refused.
import type { Session } from 'electron';
import { isAppAddress } from '#main/electron/app-address';
import type { Screens } from '#main/electron/screens';

const granted: ReadonlySet<string> = new Set([
  'media',
  'display-capture',
  'notifications',
  'speaker-selection',
  'clipboard-sanitized-write',
  'fullscreen',
  // Chromium asks before a page speaks to this machine or network: here to the PeerServer of the person's own choice.
  'local-network',
  'local-network-access',
  'loopback-network',
]);

export function isPermitted(permission: string, address: string, isMainFrame: boolean): boolean {
  return granted.has(permission) && isMainFrame && isAppAddress(address);
}

export function guardPermissions(session: Session, screens: Pick<Screens, 'take'>): void {
  session.setPermissionRequestHandler((contents, permission, answer, details) => {
    const isOwnPage = isAppAddress(contents.getURL());
    answer(isOwnPage && isPermitted(permission, details.requestingUrl, details.isMainFrame));
  });
  session.setPermissionCheckHandler((contents, permission, origin, details) => {
    const isOwnPage = contents === null || isAppAddress(contents.getURL());
    return isOwnPage && isPermitted(permission, origin, details.isMainFrame);
  });
  session.setDevicePermissionHandler(() => false);
  // Where the system asks which screen, it does; elsewhere our own page gets what was chosen in the app's picker, and
  // nothing rather than a screen nobody chose. Never sound: it would carry the voices of the others back to them.
  session.setDisplayMediaRequestHandler(
    (request, answer) => {
      const isOwnPage = request.frame !== null && request.frame.parent === null && isAppAddress(request.frame.url);
      const source = isOwnPage ? screens.take() : null;
      answer(source && { video: source });
    },
    { useSystemPicker: true },
  );
}
