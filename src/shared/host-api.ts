// Builds the host API from the contract over any transport: Electron's ipcRenderer, the web shell's socket, or a test's.
import { callNames, type CallName, type EventName, type HostApi, type Reply } from '#shared/contract';

export interface HostTransport {
  invoke(call: CallName, input: unknown): Promise<Reply<unknown>>;
  subscribe(event: EventName, listener: (payload: unknown) => void): () => void;
  /** Only where main can find a file of the page by itself. */
  readonly rememberFile?: HostApi['rememberFile'];
}

/** One frozen object with a function per call, `on`, and what else the transport can do; exposes neither a channel name nor the transport. */
export function createHostApi(transport: HostTransport): HostApi {
  const calls = callNames.map((name) => [name, (input?: unknown) => transport.invoke(name, input)] as const);
  const on = (event: EventName, listener: (payload: unknown) => void): (() => void) =>
    transport.subscribe(event, (payload) => {
      listener(payload);
    });
  const { rememberFile } = transport;
  const more = rememberFile ? { on, rememberFile } : { on };
  // Sound: every key of the contract is present, and main parses inputs and outputs against the same schemas.
  return Object.freeze(Object.assign(Object.fromEntries(calls), more)) as unknown as HostApi;
}
