// Which of a profile's windows is on the network: at most one, because two would fight over the same mailbox.

export interface ClaimingWindow {
  /** Called when another window took over. */
  lose(): void;
}

export class WindowClaim {
  #holder: ClaimingWindow | null = null;

  /** True when `window` holds the network now. With `take` it always does, and the holder before it loses it. */
  claim(window: ClaimingWindow, take: boolean): boolean {
    const previous = this.#holder;
    if (previous === window) return true;
    if (previous !== null && !take) return false;
    this.#holder = window;
    previous?.lose();
    return true;
  }

  /** Frees the hold when `window` has it. */
  release(window: ClaimingWindow): void {
    if (this.#holder === window) this.#holder = null;
  }
}
