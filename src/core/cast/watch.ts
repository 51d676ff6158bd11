// A cast that I watch, from asking its caster to let me in until it is over: my place in the trees and what I play of it.
import type { CastFacts, CastId } from '#shared/cast';
import { Failure, type FailureCode } from '#shared/failure';
import type { PeerId } from '#shared/identity';
import { Audience } from '#core/cast/audience';
import type { CastLink } from '#core/cast/cast-link';
import { CastWire, readOverlay } from '#core/cast/cast-wire';
import type { Hop } from '#core/cast/hop';
import { join, type Welcome } from '#core/cast/joining';
import { LiveReceiving } from '#core/cast/live-receiving';
import { stripes, type Member } from '#core/cast/member';
import type { CastMessage } from '#core/cast/messages';
import { Overlay } from '#core/cast/overlay';
import { every, type CastSideDeps } from '#core/cast/parts';
import { drawPeople } from '#core/cast/people-map';
import type { WatchedCast, WatchPhase } from '#core/cast/snapshot';
import { judgeWatch } from '#core/cast/watch-policy';
import type { LiveOutput } from '#core/ports/live';
import { paces } from '#core/wire/paces';

export interface WatchDeps extends CastSideDeps {
  /** As its caster showed them to me. */
  readonly facts: CastFacts;
  readonly output: LiveOutput;
  readonly peopleChanged: () => void;
}

/** What there is once the caster has let me in. */
interface Inside {
  readonly self: Member;
  readonly overlay: Overlay;
  readonly receiving: LiveReceiving;
  readonly sinceMs: number;
}

export class Watch {
  readonly castId: CastId;
  readonly caster: PeerId;
  readonly #deps: WatchDeps;
  readonly #audience: Audience;
  #welcomes: ((answer: Welcome | FailureCode | 'busy') => void) | null = null;
  #inside: Inside | null = null;
  #phase: WatchPhase = 'joining';
  #code: FailureCode | null = null;
  #hasCome = false;
  #viewers = 0;
  #refused = 0;

