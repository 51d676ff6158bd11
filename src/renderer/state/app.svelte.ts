// The whole app as state: which stage it is in, from starting to sitting at the table, and how it moves on.
import { createContext } from 'svelte';
import type { ConversationId } from '#shared/chat';
import type { Contact } from '#shared/contact';
import { Failure, type FailureCode } from '#shared/failure';
import type { Identity } from '#shared/identity';
import { Scope } from '#core/base/scope';
import { m } from '#messages/messages';
import type { AppDeps, AppFacts } from '#state/deps';
import { shownName } from '#state/people.svelte';
import { SettingsState } from '#state/settings.svelte';
import { TableState } from '#state/table.svelte';
import { ToastsState } from '#state/toasts.svelte';

export type Stage =
  | { readonly name: 'starting' }
  /** No name chosen yet (identity null), or the question about the internet not answered yet. */
  | { readonly name: 'first-run'; readonly identity: Identity | null }
  | { readonly name: 'open'; readonly table: TableState }
  /** Another window of this profile is on the network. */
  | { readonly name: 'elsewhere' }
  | { readonly name: 'broken'; readonly code: FailureCode; readonly keptAt: string | null };

export class AppState {
  readonly #deps: AppDeps;
  readonly toasts: ToastsState;
  readonly settings: SettingsState;
  #stage = $state.raw<Stage>({ name: 'starting' });
  #facts = $state.raw<AppFacts | null>(null);
  #tableScope = new Scope();

  constructor(deps: AppDeps) {
    this.#deps = deps;
    this.toasts = new ToastsState(deps.clock);
    this.settings = new SettingsState(deps.host, this.toasts);
    deps.host.on('windowLost', () => {
      this.#stand({ name: 'elsewhere' });
    });
  }

  get stage(): Stage {
    return this.#stage;
  }

  /** Version, shell, profile; null until main answered. */
  get facts(): AppFacts | null {
    return this.#facts;
  }

