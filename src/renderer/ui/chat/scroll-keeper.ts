// Where a list of messages is scrolled to: at its end while new ones come, else at the message that is looked at, however
// much is put in above it.
const nearEndPx = 60;
const readOnPx = 700;

const rows = (log: HTMLElement): HTMLElement[] => [...log.querySelectorAll<HTMLElement>('li[data-key]')];

/** An attachment. */
export const whenResized =
  (run: () => void) =>
  (element: HTMLElement): (() => void) => {
    const observer = new ResizeObserver(run);
    observer.observe(element);
    return () => observer.disconnect();
  };

export class ScrollKeeper {
  #anchor: { readonly key: string; readonly top: number } | null = null;
  #items: readonly unknown[] = [];
  #isAtEnd = true;
  #isPlaced = false;
  /** When last looked at. */
  #top = 0;
  #height = Infinity;

  /** What only grew at its end, as a message whose picture came, is still looked at there. */
  isAtEnd(log: HTMLElement): boolean {
    const isPushed = this.#isAtEnd && log.scrollHeight > this.#height && log.scrollTop >= this.#top;
    if (isPushed) log.scrollTop = log.scrollHeight;
    this.#isAtEnd = log.scrollHeight - log.scrollTop - log.clientHeight < nearEndPx;
    this.#measure(log);
    return this.#isAtEnd;
  }

  stickToEnd(): void {
    this.#isAtEnd = true;
    this.#anchor = null;
  }

  /** Before the list changes to these: remembers the first row in sight. */
  note(log: HTMLElement | undefined, items: readonly unknown[]): void {
    this.#items = items;
    if (!log) return;
    const top = log.getBoundingClientRect().top;
    const row = rows(log).find((one) => one.getBoundingClientRect().bottom > top);
    const key = row?.dataset['key'];
    this.#anchor = row && key !== undefined ? { key, top: row.getBoundingClientRect().top } : null;
  }

  /** Whether these are the rows the list changed to last. */
  hasNoted(items: readonly unknown[]): boolean {
    return this.#items === items;
  }

  /** After it changed; answers whether it stands at the end. A row is put back where it was once, not again and again. */
  settle(log: HTMLElement, hasLater: boolean): boolean {
    if (!this.#isPlaced) this.#place(log);
    else if (this.#isAtEnd && !hasLater) log.scrollTop = log.scrollHeight;
    else this.#keepAnchor(log);
    this.#anchor = null;
    this.#measure(log);
    return this.isAtEnd(log) && !hasLater;
  }

  /** Shows a message in the middle. */
  show(log: HTMLElement, key: string): void {
    this.#isAtEnd = false;
    this.#isPlaced = true;
    this.#anchor = null;
    rows(log)
      .find((one) => one.dataset['key'] === key)
      ?.scrollIntoView({ block: 'center' });
  }

  /** The ends that are so near that more should be read. */
  nearEnds(log: HTMLElement): readonly ('earlier' | 'later')[] {
    const below = log.scrollHeight - log.scrollTop - log.clientHeight;
    return [
      ...(log.scrollTop < readOnPx ? (['earlier'] as const) : []),
      ...(below < readOnPx ? (['later'] as const) : []),
    ];
  }

  /** Moves the focus from a row as the key says; false when the key says nothing. */
  walk(from: HTMLElement, key: string): boolean {
    const all = rows(from.parentElement ?? from);
    const at = all.indexOf(from);
    const steps: Partial<Record<string, HTMLElement | undefined>> = {
      ArrowUp: all[Math.max(0, at - 1)],
      ArrowDown: all[at + 1] ?? from,
      Home: all[0],
      End: all.at(-1),
    };
    const next = steps[key];
    if (!next) return false;
    next.focus({ preventScroll: true });
    next.scrollIntoView({ block: 'nearest' });
    return true;
  }

  #measure({ scrollTop, scrollHeight }: HTMLElement): void {
    this.#top = scrollTop;
    this.#height = scrollHeight;
  }

  /** At first: at the line above what is new, else at the end. */
  #place(log: HTMLElement): void {
    this.#isPlaced = true;
    const line = log.querySelector<HTMLElement>('[data-new]');
    log.scrollTop = line ? line.offsetTop - log.clientHeight / 3 : log.scrollHeight;
  }

  #keepAnchor(log: HTMLElement): void {
    const anchor = this.#anchor;
    const row = anchor && rows(log).find((one) => one.dataset['key'] === anchor.key);
    if (row) log.scrollTop += row.getBoundingClientRect().top - anchor.top;
  }
}
