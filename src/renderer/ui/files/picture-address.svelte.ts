// Where the page finds a picture of a drop while it is looked at.
import type { DropId } from '#shared/drop';

/** Begin in a component: what was made goes with it. */
export class PictureAddress {
  #current = $state<string | null>(null);
  #isRead = $state(false);

  constructor(dropId: () => DropId, read: (dropId: DropId) => Promise<Blob | null>) {
    $effect(() => {
      let isGone = false;
      let made: string | null = null;
      void read(dropId()).then((picture) => {
        if (isGone) return;
        if (picture) made = URL.createObjectURL(picture);
        this.#current = made;
        this.#isRead = true;
      });
      return () => {
        isGone = true;
        this.#current = null;
        this.#isRead = false;
        if (made !== null) URL.revokeObjectURL(made);
      };
    });
  }

  /** Null until it was read, and when there is no picture that can be shown. */
  get current(): string | null {
    return this.#current;
  }

  get isMissing(): boolean {
    return this.#isRead && this.#current === null;
  }

  /** The browser cannot show it. */
  refuse(): void {
    this.#current = null;
  }
}
