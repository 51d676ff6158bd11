// One person at one machine: a web shell of their own, a browser of their own, and the things people do, done through
// the real interface by role and name.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContext, Locator, Page } from 'playwright-core';
import { en } from '#messages/en';
import { launchChromium, type ChromiumOptions } from '#tests/support/chromium';
import { observeConnections } from '#tests/support/observe-calls';
import { speakInTone } from '#tests/support/speak-in-tone';
import { startWebShell, type WebShell, type WebShellOptions } from '#tests/support/web-shell';

export interface PersonOptions extends WebShellOptions {
  name: string;
  chromium?: ChromiumOptions;
  colorScheme?: 'light' | 'dark';
  /** Shared with others, who have a profile each in it; one of their own is launched when not given. */
  browser?: Browser;
  /** Their microphone gives this steady tone, Hz, made by the page: what a shared browser cannot give each its own of. */
  voiceHertz?: number;
  /** What the browser grants without asking; microphone and camera when not given. */
  permissions?: readonly string[];
  /** Runs in every page before its own scripts: makes the browser behave as on another machine. */
  disguise?: () => void;
}

const waitMs = 15_000;
/** One ring of one person in five seconds is taken. */
const betweenRingsMs = 5_200;

export class Person {
  readonly name: string;
  readonly #options: PersonOptions;
  readonly #browser: Browser;
  #shell: WebShell;
  #page: Page;

  private constructor(options: PersonOptions, shell: WebShell, browser: Browser, page: Page) {
    this.name = options.name;
    this.#options = options;
    this.#shell = shell;
    this.#browser = browser;
    this.#page = page;
  }

  get shell(): WebShell {
    return this.#shell;
  }

  /** The page this person looks at. */
  get page(): Page {
    return this.#page;
  }

  /** Starts the shell and a browser and opens the page; nothing is clicked yet. */
  static async open(given: PersonOptions): Promise<Person> {
    const options = { ...given, folder: given.folder ?? mkdtempSync(join(tmpdir(), 'roundtable-profile-')) };
    const [shell, browser] = await Promise.all([
      startWebShell(options),
      options.browser ?? launchChromium(options.chromium),
    ]);
    const context: BrowserContext = await browser.newContext({
      viewport: { width: 1440, height: 900 },
      colorScheme: options.colorScheme ?? 'light',
      permissions: [...(options.permissions ?? ['microphone', 'camera'])],
    });
    context.setDefaultTimeout(waitMs);
    const page = await context.newPage();
    await context.addInitScript(observeConnections);
    if (options.voiceHertz !== undefined) await context.addInitScript(speakInTone, options.voiceHertz);
    if (options.disguise) await context.addInitScript(options.disguise);
    await page.goto(shell.url);
    return new Person(given, shell, browser, page);
  }

