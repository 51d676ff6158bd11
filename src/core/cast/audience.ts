// People of one cast of whom this person has seen the caster's word: with them a link is allowed.
import type { CastId } from '#shared/cast';
import { Failure } from '#shared/failure';
import type { PeerId } from '#shared/identity';
import { areEqual } from '#core/base/bytes';
import type { Member } from '#core/cast/member';
import type { CastHost } from '#core/cast/parts';
import { limits } from '#core/wire/limits';

export interface AudienceDeps {
  readonly castId: CastId;
  readonly self: PeerId;
  readonly host: Pick<CastHost, 'admitCastViewer'>;
  /** They feed me or are fed: these are not forgotten. */
  readonly isNeeded: (peerId: PeerId) => boolean;
  readonly forgot: (peerId: PeerId) => void;
}

interface Known {
  readonly member: Member;
  /** Who told of them: they have a link with them, most likely. */
  readonly by: PeerId;
}

export class Audience {
  readonly #deps: AudienceDeps;
  readonly #known = new Map<PeerId, Known>();

  /** Orders of those whom the caster took out. */
  #removed: readonly number[] = [];

  constructor(deps: AudienceDeps) {
    this.#deps = deps;
  }

  has(peerId: PeerId): boolean {
    return this.#known.has(peerId);
  }

  get(peerId: PeerId): Member | null {
    return this.#known.get(peerId)?.member ?? null;
  }

  toldBy(peerId: PeerId): PeerId | null {
    return this.#known.get(peerId)?.by ?? null;
  }

  /** The caster took these out: whoever of them was known is, and is known no more. */
  remove(orders: readonly number[]): PeerId[] {
    this.#removed = orders;
    if (orders.length === 0) return [];
    const gone = [...this.#known.values()].flatMap(({ member }) =>
      orders.includes(member.order) ? [member.peerId] : [],
    );
    for (const peerId of gone) this.#known.delete(peerId);
    return gone;
  }

  /** Null for somebody who must not be linked with. Fails `cast-forged` for what the caster never signed. */
  async take(pass: Uint8Array, by: PeerId): Promise<Member | null> {
    for (const { member } of this.#known.values()) if (areEqual(member.pass, pass)) return member;
    const own = new Uint8Array(pass);
    try {
      const viewer = await this.#deps.host.admitCastViewer({ castId: this.#deps.castId, pass: own });
      if (this.#removed.includes(viewer.order)) return null;
      const member = { ...viewer, pass: own };
      if (viewer.peerId !== this.#deps.self) this.#keep(member, by);
      return member;
    } catch (reason) {
      const failure = Failure.from(reason);
      if (failure.code === 'cast-forged') throw failure;
      return null;
    }
  }

  #keep(member: Member, by: PeerId): void {
    this.#known.delete(member.peerId);
    this.#known.set(member.peerId, { member, by });
    if (this.#known.size <= limits.castPeople) return;
    for (const peerId of this.#known.keys()) {
      if (this.#deps.isNeeded(peerId) || peerId === member.peerId) continue;
      this.#known.delete(peerId);
      this.#deps.forgot(peerId);
      return;
    }
  }
}
