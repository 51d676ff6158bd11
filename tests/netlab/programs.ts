// Long-running programs inside the laboratory: started in a namespace, waited for until they say that they are ready, ended.
import { spawn, type ChildProcess } from 'node:child_process';
import type { Namespace } from '#tests/netlab/namespaces';

const readyTimeoutMs = 10_000;

export interface Program {
  /** The words that told it was ready, and their groups. */
  readonly said: RegExpExecArray;
  /** Ends it as a crash would, without a goodbye; harmless when it is gone. */
  kill(): Promise<void>;
}

function readiness(child: ChildProcess, name: string, ready: RegExp): Promise<RegExpExecArray> {
  return new Promise((resolve, reject) => {
    let output = '';
    const timer = setTimeout(() => {
      child.kill('SIGKILL');
      reject(new Error(`${name} was not ready after ${readyTimeoutMs} ms:\n${output}`));
    }, readyTimeoutMs);
    const read = (chunk: Buffer): void => {
      output = (output + chunk.toString()).slice(-20_000);
      const said = ready.exec(output);
      if (!said) return;
      clearTimeout(timer);
      resolve(said);
    };
    child.stdout?.on('data', read);
    child.stderr?.on('data', read);
    child.once('exit', (code) => {
      clearTimeout(timer);
      reject(new Error(`${name} ended with ${String(code)}:\n${output}`));
    });
  });
}

export async function startProgram(
  at: Pick<Namespace, 'prefix'>,
  command: readonly string[],
  ready: RegExp,
): Promise<Program> {
  const [program = '', ...args] = [...at.prefix, ...command];
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const said = await readiness(child, command[0] ?? '', ready);
  return {
    said,
    kill: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGKILL');
      await ended;
    },
  };
}
