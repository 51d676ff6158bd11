// The host as the app uses it: failed replies, which cross the bridge as values, become thrown Failures again.
import { callNames, type Host, type HostApi, type Reply } from '#shared/contract';
import { Failure } from '#shared/failure';

async function unwrap(reply: Promise<Reply<unknown>>): Promise<unknown> {
  const result = await reply;
  if (result.ok) return result.value;
  throw new Failure(result.code, result.message);
}

export function createHost(api: HostApi): Host {
  const calls = callNames.map((name) => {
    // Sound: every call takes at most one argument, and the shell checks it against the contract's schema.
    const call = api[name] as (...input: unknown[]) => Promise<Reply<unknown>>;
    return [name, async (...input: unknown[]) => await unwrap(call(...input))] as const;
  });
  const on: Host['on'] = (event, listener) => api.on(event, listener);
  // Sound: one function per key of the contract, with the same input and the unwrapped output.
  return Object.assign(Object.fromEntries(calls), { on }) as unknown as Host;
}
