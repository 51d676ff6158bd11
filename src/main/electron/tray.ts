// The icon beside the clock and the badge of the app: what was missed and is unread, and the way back to the window.
import { Menu, Tray, app, nativeImage } from 'electron';
import { desktopTexts as texts } from '#main/electron/desktop-texts';

export interface TrayIcons {
  readonly plain: string;
  readonly missed: string;
}

export interface TrayCounts {
  readonly missedCalls: number;
  readonly unread: number;
}

export interface TrayActions {
  readonly show: () => void;
  readonly quit: () => void;
}

export class TrayIcon {
  readonly #icons: TrayIcons;
  readonly #tray: Tray | null;

  constructor(icons: TrayIcons, { show, quit }: TrayActions) {
    this.#icons = icons;
    this.#tray = makeTray(icons.plain);
    this.#tray?.on('click', show);
    this.#tray?.setContextMenu(
      Menu.buildFromTemplate([
        { label: texts.show, click: show },
        { type: 'separator' },
        { label: texts.quit, click: quit },
      ]),
    );
    this.setCounts({ missedCalls: 0, unread: 0 });
  }

  setCounts(counts: TrayCounts): void {
    const all = counts.missedCalls + counts.unread;
    app.setBadgeCount(all);
    this.#tray?.setImage(nativeImage.createFromPath(all === 0 ? this.#icons.plain : this.#icons.missed));
    this.#tray?.setToolTip(texts.tooltip(counts));
  }

  close(): void {
    this.#tray?.destroy();
  }
}

/** Null on a desktop that has no place for such icons. */
function makeTray(icon: string): Tray | null {
  try {
    return new Tray(nativeImage.createFromPath(icon));
  } catch {
    return null;
  }
}
