// The Reed-Solomon coder, a WebAssembly module without imports: it sees nothing but the bytes it is given. Only the module of the
// library is used and not its wrapper, which frees twice what the module has freed (docs/decisions/0021-vault-format.md).
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import * as v from 'valibot';
import { Failure } from '#shared/failure';

type Call = (...parameters: number[]) => number;
const Call = v.custom<Call>((value) => typeof value === 'function');
const Exports = v.object({
  memory: v.instance(WebAssembly.Memory),
  encode: Call,
  reconstruct: Call,
  __wbindgen_malloc: Call,
  __wbindgen_free: Call,
});

const done = 0;

export class ReedSolomon {
  readonly #wasm: v.InferOutput<typeof Exports>;
  /** Where shares are put for the module, one after another; kept, so that its memory does not grow with every call. */
  #room = { at: 0, bytes: 0 };

  private constructor(wasm: v.InferOutput<typeof Exports>) {
    this.#wasm = wasm;
  }

  /** Read from the package itself, which both shells ship as it is. */
  static load(): ReedSolomon {
    const path = fileURLToPath(import.meta.resolve('@digitaldefiance/reed-solomon-erasure.wasm/wasm'));
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(readFileSync(path)));
    return new ReedSolomon(v.parse(Exports, { ...exports }));
  }

  /** Room for so many bytes of shares. Holds until the next call of anything here. */
  shares(bytes: number): Uint8Array {
    if (this.#room.bytes < bytes) {
      if (this.#room.bytes > 0) this.#wasm.__wbindgen_free(this.#room.at, this.#room.bytes);
      this.#room = { at: this.#wasm.__wbindgen_malloc(bytes), bytes };
    }
    return new Uint8Array(this.#wasm.memory.buffer, this.#room.at, bytes);
  }

  /** The first `needed` shares lie in `shares(bytes)`; answers the same with the others filled in. */
  encode(bytes: number, needed: number, total: number): Uint8Array {
    this.shares(bytes);
    assertDone(this.#wasm.encode(this.#room.at, bytes, needed, total - needed));
    return this.shares(bytes);
  }

  /** Those that are `there` lie in `shares(bytes)`; answers the same with the first `needed` of them filled in. */
  reconstruct(bytes: number, needed: number, there: readonly boolean[]): Uint8Array {
    this.shares(bytes);
    // The module takes this one over and frees it.
    const flags = this.#wasm.__wbindgen_malloc(there.length);
    new Uint8Array(this.#wasm.memory.buffer, flags, there.length).set(there.map(Number));
    const parity = there.length - needed;
    assertDone(this.#wasm.reconstruct(this.#room.at, bytes, needed, parity, flags, there.length));
    return this.shares(bytes);
  }
}

function assertDone(result: number): void {
  if (result !== done) throw new Failure('internal', `Reed-Solomon answers ${result}`);
}
