// The icon beside the clock and the badge of the app: how many calls were missed, and the way back to the window.
import { Menu, Tray, app, nativeImage } from 'electron';
import { desktopTexts as texts } from '#main/electron/desktop-texts';

export interface TrayIcons {
  readonly plain: string;
  readonly missed: string;
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
    this.setMissedCalls(0);
  }

  setMissedCalls(missedCalls: number): void {
    app.setBadgeCount(missedCalls);
    this.#tray?.setImage(nativeImage.createFromPath(missedCalls === 0 ? this.#icons.plain : this.#icons.missed));
    this.#tray?.setToolTip(texts.tooltip(missedCalls));
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
