// One person of a simulated cast: the app's own Overlay, on a line of their own. Packets leave a line one after the other; messages and
// packets take the path's delay; a link takes as long as a rendezvous, a DTLS handshake and the proof do.
import type { CastSeats } from '#shared/cast';
import type { PeerId } from '#shared/identity';
import type { Member } from '#core/cast/member';
import { Overlay } from '#core/cast/overlay';
import type { OverlayMessage, OverlayWire } from '#core/cast/overlay-wire';
import type { Held } from '#core/cast/packet-window';
import { limits } from '#core/wire/limits';
import { paces } from '#core/wire/paces';
import type { VirtualClock } from '#scripts/sim/virtual-clock';

export interface CastLine {
  readonly upBytesPerMs: number;
  readonly delayMs: number;
}

export interface CastWorld {
  readonly clock: VirtualClock;
  readonly people: Map<PeerId, CastPeer>;
  readonly tickMs: number;
  /** A packet that was new to somebody. */
  readonly came: (peer: CastPeer, packet: Held) => void;
}

export interface CastPeerOptions {
  readonly self: Member;
  readonly caster: PeerId;
  readonly line: CastLine;
  /** Makes false what an honest person would do. */
  readonly conduct?: Conduct;
}

/** What somebody does who does not keep to the protocol. */
export interface Conduct {
  /** False: the packet is not passed on. */
  readonly passes?: (packet: Held) => boolean;
  /** True: it is passed on with other bytes than the caster signed. */
  readonly alters?: (packet: Held) => boolean;
  readonly delaysMs?: number;
  /** What it says in the place of what an honest person would; null says nothing. */
  readonly says?: (message: OverlayMessage, to: PeerId) => OverlayMessage | null;
}

/** Of the other side, to show itself; it comes back as a message would. */
const setUpRoundTrips = 4;
const setUpMs = 150;
const crashNoticedMs = 6_000;

export class CastPeer {
  readonly self: Member;
  readonly line: CastLine;
  readonly overlay: Overlay;
  readonly links = new Map<PeerId, CastPeer>();
  sentBytes = 0;
  isGone = false;
  readonly #world: CastWorld;
  readonly #conduct: Conduct;
  readonly #known = new Map<PeerId, Member>();
  readonly #reaching = new Set<PeerId>();
  readonly #isCaster: boolean;
  readonly #idleSince = new Map<PeerId, number>();
  /** In each link's channel. */
  readonly #waiting = new Map<PeerId, number>();
  #upFreeAtMs = 0;

