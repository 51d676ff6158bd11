// What the page finds in its window: the desktop shell's bridge, where it runs in Electron.
import type { HostApi } from '#shared/contract';

declare global {
  interface Window {
    /** Absent in the web shell, which talks over a socket. */
    readonly roundtable?: HostApi;
  }
}
