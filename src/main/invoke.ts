// The one way from a shell to a handler: input checked, output checked, and every outcome a reply.
import * as v from 'valibot';
import { callNames, contract, type CallName, type Handlers, type Reply } from '#shared/contract';
import { Failure } from '#shared/failure';
import type { Log } from '#main/services/log-file';

/** Never rejects. Anything unexpected is logged and answered as `internal`, telling nothing of its cause. */
export async function invoke(handlers: Handlers, name: string, input: unknown, log: Log): Promise<Reply<unknown>> {
  try {
    const call = callNames.find((known) => known === name);
    if (call === undefined) return failed(new Failure('input-invalid', 'unknown call'));
    const schema: v.GenericSchema = contract.calls[call].input;
    // A transport without `undefined` carries it as null.
    const parsed = v.safeParse(schema, schema.type === 'undefined' ? (input ?? undefined) : input);
    if (!parsed.success) return failed(new Failure('input-invalid', call));
    return { ok: true, value: checkOutput(call, await run(handlers, call, parsed.output)) };
  } catch (error) {
    const failure = Failure.from(error);
    if (failure.code !== 'internal') return failed(failure);
    log.write('error', 'call.failed', { call: name.slice(0, 40), detail: describe(failure) });
    return failed(new Failure('internal'));
  }
}

async function run(handlers: Handlers, call: CallName, input: unknown): Promise<unknown> {
  // Sound: the input was parsed by the schema this handler's type derives from.
  const handler = handlers[call] as (input: unknown) => Promise<unknown>;
  return await handler(input);
}

/** Keeps what a handler says too much from leaving the main process. */
function checkOutput(call: CallName, value: unknown): unknown {
  const schema: v.GenericSchema = contract.calls[call].output;
  const parsed = v.safeParse(schema, value);
  if (!parsed.success) throw new Error(`output of ${call}: ${parsed.issues[0].message}`);
  return parsed.output;
}

function describe(failure: Failure): string {
  const { cause } = failure;
  return cause instanceof Error ? (cause.stack ?? cause.message) : failure.message;
}

function failed({ code, message }: Failure): Reply<never> {
  return { ok: false, code, message };
}
