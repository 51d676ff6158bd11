// Looks at everything a call will need, without calling anybody: mailboxes, servers, addresses, devices. Ends in time.
import type { LineVerdict } from '#shared/connection-verdict';
import type { NetworkConfig } from '#shared/ice';
import type { Scope } from '#core/base/scope';
import { Store, type ReadableStore } from '#core/base/store';
import type { Clock } from '#core/ports';
import type { DevicesSeen, LineProbe, ProbedServer, ServerTrial } from '#core/ports/line-probe';
import type { Reachability } from '#core/peers/presence';
import { natOf, readCandidate, type CandidateLine } from '#core/doctor/candidate-line';
import { judgeLine, type LineFindings, type TriedServer } from '#core/doctor/line-verdict';

export type LineCheckState =
  | { readonly phase: 'none' }
  | { readonly phase: 'running'; readonly findings: LineFindings }
  | { readonly phase: 'done'; readonly findings: LineFindings; readonly verdict: LineVerdict; readonly tookMs: number };

export interface LineCheckDeps {
  readonly probe: LineProbe;
  readonly mailbox: { readonly reachability: ReadableStore<readonly Reachability[]>; check(): void };
  readonly config: () => Pick<NetworkConfig, 'iceServers' | 'iceTransportPolicy'>;
  readonly clock: Clock;
  readonly scope: Scope;
}

/** Everything is known by then, or counts as silent. */
const lineCheckMs = 4_500;
const maxServers = 12;

/** One entry for each address of a server, so that the one that fails can be named. */
function serversOf({ iceServers, iceTransportPolicy }: ReturnType<LineCheckDeps['config']>): readonly ProbedServer[] {
  const all = iceServers.flatMap(({ urls, username, credential }) =>
    urls.map((url) => ({ url, username, credential })),
  );
  // Whoever hides their address asks nobody for it.
  const asked = iceTransportPolicy === 'relay' ? all.filter(({ url }) => isTurn(url)) : all;
  return asked.slice(0, maxServers);
}

const isTurn = (url: string): boolean => /^turns?:/.test(url);

export class LineCheck {
  readonly #deps: LineCheckDeps;
  readonly #store = new Store<LineCheckState>({ phase: 'none' });

  constructor(deps: LineCheckDeps) {
    this.#deps = deps;
  }

  get store(): ReadableStore<LineCheckState> {
    return this.#store;
  }

  /** Does nothing while it runs. */
  async start(): Promise<void> {
    if (this.#store.snapshot.phase === 'running') return;
    const { clock, scope, mailbox, config } = this.#deps;
    const beganAtMs = clock.now();
    const end = new AbortController();
    const cancel = clock.after(lineCheckMs, () => {
      end.abort();
    });
    const forget = scope.onEnd(() => {
      end.abort();
    });
    const servers = serversOf(config());
    this.#store.set({ phase: 'running', findings: this.#beginning(servers) });
    const off = mailbox.reachability.onChange(() => this.#change({ mailboxes: mailbox.reachability.snapshot }));
    mailbox.check();
    await Promise.all([
      this.#awaitMailboxes(end.signal),
      this.#tryServers(servers, end.signal),
      this.#lookAtDevices(end.signal),
    ]);
    off();
    cancel();
    forget();
    this.#finish(clock.now() - beganAtMs);
  }

  #beginning(servers: readonly ProbedServer[]): LineFindings {
    return {
      mailboxes: this.#deps.mailbox.reachability.snapshot,
      servers: servers.map(({ url }): TriedServer => ({ url, isTurn: isTurn(url), trial: null })),
      isRelayOnly: this.#deps.config().iceTransportPolicy === 'relay',
      addresses: null,
      devices: null,
    };
  }

  #change(change: Partial<LineFindings>): void {
    const now = this.#store.snapshot;
    if (now.phase === 'running') this.#store.set({ phase: 'running', findings: { ...now.findings, ...change } });
  }

  #finish(tookMs: number): void {
    const now = this.#store.snapshot;
    if (now.phase !== 'running') return;
    this.#store.set({ phase: 'done', findings: now.findings, verdict: judgeLine(now.findings), tookMs });
  }

  /** Until each is open or known to be down. */
  async #awaitMailboxes(signal: AbortSignal): Promise<void> {
    const { reachability } = this.#deps.mailbox;
    const isSettled = (): boolean => reachability.snapshot.every(({ phase }) => phase !== 'connecting');
    await new Promise<void>((resolve) => {
      const look = (): void => {
        if (isSettled()) end();
      };
      const end = (): void => {
        off();
        resolve();
      };
      const off = reachability.onChange(look);
      signal.addEventListener('abort', end, { once: true });
      look();
    });
  }

  async #tryServers(servers: readonly ProbedServer[], signal: AbortSignal): Promise<void> {
    const { probe } = this.#deps;
    const trials = servers.map(async (server): Promise<ServerTrial> => {
      const trial = await (isTurn(server.url) ? probe.tryTurn(server, signal) : probe.tryStun(server, signal));
      this.#noteTrial(server.url, trial);
      return trial;
    });
    const lines = probe.gather(
      servers.filter(({ url }) => !isTurn(url)),
      signal,
    );
    const answers = await Promise.all(trials);
    const stunAnswers = answers.filter(
      ({ outcome }, at) => outcome === 'works' && !servers[at]?.url.startsWith('turn'),
    );
    this.#noteAddresses(await lines, stunAnswers.length);
  }

  #noteTrial(url: string, trial: ServerTrial): void {
    const now = this.#store.snapshot;
    if (now.phase !== 'running') return;
    this.#change({ servers: now.findings.servers.map((one) => (one.url === url ? { ...one, trial } : one)) });
  }

  #noteAddresses(lines: readonly string[], serversAnswered: number): void {
    const candidates = lines.map(readCandidate).filter((line): line is CandidateLine => line !== null);
    const has = (family: 'ipv4' | 'ipv6'): boolean => candidates.some((one) => one.family === family);
    this.#change({
      addresses: {
        count: candidates.length,
        hasIpv4: has('ipv4'),
        hasIpv6: has('ipv6'),
        nat: natOf(candidates, serversAnswered),
      },
    });
  }

  async #lookAtDevices(signal: AbortSignal): Promise<void> {
    const nothing: DevicesSeen = { microphone: 'unknown', microphones: 0, speakers: 0 };
    const late = new Promise<DevicesSeen>((resolve) => {
      signal.addEventListener('abort', () => resolve(nothing), { once: true });
    });
    this.#change({ devices: await Promise.race([this.#deps.probe.lookAtDevices(), late]) });
  }
}
