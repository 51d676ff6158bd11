// Which servers the page's content policy names, and whether the page that is open was loaded with an older policy.
import type { Settings } from '#shared/settings';
import { parsePeerServer } from '#main/services/peer-server-address';
import { socketSources } from '#main/shell/content-policy';

type Chosen = Pick<Settings, 'ownPeerServers' | 'publicPeerServers'>;

function urlOf(address: string): string {
  try {
    return parsePeerServer(address).url;
  } catch {
    return ''; // a hand-edited settings file; no source comes of it
  }
}

/**
 * This machine's server and every server in the settings. Public ones are named also while they may not be contacted, so
 * that answering the first run's question needs no new page: the policy only ever forbids, it contacts nobody.
 */
export function pageSockets(machineUrl: string, { ownPeerServers, publicPeerServers }: Chosen): string[] {
  return socketSources([machineUrl, ...[...ownPeerServers, ...publicPeerServers].map(urlOf)]);
}

/** Remembers what the last page was loaded with. */
export class PagePolicy {
  readonly #read: () => string[];
  #served: readonly string[] | null = null;

  constructor(read: () => string[]) {
    this.#read = read;
  }

  serve(): readonly string[] {
    this.#served = this.#read();
    return this.#served;
  }

  /** True when a server is in use now that the open page may not speak to. */
  get isOutdated(): boolean {
    const served = this.#served;
    return served !== null && this.#read().some((source) => !served.includes(source));
  }
}
