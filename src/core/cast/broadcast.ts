// A cast of mine: lets people in, seals and signs what the encoder makes, and feeds the few who stand nearest.
import type { CastFacts } from '#shared/cast';
import { Failure } from '#shared/failure';
import type { PeerId } from '#shared/identity';
import { areEqual } from '#core/base/bytes';
import type { CastLink } from '#core/cast/cast-link';
import { CastWire, readOverlay } from '#core/cast/cast-wire';
import { countViewers, Homes } from '#core/cast/homes';
import { LiveSealing } from '#core/cast/live-sealing';
import { stripes, type Member } from '#core/cast/member';
import type { CastBody, CastMessage } from '#core/cast/messages';
import { Overlay } from '#core/cast/overlay';
import type { Report } from '#core/cast/overlay-wire';
import type { CasterWord } from '#core/cast/packet';
import { every, type CastSideDeps } from '#core/cast/parts';
import { drawPeople } from '#core/cast/people-map';
import { RateMeter } from '#core/cast/rate-meter';
import type { OwnCast } from '#core/cast/snapshot';
import type { FrameCipher, LiveEncoder, LiveSigner } from '#core/ports/live';
import { limits } from '#core/wire/limits';
import { paces } from '#core/wire/paces';
import { TokenBucket } from '#core/wire/rate-limit';

export interface BroadcastDeps extends CastSideDeps {
  readonly facts: CastFacts;
  readonly card: Uint8Array<ArrayBuffer>;
  /** 16 bytes: opens the frames. */
  readonly key: Uint8Array<ArrayBuffer>;
  readonly signer: LiveSigner;
  readonly cipher: FrameCipher;
  readonly encoder: LiveEncoder;
  readonly letIn: (peerId: PeerId) => void;
}

type Refusal = CastBody<'cast.refuse'>['why'];

const half = limits.castSourceSeats / 4;
const joins = { perSecond: limits.castJoinsPerSecond, burst: limits.castJoinsBurst };

export class Broadcast {
  readonly #deps: BroadcastDeps;
  readonly #overlay: Overlay;
  readonly #sealing: LiveSealing;
  readonly #members = new Map<PeerId, Member>();
  readonly #joins: TokenBucket;
  readonly #meter = new RateMeter();
  readonly #homes = new Homes();
  #removed: readonly number[] = [];
  #madeBytes = 0;
  #isOver = false;

