// The program of a thread that works on segments (segment-threads.ts): one task at a time, and nothing of it is left here afterwards.
import { parentPort, type Transferable } from 'node:worker_threads';
import { Failure } from '#shared/failure';
import { giveBack, segmentWork, type SegmentWork } from '#main/services/vault/segment-work';

/** A call of the work, with what it is done on. */
export type SegmentTask = {
  readonly [N in keyof SegmentWork]: { readonly work: N; readonly input: Parameters<SegmentWork[N]> };
}[keyof SegmentWork];

export type SegmentAnswer =
  | { readonly result: ReturnType<SegmentWork[keyof SegmentWork]> }
  | { readonly failure: Failure['code']; readonly detail: string };

function done(task: SegmentTask): ReturnType<SegmentWork[keyof SegmentWork]> {
  if (task.work === 'rebuild') return segmentWork.rebuild(...task.input);
  const [{ key }] = task.input;
  try {
    return task.work === 'make' ? segmentWork.make(...task.input) : segmentWork.open(...task.input);
  } finally {
    key.fill(0);
  }
}

/** Memory that moves to whoever asked, uncopied. */
function memoryOf(result: ReturnType<typeof done>): Transferable[] {
  if (result === null) return [];
  if (result instanceof Uint8Array) return [result.buffer];
  const pieces = 'pieces' in result ? result.pieces : result;
  return [...new Set(pieces.map(({ bytes }) => bytes.buffer))];
}

/** What it was done on, which is this thread's alone. */
function bytesOf(task: SegmentTask): Iterable<Uint8Array<ArrayBuffer>> {
  if (task.work === 'make') return [task.input[1]];
  return (task.work === 'open' ? task.input[1] : task.input[0]).values();
}

function answer(task: SegmentTask): void {
  try {
    const result = done(task);
    parentPort?.postMessage({ result } satisfies SegmentAnswer, memoryOf(result));
  } catch (error) {
    const { code, message } = Failure.from(error);
    parentPort?.postMessage({ failure: code, detail: message.slice(code.length + 2) } satisfies SegmentAnswer);
  } finally {
    giveBack(bytesOf(task));
  }
}

parentPort?.on('message', (task) => answer(task as SegmentTask)); // sound: segment-threads.ts alone posts here
parentPort?.postMessage('ready');
