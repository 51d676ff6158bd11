// The app's own picker of screens and windows, for systems without one.
import type { Host } from '#shared/contract';
import { Failure } from '#shared/failure';
import type { OfferedScreen } from '#shared/offered-screen';

type Choice = OfferedScreen['screenId'] | null;

export class ScreenPicker {
  readonly #host: Pick<Host, 'listScreens' | 'chooseScreen'>;
  #offered = $state.raw<readonly OfferedScreen[] | null>(null);
  #settle: (choice: Choice) => void = () => undefined;

  constructor(host: Pick<Host, 'listScreens' | 'chooseScreen'>) {
    this.#host = host;
  }

  /** Null while nothing is asked. */
  get offered(): readonly OfferedScreen[] | null {
    return this.#offered;
  }

  /**
   * Asks which; the next capture of the page is of that one. Answers at once where the system asks by itself. Fails
   * `screen-missing`, `screen-denied`, `aborted` when none was chosen.
   */
  async pick(): Promise<void> {
    this.choose(null);
    const offered = await this.#host.listScreens();
    if (offered === null) return;
    if (offered.length === 0) throw new Failure('screen-missing');
    const choice = await new Promise<Choice>((resolve) => {
      this.#settle = resolve;
      this.#offered = offered;
    });
    if (choice === null) throw new Failure('aborted');
    await this.#host.chooseScreen({ screenId: choice });
  }

  choose(choice: Choice): void {
    this.#offered = null;
    this.#settle(choice);
  }
}
