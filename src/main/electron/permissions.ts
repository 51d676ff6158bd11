// What the page may ask the desktop for: a short list, for our own main frame; everything else is refused.
import type { Session } from 'electron';
import { isAppAddress } from '#main/electron/app-address';

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

export function guardPermissions(session: Session): void {
  session.setPermissionRequestHandler((contents, permission, answer, details) => {
    const isOwnPage = isAppAddress(contents.getURL());
    answer(isOwnPage && isPermitted(permission, details.requestingUrl, details.isMainFrame));
  });
  session.setPermissionCheckHandler((contents, permission, origin, details) => {
    const isOwnPage = contents === null || isAppAddress(contents.getURL());
    return isOwnPage && isPermitted(permission, origin, details.isMainFrame);
  });
  session.setDevicePermissionHandler(() => false);
  // Where the system asks which screen, it does; elsewhere a page gets nothing rather than a screen nobody chose.
  session.setDisplayMediaRequestHandler(
    (_request, answer) => {
      answer(null);
    },
    { useSystemPicker: true },
  );
}