  constructor(deps: WatchDeps) {
    this.#deps = deps;
    const { facts, self, host, output, scope } = deps;
    this.castId = facts.castId;
    this.caster = facts.caster;
    const isNeeded = (peerId: PeerId): boolean => this.needs(peerId);
    const forgot = (): void => deps.peopleChanged();
    this.#audience = new Audience({ castId: this.castId, self, host, isNeeded, forgot });
    scope.onEnd(output.events.on('needsKeyFrame', () => this.#inside?.overlay.wantKeyFrame()));
    scope.onEnd(() => output.close());
    scope.onEnd(() => void host.endCast({ castId: this.castId }).catch(() => undefined));
  }

  get snapshot(): WatchedCast {
    const { castId } = this;
    const overlay = this.#inside?.overlay;
    const parents = overlay?.parents ?? stripes.map(() => null);
    const depths = stripes.flatMap((stripe) => overlay?.depth(stripe) ?? []);
    return {
      castId,
      facts: this.#deps.facts,
      phase: this.#phase,
      code: this.#code,
      parents,
      children: [...new Set(stripes.flatMap((stripe) => overlay?.seats.children(stripe) ?? []).map((c) => c.peerId))],
      depth: depths.length > 0 ? Math.max(...depths) : null,
      viewers: this.#viewers,
      people: this.#people(overlay),
      refusedPackets: this.#refused,
    };
  }

  get phase(): WatchPhase {
    return this.#phase;
  }

  /** Resolves when there is a place, or none to be had. */
  async begin(): Promise<void> {
    const { scope } = this.#deps;
    try {
      const welcome = await join({
        ...this.#deps,
        castId: this.castId,
        caster: this.caster,
        awaitAnswer: (heard) => (this.#welcomes = heard),
      });
      if (!scope.hasEnded) await this.#enter(welcome);
    } catch (reason) {
      this.#fail(Failure.from(reason).code);
    }
  }

  isPerson(peerId: PeerId): boolean {
    return peerId === this.caster || this.#audience.has(peerId);
  }

  needs(peerId: PeerId): boolean {
    return this.#inside ? this.#inside.overlay.needs(peerId) : peerId === this.caster;
  }

  toldBy(peerId: PeerId): PeerId | null {
    return this.#audience.toldBy(peerId);
  }

  linkOpened(peerId: PeerId): void {
    this.#inside?.overlay.linkOpened(peerId);
  }

  linkClosed(peerId: PeerId): void {
    this.#inside?.overlay.linkClosed(peerId);
    this.#deps.changed();
  }

  packetCame(from: PeerId, hop: Hop): void {
    this.#inside?.receiving.push(from, hop.packet, hop.ageMs);
  }

  async received(link: CastLink, message: CastMessage): Promise<void> {
    const from = link.peerId;
    if (message.kind === 'cast.welcome' || message.kind === 'cast.refuse') {
      if (from !== this.caster) return;
      if (this.#inside && message.kind === 'cast.refuse') this.#fail('cast-refused');
      else this.#hearAnswer(message);
      return;
    }
    const inside = this.#inside;
    if (!inside) return;
    try {
      const said = await readOverlay(message, async (pass) => await this.#audience.take(pass, from));
      const { overlay } = inside;
      if (said === null || this.#inside !== inside) return;
      // Whoever shows the pass of another is not who was let in.
      if (said.kind === 'ask' && said.member.peerId !== from) link.countBreak();
      else if (said.kind === 'meet' && said.to === this.#deps.self) this.#deps.peers.greet([said.member.peerId]);
      else overlay.heard(from, said);
      this.#deps.changed();
    } catch (reason) {
      if (Failure.from(reason).code === 'cast-forged') link.countBreak();
    }
  }

  /** The caster said so, over their own link or in a word that they signed. */
  over(): void {
    if (this.#phase === 'failed' || this.#phase === 'over') return;
    this.#phase = 'over';
    this.#deps.changed();
    // Those below hear it from me, in each stripe.
    this.#deps.scope.onEnd(this.#deps.clock.after(paces.castPulseMs, () => this.#stop()));
  }

  leave(): void {
    this.#inside?.overlay.leave();
  }

  #hearAnswer(message: Extract<CastMessage, { kind: 'cast.welcome' | 'cast.refuse' }>): void {
    if (message.kind === 'cast.welcome') {
      const { card, pass, key } = message.body;
      this.#welcomes?.({ card: new Uint8Array(card), pass: new Uint8Array(pass), key: new Uint8Array(key) });
      return;
    }
    const codes = { over: 'cast-over', 'not-for-you': 'cast-refused', full: 'cast-full', busy: 'busy' } as const;
    this.#welcomes?.(codes[message.body.why]);
  }

  async #enter({ card, pass, key }: Welcome): Promise<void> {
    const { facts, host, crypto, clock, scope, output, link, peers, changed } = this.#deps;
    const { castId, caster } = this;
    const viewer = await host.watchCast({ card, pass });
    if ((await host.readCastCard({ card })).castId !== castId) throw new Failure('cast-forged');
    const verify = await crypto.verifier(new Uint8Array(facts.liveKey));
    const cipher = await crypto.frameCipher(key, 0);
    if (scope.hasEnded) return;
    const self: Member = { ...viewer, pass };
    const reach = (peerId: PeerId): void => void peers.reach(peerId, scope.signal).catch(() => undefined);
    const overlay = new Overlay({
      self,
      caster,
      wire: new CastWire({ castId, link, reach }),
      clock,
      memberOf: (peerId) => this.#audience.get(peerId),
      wantsKeyFrame: () => undefined,
    });
    const receiving = new LiveReceiving({
      facts,
      verify,
      cipher,
      output,
      clock,
      isNew: (number) => overlay.window.takes(number),
      take: (packet, from) => {
        this.#hasCome = true;
        return !scope.hasEnded && overlay.packetCame(packet, from);
      },
      again: (from, stripe) => overlay.cameAgain(from, stripe),
      bad: (from) => this.#refuse(from),
      said: ({ isOver, viewers, removed }) => {
        this.#viewers = viewers;
        if (removed.includes(self.order)) this.#fail('cast-refused');
        else this.#expel(this.#audience.remove(removed));
        if (isOver) this.over();
      },
    });
    this.#inside = { self, overlay, receiving, sinceMs: clock.now() };
    this.#tick();
    every(clock, scope, paces.castTickMs, () => this.#tick());
    changed();
  }

  #tick(): void {
    const inside = this.#inside;
    if (!inside || this.#phase === 'over' || this.#phase === 'failed') return;
    const { overlay, sinceMs } = inside;
    overlay.tick();
    const { phase, code } = judgeWatch({
      hasCome: this.#hasCome,
      silentMs: overlay.silentMs,
      insideMs: this.#deps.clock.now() - sinceMs,
      seated: overlay.parents.filter((peerId) => peerId !== null).length,
      refusals: overlay.refusals,
    });
    if (code) this.#fail(code);
    else this.#phase = phase;
    this.#deps.changed();
  }

  #expel(peerIds: readonly PeerId[]): void {
    for (const peerId of peerIds) this.#inside?.overlay.expel(peerId);
    if (peerIds.length > 0) this.#deps.peopleChanged();
  }

  /** Altered on its way: whoever brought it is neither heard nor fed any more. */
  #refuse(from: PeerId): void {
    this.#refused += 1;
    this.#inside?.overlay.shun(from);
    this.#deps.link(from)?.session.close('protocol-broken');
    this.#deps.changed();
  }

  #fail(code: FailureCode): void {
    if (this.#phase === 'over' || this.#deps.scope.hasEnded) return;
    this.#phase = code === 'cast-over' ? 'over' : 'failed';
    this.#code = this.#phase === 'failed' ? code : null;
    this.#stop();
  }

  /** What is shown stays until it is put away; nothing comes or goes any more. */
  #stop(): void {
    this.leave();
    this.#inside = null;
    this.#deps.peopleChanged();
    this.#deps.changed();
  }

  #people(overlay: Overlay | undefined): WatchedCast['people'] {
    if (!overlay) return [];
    const { self } = this.#deps;
    const edges = stripes.map((stripe) => {
      const parent = overlay.parents[stripe];
      const own = parent ? [{ peerId: self, parent, depth: overlay.depth(stripe) ?? 0 }] : [];
      return [...own, ...overlay.report(stripe).edges];
    });
    return drawPeople(edges, (peerId) => {
      const member = peerId === self ? this.#inside?.self : this.#audience.get(peerId);
      return { name: member?.name ?? '', isLending: member?.seats.some((seats) => seats > 0) ?? false };
    });
  }
}
