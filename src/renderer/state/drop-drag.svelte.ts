// Files that hang on the pointer: whether there are any, and above what.
import type { DropPlace } from '#state/drop-target';
import { targetKey } from '#state/drop-target';

export class DropDrag {
  #isOn = $state(false);
  #over = $state.raw<string | null>(null);

  /** Files are being dragged over the window. */
  get isOn(): boolean {
    return this.#isOn;
  }

  isOver(target: DropPlace): boolean {
    return this.#over === targetKey(target);
  }

  begin(): void {
    this.#isOn = true;
  }

  enter(target: DropPlace | null): void {
    this.#over = target === null ? null : targetKey(target);
  }

  end(): void {
    this.#isOn = false;
    this.#over = null;
  }
}