  /** Ends the service, lets something happen to the profile's folder, starts it again and opens the new address. */
  async restart(meanwhile: (folder: string) => void = () => undefined): Promise<void> {
    await this.#shell.stop();
    meanwhile(this.#shell.folder);
    await this.startShell();
    await this.#page.goto(this.#shell.url);
  }

  /** Starts the service anew for the same profile; opens no page. */
  async startShell(args: readonly string[] = []): Promise<void> {
    this.#shell = await startWebShell({ ...this.#options, folder: this.#shell.folder, args });
  }

  /** A further tab of the same browser, which this person looks at from now on. Answers the one before. */
  async openTab(url: string = new URL('/', this.#shell.url).href): Promise<Page> {
    const before = this.#page;
    this.#page = await before.context().newPage();
    await this.#page.goto(url);
    return before;
  }

  /** Back to a tab that is open already. */
  async turnTo(page: Page): Promise<void> {
    this.#page = page;
    await page.bringToFront();
  }

  /** Opens and goes through the first run: name, identity, the question about the internet (answered no). */
  static async sitDown(options: PersonOptions): Promise<Person> {
    const person = await Person.open(options);
    await person.firstRun();
    return person;
  }

  async firstRun(): Promise<void> {
    const { firstRun } = en;
    await this.page.getByLabel(firstRun.name.label).fill(this.name);
    await this.page.getByRole('button', { name: firstRun.name.next }).click();
    await this.page.getByRole('button', { name: firstRun.meet.next }).click();
    await this.page.getByRole('radio', { name: firstRun.reach.no }).check();
    await this.page.getByRole('button', { name: firstRun.reach.next }).click();
    await this.page.getByRole('dialog', { name: en.invite.title }).waitFor();
    await this.closeDialog();
  }

  async closeDialog(): Promise<void> {
    await this.page.keyboard.press('Escape');
    await this.page.getByRole('dialog').waitFor({ state: 'hidden' });
  }

  get sidebar(): Locator {
    return this.page.getByRole('complementary', { name: en.sidebar.label });
  }

  async openInvites(tab: keyof typeof en.invite.tabs): Promise<void> {
    await this.sidebar.getByRole('button', { name: en.sidebar.invite, exact: true }).click();
    await this.page.getByRole('tab', { name: en.invite.tabs[tab] }).click();
  }

  /** The link of a fresh invite. */
  async invite(): Promise<string> {
    await this.openInvites('give');
    await this.page.getByRole('button', { name: new RegExp(`^(${en.invite.make}|${en.invite.newInvite})$`) }).click();
    const link = await this.page.getByLabel(en.invite.link, { exact: true }).inputValue();
    await this.closeDialog();
    return link;
  }

  async pasteInvite(link: string, from: string): Promise<void> {
    await this.openInvites('use');
    await this.page.getByLabel(en.invite.paste).fill(link);
    await this.page.getByRole('button', { name: en.invite.accept(from) }).click();
    await this.page.getByRole('dialog').waitFor({ state: 'hidden' });
  }

  /** Both become contacts through an invite of this person; resolves when each sees the other online. */
  async befriend(other: Person): Promise<void> {
    await other.pasteInvite(await this.invite(), this.name);
    await Promise.all([this.seeOnline(other.name), other.seeOnline(this.name)]);
  }

  async seeOnline(name: string): Promise<void> {
    await this.sidebar.getByRole('button', { name: new RegExp(`${name}.*${en.presence.online}`) }).waitFor();
  }

  /** Waits until the line under this person's own name says so. */
  async seeReach(words: string, options: { timeout: number } = { timeout: waitMs }): Promise<void> {
    await this.sidebar
      .getByRole('button', { name: en.reach.details })
      .getByText(words, { exact: true })
      .waitFor(options);
  }

  async openPerson(name: string): Promise<void> {
    await this.sidebar
      .getByRole('listitem')
      .getByRole('button', { name: new RegExp(`^${name}`) })
      .click();
    await this.page.getByRole('heading', { name }).waitFor();
  }

  async ring(name: string, { video }: { video: boolean }): Promise<void> {
    await this.openPerson(name);
    await this.page.getByRole('button', { name: video ? en.person.videoCall : en.person.call, exact: true }).click();
  }

  /** Rings again, after the pause that the other side demands between two rings of one person. */
  async ringAgain(name: string, options: { video: boolean }): Promise<void> {
    await this.page.waitForTimeout(betweenRingsMs);
    await this.ring(name, options);
  }

  /** An item of the menu behind the button of this name. */
  async choose(menu: string, item: string | RegExp): Promise<void> {
    await this.page.getByRole('button', { name: menu, exact: true }).click();
    await this.page.getByRole('menu').getByText(item).click();
  }

  /**
   * Clicks the button of this name; answers the wall clock of the click as the page saw it, ms since the epoch. A notice further
   * up may offer the same meanwhile.
   */
  async press(name: string): Promise<number> {
    const button = this.page.getByRole('button', { name, exact: true }).last();
    await button.waitFor();
    // Of the document: the button itself may be drawn anew at any moment.
    const pressed = this.page.evaluate(
      async () =>
        await new Promise<number>((resolve) => {
          const note = (): void => {
            resolve(performance.timeOrigin + performance.now());
          };
          document.addEventListener('click', note, { once: true, capture: true });
        }),
    );
    await button.click();
    return await pressed;
  }

  async openSettings(section: keyof typeof en.settings.sections): Promise<void> {
    await this.page.getByRole('button', { name: en.sidebar.settings, exact: true }).click();
    await this.page.getByRole('tab', { name: en.settings.sections[section] }).click();
  }

  /** The 24 words, with a space between each two. */
  async readRecoveryWords(): Promise<string> {
    await this.openSettings('you');
    await this.page.getByRole('button', { name: en.settings.you.showWords }).click();
    const shown = this.page.getByRole('tabpanel').locator('ol li');
    await shown.nth(23).waitFor(); // they come from the service, and a list is read as it is
    const words = await shown.allTextContents();
    await this.closeDialog();
    return words.join(' ');
  }

  async rename(name: string): Promise<void> {
    await this.openSettings('you');
    await this.page.getByLabel(en.settings.you.name).fill(name);
    await this.page.getByRole('button', { name: en.common.save }).click();
    await this.page.getByText(en.settings.saved, { exact: true }).waitFor();
    await this.closeDialog();
  }

  async unblock(name: string): Promise<void> {
    await this.openSettings('blocked');
    await this.page.getByRole('button', { name: en.settings.blocked.unblock(name) }).click();
    await this.closeDialog();
  }

  async switchNoiseSuppressionOff(): Promise<void> {
    await this.openSettings('devices');
    await this.page.getByRole('switch', { name: en.devices.noise }).uncheck();
    await this.closeDialog();
  }

  /** Registers with a PeerServer of one's own besides the machine's. */
  async addOwnServer(address: string): Promise<void> {
    const { own, addTo } = en.settings.network;
    await this.page.getByRole('button', { name: en.sidebar.settings, exact: true }).click();
    await this.page.getByRole('tab', { name: en.settings.sections.network }).click();
    await this.page.getByRole('button', { name: addTo(own) }).click();
    await this.page.getByLabel(own, { exact: true }).fill(address);
    await this.page.keyboard.press('Enter');
    // The page loads itself again, because its policy has to name the new server.
    await this.page.getByRole('dialog').waitFor({ state: 'hidden' });
  }

  /** Opens the compare sheet of the running call and reads it; the sheet stays open. */
  async readSafety(): Promise<{ digits: string; spoken: string[] }> {
    await this.page.getByRole('button', { name: en.call.comparePill(en.call.unverified) }).click();
    const dialog = this.page.getByRole('dialog', { name: en.compare.title });
    const digits = await dialog.getByLabel(en.compare.number, { exact: true }).textContent();
    const words = dialog.getByRole('heading', { name: en.compare.spoken }).locator('xpath=following-sibling::p[1]');
    return { digits: (digits ?? '').replace(/\D/g, ''), spoken: ((await words.textContent()) ?? '').trim().split(' ') };
  }

  async accept({ video }: { video: boolean }): Promise<void> {
    await this.page.getByRole('button', { name: video ? en.call.acceptVideo : en.call.accept, exact: true }).click();
  }

  async hangUp(): Promise<void> {
    await this.page.getByRole('button', { name: en.call.leave, exact: true }).click();
  }

  /** Waits until a call with this person runs: the Leave button and the running clock are there. */
  async seeCall(name: string): Promise<void> {
    await this.page.getByRole('region', { name: en.call.region(name) }).waitFor();
    await this.page.getByRole('toolbar', { name: en.call.bar }).waitFor();
  }

  /** Waits until the picture of the other person is on the stage and moves. */
  async seeRemoteVideo(name: string): Promise<void> {
    const picture = this.page.getByLabel(en.call.theirPicture(name));
    await picture.waitFor();
    await this.page.waitForFunction((label) => {
      const video = document.querySelector<HTMLVideoElement>(`video[aria-label="${label}"]`);
      return video !== null && video.videoWidth > 0 && video.currentTime > 0;
    }, en.call.theirPicture(name));
  }

  /** Waits for the page that tells how a call ended. */
  async seeEnded(options: { timeout: number } = { timeout: waitMs }): Promise<void> {
    await this.page.getByRole('button', { name: en.call.again, exact: true }).waitFor(options);
  }

  /** Closes the page that tells how the call ended, once it is there. */
  async dismissEnded(): Promise<void> {
    await this.page.getByRole('button', { name: en.call.close, exact: true }).click();
  }

  /** Waits until a reading of the page holds, asking ten times a second. */
  async waitUntil(isTrue: () => Promise<boolean>): Promise<void> {
    const deadline = Date.now() + waitMs;
    while (!(await isTrue())) {
      if (Date.now() > deadline) throw new Error(`${this.name} waited ${waitMs} ms in vain.`);
      await this.page.waitForTimeout(100);
    }
  }

  /** The browser dies at once, without a goodbye from its pages; the service goes on. Answers when, ms since the epoch. */
  async crash(): Promise<number> {
    const browserSession = await this.#browser.newBrowserCDPSession();
    const { processInfo } = await browserSession.send('SystemInfo.getProcessInfo');
    const browserProcess = processInfo.find(({ type }) => type === 'browser');
    if (!browserProcess) throw new Error(`The browser of ${this.name} does not tell its process.`);
    const gone = new Promise((resolve) => this.#browser.once('disconnected', resolve));
    process.kill(browserProcess.id, 'SIGKILL');
    const crashedAt = Date.now();
    await gone;
    return crashedAt;
  }

  async leaveTable(): Promise<void> {
    await (this.#options.browser ? this.#page.context() : this.#browser).close();
    await this.#shell.stop();
    if (this.#options.folder === undefined) rmSync(this.#shell.folder, { recursive: true, force: true });
  }
}
