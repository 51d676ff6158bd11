// The way to a cast by a link: asks its caster, sealed, to let me near, reaches them, and waits until they show me their cast.
import type { CastId, CastLinkPreview } from '#shared/cast';
import { Failure, type FailureCode } from '#shared/failure';
import type { PeerId } from '#shared/identity';
import type { Scope } from '#core/base/scope';
import { approach } from '#core/peers/approach';
import type { Mailbox } from '#core/peers/mailbox';
import type { Peers } from '#core/peers/peers';
import type { Clock, Host } from '#core/ports';
import { paces } from '#core/wire/paces';

export interface LinkEntryDeps {
  readonly host: Pick<Host, 'enterCastLink' | 'endCast'>;
  readonly mailbox: Pick<Mailbox, 'requestCast'>;
  readonly peers: Pick<Peers, 'reach'>;
  readonly clock: Clock;
  readonly scope: Scope;
  readonly hasLink: (peerId: PeerId) => boolean;
}

interface Entry {
  readonly link: CastLinkPreview;
  readonly scope: Scope;
  readonly settle: { shown(): void; failed(code: FailureCode): void };
}

export class LinkEntry {
  readonly #deps: LinkEntryDeps;
  #entry: Entry | null = null;
  /** The way ended well, and I do not watch yet. */
  #arrived: CastLinkPreview | null = null;
  /** Counts the ways begun: an answer of main to an earlier one is too late. */
  #turn = 0;

  constructor(deps: LinkEntryDeps) {
    this.#deps = deps;
    deps.scope.onEnd(() => {
      this.leave();
    });
  }

  /** The caster behind the link may be linked with until I watch, left, or did not get there. */
  isPerson(peerId: PeerId): boolean {
    return this.#entry?.link.caster === peerId || this.#arrived?.caster === peerId;
  }

  /**
   * Resolves when the caster showed me the cast. Fails as main does for the link; `peer-unreachable`; `cast-over` when they are
   * there and show nothing; `version-differs`; `aborted` when I left, or entered by another link.
   */
  async enter(text: string): Promise<CastId> {
    this.leave();
    const turn = this.#turn;
    const link = await this.#deps.host.enterCastLink({ text });
    if (turn !== this.#turn) {
      this.#forget(link.castId);
      throw new Failure('aborted');
    }
    await this.#reach(link);
    return link.castId;
  }

  /** The caster's card came, and main has checked it. */
  shown(castId: CastId): void {
    if (this.#entry?.link.castId !== castId) return;
    const entry = this.#end();
    this.#arrived = entry?.link ?? null;
    entry?.settle.shown();
  }

  /** I watch: from now on that is the reason to link with its caster. A way to another cast is left. */
  watching(castId: CastId): void {
    if (this.#arrived?.castId === castId) this.#arrived = null;
    this.leave();
  }

  leave(): void {
    this.#turn += 1;
    if (this.#arrived) this.#forget(this.#arrived.castId);
    this.#arrived = null;
    this.#fail('aborted');
  }

  #reach(link: CastLinkPreview): Promise<void> {
    const { clock, mailbox, hasLink } = this.#deps;
    return new Promise((resolve, reject) => {
      const scope = this.#deps.scope.child();
      const settle = {
        shown: resolve,
        failed: (code: FailureCode) => {
          reject(new Failure(code));
        },
      };
      this.#entry = { link, scope, settle };
      const late = clock.after(paces.castReachForMs, () => {
        this.#fail(hasLink(link.caster) ? 'cast-over' : 'peer-unreachable');
      });
      scope.onEnd(late);
      approach({
        ...this.#deps,
        maker: link.caster,
        scope,
        hasLink: () => hasLink(link.caster),
        // A link alone says nothing: they may have it for other reasons, and casts are not shown to all.
        mustAsk: () => true,
        request: async (signal) => {
          await mailbox.requestCast(link.castId, signal);
        },
        gaveUp: (code) => {
          this.#fail(code);
        },
      });
    });
  }

  #fail(code: FailureCode): void {
    const entry = this.#end();
    if (!entry) return;
    this.#forget(entry.link.castId);
    entry.settle.failed(code);
  }

  #end(): Entry | null {
    const entry = this.#entry;
    this.#entry = null;
    entry?.scope.end();
    return entry;
  }

  #forget(castId: CastId): void {
    this.#deps.host.endCast({ castId }).catch(() => undefined); // main keeps a few at most
  }
}
