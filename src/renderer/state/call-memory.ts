// Remembers the running call over a reload of the page, so that it can be offered again.
import * as v from 'valibot';
import { CallId } from '#shared/call-record';
import { PeerId } from '#shared/identity';
import type { TabMemory } from '#state/deps';

const RememberedCall = v.strictObject({ callId: CallId, peerId: PeerId, video: v.boolean(), seenAtMs: v.number() });
export type RememberedCall = v.InferOutput<typeof RememberedCall>;

const key = 'roundtable.call';

export class CallMemory {
  readonly #memory: TabMemory;

  constructor(memory: TabMemory) {
    this.#memory = memory;
  }

  keep(call: RememberedCall): void {
    this.#memory.setItem(key, JSON.stringify(call));
  }

  forget(): void {
    this.#memory.removeItem(key);
  }

  /** The call of `withinMs` ago or later, or null. */
  recall(nowMs: number, withinMs: number): RememberedCall | null {
    const text = this.#memory.getItem(key);
    if (text === null) return null;
    const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), RememberedCall), text);
    return parsed.success && nowMs - parsed.output.seenAtMs <= withinMs ? parsed.output : null;
  }
}
