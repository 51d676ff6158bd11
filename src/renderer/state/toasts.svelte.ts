// Short notices at the edge of the window. Failures arrive here as codes and leave as words.
import { Failure, type FailureCode } from '#shared/failure';
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
  /** Stays until it is dismissed: what it says is still so. */
  readonly isLasting: boolean;
}

const shownAtOnce = 4;
const shownForMs = { info: 5_000, warning: 10_000, error: 12_000 } as const satisfies Record<Severity, number>;

function toastOf(code: FailureCode): { severity: Severity; title: string; text: string } {
  const { severity, title, happened, remedy } = failureWords(code);
  return { severity, title, text: `${happened} ${remedy}` };
}

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

  /** Answers its id. The same words once more replace the earlier ones, unless those last. */
  show(toast: {
    severity?: Severity;
    title: string;
    text?: string;
    action?: ToastAction;
    isLasting?: boolean;
  }): number {
    const { title, severity = 'info', text = null, action = null, isLasting = false } = toast;
    const isSame = (shown: Toast): boolean => shown.title === title && shown.text === text;
    const lasting = this.#list.find((shown) => shown.isLasting && isSame(shown));
    if (lasting) return lasting.id;
    const id = ++this.#lastId;
    const next: Toast = { id, severity, title, text, action, isLasting };
    const others = this.#list.filter((shown) => !isSame(shown));
    const fleeting = others.filter((shown) => !shown.isLasting).slice(1 - shownAtOnce);
    this.#list = [...others.filter((shown) => shown.isLasting || fleeting.includes(shown)), next];
    if (!isLasting) {
      this.#clock.after(shownForMs[severity], () => {
        this.dismiss(id);
      });
    }
    return id;
  }

  /** Says what failed; an abort is the person's own doing and says nothing. */
  fail(reason: unknown): void {
    const { code } = Failure.from(reason);
    if (code !== 'aborted') this.show(toastOf(code));
  }

  /** Says what failed until the returned function is called, or the person dismisses it. */
  failUntilMended(code: FailureCode): () => void {
    const id = this.show({ ...toastOf(code), isLasting: true });
    return () => {
      this.dismiss(id);
    };
  }

  dismiss(id: number): void {
    this.#list = this.#list.filter((toast) => toast.id !== id);
  }
}
