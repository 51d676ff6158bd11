// Builds the host API from the contract over any transport: Electron's ipcRenderer, the web shell's socket, or a test's.
import { callNames, type CallName, type EventName, type HostApi, type Reply } from '#shared/contract';

export interface HostTransport {
  invoke(call: CallName, input: unknown): Promise<Reply<unknown>>;
  subscribe(event: EventName, listener: (payload: unknown) => void): () => void;
}

/** One frozen object with a function per call and `on`; exposes neither a channel name nor the transport. */
export function createHostApi(transport: HostTransport): HostApi {
  const calls = callNames.map((name) => [name, (input?: unknown) => transport.invoke(name, input)] as const);
  const on = (event: EventName, listener: (payload: unknown) => void): (() => void) =>
    transport.subscribe(event, (payload) => {
      listener(payload);
    });
  // Sound: every key of the contract is present, and main parses inputs and outputs against the same schemas.
  return Object.freeze(Object.assign(Object.fromEntries(calls), { on })) as unknown as HostApi;
}
