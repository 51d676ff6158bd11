// The people of one test file: they share a PeerServer port, and all leave at the end, also after a failure.
import type { Browser } from 'playwright-core';
import { launchChromium, type ChromiumOptions } from '#tests/support/chromium';
import { freePort } from '#tests/support/free-port';
import { Person, type PersonOptions } from '#tests/support/person';

export class Table {
  readonly #people: Person[] = [];
  #peerPort: number | null = null;
  #browser: Browser | null = null;

  /** @param peerPort of a PeerServer that stands already; else the first person's shell runs one on a free port. */
  constructor(peerPort: number | null = null) {
    this.#peerPort = peerPort;
  }

  /** Whoever comes from now on sits in one browser, as in a profile of their own: many people cost much less so. */
  async shareBrowser(options: ChromiumOptions = {}): Promise<void> {
    this.#browser = await launchChromium(options);
  }

  /** Opens a page for somebody, before the first run. */
  async open(name: string, options: Partial<PersonOptions> = {}): Promise<Person> {
    this.#peerPort ??= await freePort();
    const person = await Person.open({
      name,
      peerPort: this.#peerPort,
      ...(this.#browser && !options.chromium ? { browser: this.#browser } : {}),
      ...options,
    });
    this.#people.push(person);
    return person;
  }

  /** Opens a page and goes through the first run. */
  async seat(name: string, options: Partial<PersonOptions> = {}): Promise<Person> {
    const person = await this.open(name, options);
    await person.firstRun();
    return person;
  }

  async clear(): Promise<void> {
    await Promise.allSettled(this.#people.map(async (person) => await person.leaveTable()));
    await this.#browser?.close();
  }
}
