// Which screen or window the page gets: those that are there are listed for the person, and the one they chose is given once.
import type { DesktopCapturer, DesktopCapturerSource, NativeImage } from 'electron';
import { Failure } from '#shared/failure';
import type { OfferedScreen } from '#shared/offered-screen';

/** As many as a picker can show; whole screens come first. */
const offeredAtMost = 48;
const pictureWidthPx = 320;
const pictureHeightPx = 180;
const pictureQuality = 70;
const nameLength = 200;
/** The page asks for the screen at once; a choice that is not taken by then is void. */
const choiceMs = 5_000;

export interface ScreensDeps {
  readonly capturer: Pick<DesktopCapturer, 'getSources'>;
  /** The system shows a picker of its own. */
  readonly systemPicks: boolean;
  readonly now: () => number;
}

/** A window of this very process would show itself in itself. */
const isOwnWindow = (id: string): boolean => id.startsWith('window:') && id.endsWith(':1');

const isScreen = ({ id }: DesktopCapturerSource): boolean => id.startsWith('screen:');

function pictureOf(thumbnail: NativeImage): string | null {
  if (thumbnail.isEmpty()) return null;
  return `data:image/jpeg;base64,${thumbnail.toJPEG(pictureQuality).toString('base64')}`;
}

export class Screens {
  readonly #deps: ScreensDeps;
  #listed: readonly DesktopCapturerSource[] = [];
  #chosen: { readonly source: DesktopCapturerSource; readonly atMs: number } | null = null;

  constructor(deps: ScreensDeps) {
    this.#deps = deps;
  }

  /** Null where the system asks by itself. Fails `screen-denied`. */
  async list(): Promise<OfferedScreen[] | null> {
    this.#listed = [];
    this.#chosen = null;
    if (this.#deps.systemPicks) return null;
    const sources = await this.#sources();
    const others = sources.filter(({ id }) => !isOwnWindow(id));
    this.#listed = [...others.filter(isScreen), ...others.filter((source) => !isScreen(source))].slice(
      0,
      offeredAtMost,
    );
    return this.#listed.map((source) => ({
      screenId: source.id,
      kind: isScreen(source) ? 'screen' : 'window',
      name: source.name.slice(0, nameLength),
      picture: pictureOf(source.thumbnail),
    }));
  }

  /** Fails `screen-missing` for what was not in the last list. */
  choose(screenId: string): void {
    const source = this.#listed.find(({ id }) => id === screenId);
    this.#listed = [];
    if (!source) throw new Failure('screen-missing', 'not offered');
    this.#chosen = { source, atMs: this.#deps.now() };
  }

  /** What the person chose a moment ago, once. */
  take(): DesktopCapturerSource | null {
    const chosen = this.#chosen;
    this.#chosen = null;
    return chosen && this.#deps.now() - chosen.atMs <= choiceMs ? chosen.source : null;
  }

  async #sources(): Promise<DesktopCapturerSource[]> {
    const thumbnailSize = { width: pictureWidthPx, height: pictureHeightPx };
    try {
      return await this.#deps.capturer.getSources({ types: ['screen', 'window'], thumbnailSize });
    } catch (reason) {
      throw new Failure('screen-denied', 'the system lists no screens', { cause: reason });
    }
  }
}