  constructor(deps: BroadcastDeps) {
    this.#deps = deps;
    const { facts, encoder, clock, scope, self, link } = deps;
    const { castId } = facts;
    this.#joins = new TokenBucket(joins, clock.now());
    const own: Member = {
      peerId: self,
      name: facts.casterName,
      order: 0,
      seats: [half, half, half, half],
      pass: new Uint8Array(0),
    };
    this.#overlay = new Overlay({
      self: own,
      caster: self,
      wire: new CastWire({ castId, link, reach: () => undefined }),
      clock,
      memberOf: (peerId) => this.#members.get(peerId) ?? null,
      wantsKeyFrame: () => encoder.requestKeyFrame(),
    });
    this.#sealing = new LiveSealing({
      ...deps,
      castId,
      sealed: (packet) => {
        this.#madeBytes += packet.bytes.length;
        this.#overlay.packetCame(packet, null);
      },
      needsKeyFrame: () => encoder.requestKeyFrame(),
    });
    scope.onEnd(
      encoder.events.on('encoded', (frame) => {
        this.#sealing.push(frame, Math.max(0, (encoder.nowUs() - frame.timestampUs) / 1_000));
      }),
    );
    scope.onEnd(() => encoder.close());
    every(clock, scope, paces.castPulseMs, () => this.#pulse());
    every(clock, scope, paces.castReportSoonMs, () => this.#overlay.tick());
    this.#pulse();
  }

  get snapshot(): OwnCast {
    const { facts } = this.#deps;
    const reports = this.#reports;
    const describe = (peerId: PeerId): { name: string; isLending: boolean } | null => {
      const member = this.#members.get(peerId);
      return member ? { name: member.name, isLending: member.seats.some((seats) => seats > 0) } : null;
    };
    return {
      castId: facts.castId,
      facts,
      viewers: countViewers(reports),
      ...this.#meter.read(),
      people: drawPeople(
        reports.map(({ edges }) => edges),
        describe,
      ),
    };
  }

  get #reports(): Report[] {
    return stripes.map((stripe) => this.#overlay.report(stripe));
  }

  get #viewers(): number {
    return countViewers(this.#reports);
  }

  isPerson(peerId: PeerId): boolean {
    return this.#members.has(peerId);
  }

  needs(peerId: PeerId): boolean {
    return this.#overlay.needs(peerId);
  }

  linkClosed(peerId: PeerId): void {
    this.#overlay.linkClosed(peerId);
    this.#deps.changed();
  }

  async received(link: CastLink, message: CastMessage): Promise<void> {
    if (message.kind === 'cast.join') {
      await this.#join(link, message.body);
      return;
    }
    const said = await readOverlay(message, (pass) => Promise.resolve(this.#admit(link.peerId, pass)));
    if (said === null) return;
    this.#overlay.heard(link.peerId, said);
    this.#deps.changed();
  }

  /** Everybody hears of it, in words that only I can have signed. */
  async end(): Promise<void> {
    if (this.#isOver) return;
    this.#isOver = true;
    await this.#sealing.say({ ...this.#word, isOver: true });
  }

  /** They are fed no more, and everybody hears that they are not to be. Fails as main does. */
  async remove(peerId: PeerId): Promise<void> {
    const { host, facts, link, changed } = this.#deps;
    const { castId } = facts;
    const member = this.#members.get(peerId);
    if (!member) return;
    await host.revokeCastPass({ castId, peerId });
    this.#members.delete(peerId);
    this.#removed = [...this.#removed, member.order].slice(-limits.castRemoved);
    this.#overlay.expel(peerId);
    link(peerId)?.send('cast.refuse', { castId, why: 'not-for-you' });
    void this.#sealing.say(this.#word);
    changed();
  }

  get #word(): CasterWord {
    return { isOver: false, viewers: this.#viewers, removed: this.#removed };
  }

  #pulse(): void {
    if (this.#isOver) return;
    void this.#sealing.say(this.#word);
    this.#meter.note({
      atMs: this.#deps.clock.now(),
      sentBytes: this.#overlay.feed.sentBytes,
      madeBytes: this.#madeBytes,
    });
    this.#deps.changed();
  }

  /** Of my own audience: the pass is one that I gave. */
  #admit(from: PeerId, pass: Uint8Array): Member | null {
    const member = this.#members.get(from);
    return member && areEqual(member.pass, pass) ? member : null;
  }

  async #join(link: CastLink, { name, lends }: CastBody<'cast.join'>): Promise<void> {
    const { facts, card, key, clock } = this.#deps;
    const { castId } = facts;
    const refuse = (why: Refusal): void => link.send('cast.refuse', { castId, why });
    if (this.#isOver) refuse('over');
    else if (!this.#members.has(link.peerId) && !this.#joins.take(clock.now())) refuse('busy');
    else {
      const member = await this.#letIn(link.peerId, name, lends);
      if (typeof member === 'string') refuse(member);
      else link.send('cast.welcome', { castId, card, pass: member.pass, key });
    }
  }

  async #letIn(peerId: PeerId, name: CastBody<'cast.join'>['name'], lends: number): Promise<Member | Refusal> {
    const { host, facts, clock } = this.#deps;
    const { castId } = facts;
    const known = this.#members.get(peerId);
    if (known) return known;
    if (this.#members.size >= limits.castPasses) return 'full';
    const nowMs = clock.now();
    const hungry = stripes.map((stripe) => this.#overlay.desk.hungry(stripe, nowMs));
    const seats = this.#homes.assign(lends, this.#reports, hungry, nowMs);
    try {
      const { viewer, pass } = await host.issueCastPass({ castId, peerId, name, seats });
      const member = { ...viewer, pass: new Uint8Array(pass) };
      this.#members.set(peerId, member);
      this.#deps.letIn(peerId);
      return member;
    } catch (reason) {
      const { code } = Failure.from(reason);
      if (code === 'cast-over') return 'over';
      return code === 'cast-not-for-them' ? 'not-for-you' : 'full';
    }
  }
}
