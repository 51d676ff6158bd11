// One direction of a tunnel at whoever carries it: parts wait for their turn within the pace that is lent, and for room in the link.
import type { BulkPace } from '#core/bulk/pace';
import type { Clock } from '#core/ports';
import { limits } from '#core/wire/limits';

type Bytes = Uint8Array<ArrayBuffer>;

export interface CarriedFlowDeps {
  readonly pace: Pick<BulkPace, 'reserve'>;
  readonly clock: Pick<Clock, 'after'>;
  /** False when the link is full. */
  readonly send: (part: Bytes) => boolean;
  readonly sent: (bytes: number) => void;
}

export class CarriedFlow {
  readonly #deps: CarriedFlowDeps;
  readonly #parts: Bytes[] = [];
  #bytes = 0;
  /** The first has its turn. */
  #isDue = false;
  #cancelWait: (() => void) | null = null;

  constructor(deps: CarriedFlowDeps) {
    this.#deps = deps;
  }

  /** False when more waits than honest ends ever have under way. */
  add(part: Bytes): boolean {
    if (this.#bytes + part.length > limits.relayQueueBytes) return false;
    this.#parts.push(part);
    this.#bytes += part.length;
    this.pump();
    return true;
  }

  pump(): void {
    for (let [part] = this.#parts; part && !this.#cancelWait; [part] = this.#parts) {
      const waitMs = this.#isDue ? 0 : this.#deps.pace.reserve(part.length);
      this.#isDue = true;
      if (waitMs > 0) {
        this.#cancelWait = this.#deps.clock.after(waitMs, () => {
          this.#cancelWait = null;
          this.pump();
        });
        return;
      }
      if (!this.#deps.send(part)) return;
      this.#isDue = false;
      this.#parts.shift();
      this.#bytes -= part.length;
      this.#deps.sent(part.length);
    }
  }

  end(): void {
    this.#cancelWait?.();
    this.#cancelWait = null;
    this.#parts.length = 0;
  }
}