  /** Begins, or begins again; `take` ends the hold of another window. Never rejects: what fails becomes the stage. */
  async start(options: { take: boolean } = { take: false }): Promise<void> {
    this.#stand({ name: 'starting' });
    await this.#attempt(async () => {
      const { host } = this.#deps;
      this.#facts = await host.readAppInfo();
      const { isHeld } = await host.claimWindow(options);
      if (!isHeld) {
        this.#stand({ name: 'elsewhere' });
        return;
      }
      await this.settings.load();
      const identity = await host.readIdentity();
      if (identity.state === 'damaged') this.#stand({ name: 'broken', code: identity.code, keptAt: identity.keptAt });
      else if (identity.state === 'missing') this.#stand({ name: 'first-run', identity: null });
      else await this.#enter(identity.identity);
    });
  }

  /** Rejects with a Failure, to be shown where the name is typed. */
  async createIdentity(name: string): Promise<void> {
    this.#stand({ name: 'first-run', identity: await this.#deps.host.createIdentity({ name }) });
  }

  /** Those of the words that there are not, by their places from 1 on; none while main cannot say. */
  async unknownWords(words: readonly string[]): Promise<{ readonly place: number; readonly word: string }[]> {
    const checked = await this.#deps.host.checkRecoveryWords({ words: words.slice(0, 24) }).catch(() => null);
    return (checked?.unknownAt ?? []).map((at) => ({ place: at + 1, word: words[at] ?? '' }));
  }

  /** Brings an identity back from its 24 words. Rejects with a Failure, to be shown where the words are typed. */
  async restoreIdentity(words: readonly string[], name: string): Promise<void> {
    const identity = await this.#deps.host.restoreIdentity({ words: [...words], name });
    await this.#attempt(async () => {
      await this.#enter(identity);
    });
  }

  /** The answer to the one question of the first run; then the table opens. */
  async answerInternet(answer: { isOn: boolean; publicPeerServers: string[]; stunServers: string[] }): Promise<void> {
    const stage = this.#stage;
    if (stage.name !== 'first-run' || stage.identity === null) return;
    const { identity } = stage;
    const { isOn, publicPeerServers, stunServers } = answer;
    const servers = isOn ? { publicPeerServers, stunServers } : {};
    if (!(await this.settings.save({ reachInternet: isOn ? 'on' : 'off', ...servers }))) return;
    await this.#attempt(async () => {
      const table = await this.#open(identity);
      if (table.people.rows.length === 0) table.navigation.open({ kind: 'add', tab: 'give' });
    });
  }

  /** Moves the unreadable identity out of the way and begins anew. */
  async setIdentityAside(): Promise<void> {
    await this.#attempt(async () => {
      const { keptAt } = await this.#deps.host.setIdentityAside();
      this.#keptAt = keptAt;
      await this.start();
    });
  }

  /** Where the unreadable identity was put, once it was set aside. */
  get keptAt(): string | null {
    return this.#keptAt;
  }
  #keptAt = $state<string | null>(null);

  /** Answers the file's name and folder; rejects with a Failure. */
  async saveReport(): Promise<{ name: string; folder: string }> {
    return await this.#deps.host.saveReport();
  }

  /** A pane failed to show: noted in the log, for the report. */
  noteError(reason: unknown): void {
    const words = reason instanceof Error ? `${reason.name}: ${reason.message}` : String(reason);
    const entry = { level: 'error', event: 'ui.failed', fields: { error: words.slice(0, 200) } } as const;
    // Nothing can be said to anybody when even the log is out of reach.
    this.#deps.host.writeLog(entry).catch(() => undefined);
  }

  /** Somebody whose changed key waits for a decision tried to reach me; they were not let in. Their page says so itself. */
  noteTurnedAway(contact: Contact): void {
    const { stage } = this;
    if (stage.name !== 'open') return;
    const { pane } = stage.table.navigation;
    if (pane.kind === 'person' && pane.contactId === contact.contactId) return;
    const action = { label: m.invite.openPerson, run: () => void stage.table.visit(contact.contactId) };
    const title = m.person.changedTitle(shownName(contact));
    this.toasts.show({ severity: 'error', title, text: m.person.changedText, action });
  }

  /** To a conversation, once there is a table. */
  async goToChat(conversationId: ConversationId): Promise<void> {
    if (this.stage.name === 'open') await this.stage.table.goToChat(conversationId, null);
  }

  /** Something the table cannot do without is gone, e.g. the local service. */
  lose(code: FailureCode): void {
    this.#stand({ name: 'broken', code, keptAt: null });
  }

  async #enter(identity: Identity): Promise<void> {
    if (this.settings.current.reachInternet === 'unanswered') this.#stand({ name: 'first-run', identity });
    else await this.#open(identity);
  }

  async #open(identity: Identity): Promise<TableState> {
    const { host, openNetwork } = this.#deps;
    const scope = new Scope();
    this.#tableScope = scope;
    const [contacts, records] = await Promise.all([host.listContacts(), host.listCalls({ limit: 500 })]);
    const network = await openNetwork(identity, this.settings.current);
    scope.onEnd(() => {
      network.close();
    });
    if (scope.hasEnded) throw new Failure('aborted', 'left the table while it opened');
    const { settings, toasts } = this;
    const table = new TableState({ app: this.#deps, network, identity, contacts, records, settings, toasts, scope });
    await table.devices.restore();
    this.#stage = { name: 'open', table };
    return table;
  }

  /** Leaves the table, if any, for a stage without one. */
  #stand(stage: Stage): void {
    this.#tableScope.end();
    this.#stage = stage;
  }

  async #attempt(command: () => Promise<void>): Promise<void> {
    try {
      await command();
    } catch (reason) {
      const { code } = Failure.from(reason);
      if (code !== 'aborted') this.#stand({ name: 'broken', code, keptAt: null });
    }
  }
}

export const [getApp, setApp] = createContext<AppState>();
export const [getTable, setTable] = createContext<TableState>();
