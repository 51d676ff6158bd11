// Main of one person with casts: FakeHost seals and proves, the casts are the real ones.
import type { Casts as MainCasts } from '#main/services/cast/casts';
import type { CastId } from '#shared/cast';
import type { CallInput, CallOutput } from '#shared/contract';
import { Failure } from '#shared/failure';
import type { PeerId } from '#shared/identity';
import { FakeHost } from '#tests/support/fake-host';

const requestMark = 'cast-request ';

export class CastHostFake extends FakeHost {
  readonly #name: string;
  #casts: MainCasts | null = null;

  constructor(self: PeerId, name: string) {
    super(self);
    this.#name = name;
  }

  use(casts: MainCasts): void {
    this.#casts = casts;
    this.mayLink = (peerId) => casts.mayLink(peerId);
  }

  /** Shows the cast itself where main would prove that it has the link. */
  override async sealCastRequest({ castId }: CallInput<'sealCastRequest'>): Promise<CallOutput<'sealCastRequest'>> {
    const to = this.#casts?.requestOf(castId).to;
    if (!to) throw new Failure('cast-over');
    const facts = { from: this.self, name: this.#name, castId };
    return { to, blob: new Uint8Array(new TextEncoder().encode(requestMark + JSON.stringify(facts))) };
  }

  override async openSignal(input: CallInput<'openSignal'>): Promise<CallOutput<'openSignal'>> {
    const said = new TextDecoder().decode(input.blob);
    if (!said.startsWith(requestMark)) return await super.openSignal(input);
    // Sound: only CastHostFake of another person writes this.
    const { from, name, castId } = JSON.parse(said.slice(requestMark.length)) as {
      from: PeerId;
      name: string;
      castId: CastId;
    };
    if (!this.#casts?.takeRequest(castId, from)) return { outcome: 'dropped', reason: 'rate-limited', from };
    return { outcome: 'cast-request', from, castId, name };
  }
}