  constructor(world: CastWorld, { self, caster, line, conduct = {} }: CastPeerOptions) {
    this.#world = world;
    this.self = self;
    this.line = line;
    this.#conduct = conduct;
    this.#isCaster = self.peerId === caster;
    world.people.set(self.peerId, this);
    this.overlay = new Overlay({
      self,
      caster,
      wire: this.#wire(),
      clock: world.clock,
      memberOf: (peerId) => (this.#isCaster ? world.people.get(peerId)?.self : this.#known.get(peerId)) ?? null,
      wantsKeyFrame: () => undefined,
    });
  }

  get peerId(): PeerId {
    return this.self.peerId;
  }

  get seats(): CastSeats {
    return this.self.seats;
  }

  start(): void {
    if (this.isGone) return;
    this.overlay.tick();
    this.#closeIdle();
    this.#world.clock.after(this.#world.tickMs, () => this.start());
  }

  /** With a word to those near, or without one: then it takes a while until their links notice. */
  leave(isCrash: boolean): void {
    if (!isCrash) this.overlay.leave();
    this.isGone = true;
    this.#world.people.delete(this.peerId);
    const links = [...this.links.values()];
    this.#world.clock.after(isCrash ? crashNoticedMs : this.line.delayMs, () => {
      for (const other of links) other.#unlink(this);
    });
  }

  /** As the app does. */
  #closeIdle(): void {
    const nowMs = this.#world.clock.now();
    const patienceMs = this.links.size >= paces.castCrowdedLinks ? paces.castIdleCrowdedMs : paces.castIdleMs;
    for (const other of [...this.links.values()]) {
      if (this.overlay.needs(other.peerId)) this.#idleSince.delete(other.peerId);
      else if (nowMs - (this.#idleSince.get(other.peerId) ?? nowMs) >= patienceMs) this.unlink(other);
      else if (!this.#idleSince.has(other.peerId)) this.#idleSince.set(other.peerId, nowMs);
    }
  }

  link(other: CastPeer): void {
    if (this.isGone || other.isGone || this.links.has(other.peerId)) return;
    this.links.set(other.peerId, other);
    other.links.set(this.peerId, this);
    this.overlay.linkOpened(other.peerId);
    other.overlay.linkOpened(this.peerId);
  }

  unlink(other: CastPeer): void {
    this.#unlink(other);
    other.#unlink(this);
  }

  /** The signature was wrong: as the app does. */
  #refuse(other: CastPeer): void {
    this.overlay.shun(other.peerId);
    this.unlink(other);
  }

  #unlink(other: CastPeer): void {
    this.#idleSince.delete(other.peerId);
    this.#waiting.delete(other.peerId);
    if (!this.links.delete(other.peerId) || this.isGone) return;
    this.overlay.linkClosed(other.peerId);
  }

  #find(peerId: PeerId): CastPeer | null {
    return this.links.get(peerId) ?? null;
  }

  #wire(): OverlayWire {
    return {
      isLinked: (peerId) => this.#find(peerId) !== null,
      reach: (peerId) => this.#reach(peerId),
      send: (to, message) => this.#send(to, message),
      sendPacket: (to, packet) => this.#sendPacket(to, packet),
    };
  }

  #reach(peerId: PeerId): void {
    const other = this.#world.people.get(peerId);
    if (!other || this.#reaching.has(peerId)) return;
    this.#reaching.add(peerId);
    const takesMs = setUpMs + setUpRoundTrips * 2 * (this.line.delayMs + other.line.delayMs);
    this.#world.clock.after(takesMs, () => {
      this.#reaching.delete(peerId);
      // Whoever was not told of me does not take my signals.
      const isAllowed = other.#isCaster || other.#known.has(this.peerId) || this.#isCaster;
      const isRoom = this.links.size < limits.castLinks && other.links.size < limits.castLinks;
      if (isAllowed && isRoom) this.link(other);
    });
  }

  #send(to: PeerId, message: OverlayMessage): void {
    const other = this.#find(to);
    if (!other) return;
    const { says } = this.#conduct;
    const said = says ? says(message, to) : message;
    if (!said) return;
    this.#world.clock.after(this.line.delayMs + other.line.delayMs, () => {
      if (other.isGone || !other.links.has(this.peerId)) return;
      other.#learn(said);
      other.overlay.heard(this.peerId, said);
    });
  }

  /** Passes show who is who. */
  #learn(message: OverlayMessage): void {
    if (message.kind === 'ask' || message.kind === 'meet') this.#know(message.member);
    else if (message.kind === 'seat') for (const member of message.above) this.#know(member);
    if (message.kind === 'no-seat' || message.kind === 'unseat')
      for (const member of message.instead) this.#know(member);
  }

  #know(member: Member): void {
    this.#known.set(member.peerId, member);
    if (this.#known.size <= limits.castPeople) return;
    for (const peerId of this.#known.keys()) {
      if (this.overlay.needs(peerId)) continue;
      this.#known.delete(peerId);
      return;
    }
  }

  #sendPacket(to: PeerId, packet: Held): boolean {
    const other = this.#find(to);
    if (!other) return false;
    const { passes, alters, delaysMs = 0 } = this.#conduct;
    if (passes?.(packet) === false) return true;
    const { clock } = this.#world;
    const bytes = packet.bytes.length;
    const waitMs = Math.max(0, this.#upFreeAtMs - clock.now());
    const waiting = this.#waiting.get(to) ?? 0;
    if (waiting + bytes > paces.liveHighWaterBytes) return false;
    this.#waiting.set(to, waiting + bytes);
    this.#upFreeAtMs = clock.now() + waitMs + bytes / this.line.upBytesPerMs;
    this.sentBytes += bytes;
    clock.after(this.#upFreeAtMs - clock.now(), () => this.#waiting.set(to, (this.#waiting.get(to) ?? 0) - bytes));
    clock.after(this.#upFreeAtMs - clock.now() + this.line.delayMs + other.line.delayMs + delaysMs, () => {
      if (other.isGone || !other.links.has(this.peerId)) return;
      if (alters?.(packet) === true) other.#refuse(this);
      else if (other.overlay.packetCame(packet, this.peerId)) this.#world.came(other, packet);
      else other.overlay.cameAgain(this.peerId, packet.number % 4);
    });
    return true;
  }
}
