// Short notices at the edge of the window. Failures arrive here as codes and leave as words.
import { Failure } from '#shared/failure';
import type { Clock } from '#core/ports';
import { failureWords, type Severity } from '#state/failure-words';

export interface ToastAction {
  readonly label: string;
  run(): void;
}

export interface Toast {
  readonly id: number;
  readonly severity: Severity;
  readonly title: string;
  readonly text: string | null;
  readonly action: ToastAction | null;
}

const shownAtOnce = 4;
const shownForMs = { info: 5_000, warning: 10_000, error: 12_000 } as const satisfies Record<Severity, number>;

export class ToastsState {
  readonly #clock: Clock;
  #list = $state.raw<readonly Toast[]>([]);
  #lastId = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get list(): readonly Toast[] {
    return this.#list;
  }

  show(toast: { severity?: Severity; title: string; text?: string; action?: ToastAction }): void {
    const severity = toast.severity ?? 'info';
    const id = ++this.#lastId;
    const next: Toast = { id, severity, title: toast.title, text: toast.text ?? null, action: toast.action ?? null };
    const others = this.#list.filter((shown) => shown.title !== next.title || shown.text !== next.text);
    this.#list = [...others, next].slice(-shownAtOnce);
    this.#clock.after(shownForMs[severity], () => {
      this.dismiss(id);
    });
  }

  /** Says what failed; an abort is the person's own doing and says nothing. */
  fail(reason: unknown): void {
    const { code } = Failure.from(reason);
    if (code === 'aborted') return;
    const words = failureWords(code);
    this.show({ severity: words.severity, title: words.title, text: `${words.happened} ${words.remedy}` });
  }

  dismiss(id: number): void {
    this.#list = this.#list.filter((toast) => toast.id !== id);
  }
}
