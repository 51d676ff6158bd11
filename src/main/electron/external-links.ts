// The only place that opens anything outside the app, and only after the person said yes to this very address.
import type { BrowserWindow, Dialog, Shell } from 'electron';
import { Failure } from '#shared/failure';
import { parseExternalLink } from '#main/shell/external-link';
import { desktopTexts as texts } from '#main/electron/desktop-texts';

export interface LinkOpener {
  readonly dialog: Pick<Dialog, 'showMessageBox'>;
  readonly shell: Pick<Shell, 'openExternal'>;
  readonly window: () => BrowserWindow | null;
}

/** Fails `url-refused` for anything but https and mailto, `aborted` when the person says no or nobody can be asked. */
export async function openExternalLink(text: string, { dialog, shell, window }: LinkOpener): Promise<void> {
  const url = parseExternalLink(text);
  if (!url) throw new Failure('url-refused');
  const parent = window();
  if (!parent) throw new Failure('aborted');
  const { response } = await dialog.showMessageBox(parent, {
    type: 'question',
    message: texts.openLink,
    detail: url.href,
    buttons: [texts.cancel, texts.open],
    defaultId: 0,
    cancelId: 0,
    noLink: true,
  });
  if (response !== 1) throw new Failure('aborted');
  await shell.openExternal(url.href);
}
