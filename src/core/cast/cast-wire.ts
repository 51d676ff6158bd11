// The overlay of one cast over links: its messages put into words of the protocol and read out of them, with every pass checked.
import type { CastId } from '#shared/cast';
import type { PeerId } from '#shared/identity';
import type { CastLink } from '#core/cast/cast-link';
import type { Member } from '#core/cast/member';
import type { CastMessage } from '#core/cast/messages';
import type { OverlayMessage, OverlayWire } from '#core/cast/overlay-wire';
import type { Held } from '#core/cast/packet-window';

export interface CastWireDeps {
  readonly castId: CastId;
  readonly link: (peerId: PeerId) => CastLink | null;
  readonly reach: (peerId: PeerId) => void;
}

export class CastWire implements OverlayWire {
  readonly #deps: CastWireDeps;

  constructor(deps: CastWireDeps) {
    this.#deps = deps;
  }

  isLinked(peerId: PeerId): boolean {
    return this.#deps.link(peerId)?.isOpen === true;
  }

  reach(peerId: PeerId): void {
    this.#deps.reach(peerId);
  }

  sendPacket(to: PeerId, packet: Held): boolean {
    return this.#deps.link(to)?.sendPacket(this.#deps.castId, packet) ?? false;
  }

  send(to: PeerId, message: OverlayMessage): void {
    const { castId } = this.#deps;
    const link = this.#deps.link(to);
    if (!link) return;
    switch (message.kind) {
      case 'ask': {
        const { stripe, member, failed, isNew } = message;
        const stream = link.openStream(castId);
        link.send('cast.ask', { castId, stripe, pass: member.pass, stream, failed: [...failed], isNew });
        break;
      }
      case 'seat': {
        const { stripe, depth, above } = message;
        link.send('cast.seat', { castId, stripe, depth, above: passesOf(above) });
        break;
      }
      case 'no-seat':
      case 'unseat': {
        const { kind, stripe, instead } = message;
        link.send(`cast.${kind}`, { castId, stripe, instead: passesOf(instead) });
        break;
      }
      case 'leave':
        link.send('cast.leave', { castId, stripe: message.stripe });
        break;
      case 'meet':
        link.send('cast.meet', { castId, to: message.to, pass: message.member.pass });
        break;
      default:
        this.#sendOfPackets(link, message);
    }
  }

  #sendOfPackets(
    link: CastLink,
    message: Extract<OverlayMessage, { kind: 'want' | 'catch-up' | 'key-frame' | 'report' }>,
  ): void {
    const { castId } = this.#deps;
    if (message.kind === 'want')
      link.send('cast.want', { castId, stream: link.openStream(castId), numbers: [...message.numbers] });
    else if (message.kind === 'catch-up') link.send('cast.catch-up', { castId, stream: link.openStream(castId) });
    else if (message.kind === 'key-frame') link.send('cast.key-frame', { castId });
    else {
      const { spare, edges, ...report } = message.report;
      link.send('cast.report', { castId, ...report, spare: [...spare], edges: [...edges] });
    }
  }
}

const passesOf = (members: readonly Member[]): Member['pass'][] => members.map(({ pass }) => pass);

/** Null for whoever the pass does not let in. */
export type AdmitMember = (pass: Uint8Array) => Promise<Member | null>;

async function admitAll(passes: readonly Uint8Array[], admit: AdmitMember): Promise<Member[]> {
  const members = await Promise.all(passes.map(async (pass) => await admit(pass)));
  return members.filter((member) => member !== null);
}

/** Null for what is not of the overlay, or shows a pass that is not good. */
export async function readOverlay(message: CastMessage, admit: AdmitMember): Promise<OverlayMessage | null> {
  switch (message.kind) {
    case 'cast.ask': {
      const { stripe, pass, failed, isNew } = message.body;
      const member = await admit(pass);
      return member && { kind: 'ask', stripe, member, failed, isNew };
    }
    case 'cast.seat': {
      const { stripe, depth, above } = message.body;
      return { kind: 'seat', stripe, depth, above: await admitAll(above, admit) };
    }
    case 'cast.no-seat':
    case 'cast.unseat': {
      const kind = message.kind === 'cast.no-seat' ? 'no-seat' : 'unseat';
      return { kind, stripe: message.body.stripe, instead: await admitAll(message.body.instead, admit) };
    }
    case 'cast.meet': {
      const member = await admit(message.body.pass);
      return member && { kind: 'meet', to: message.body.to, member };
    }
    case 'cast.leave':
      return { kind: 'leave', stripe: message.body.stripe };
    case 'cast.want':
      return { kind: 'want', numbers: message.body.numbers };
    case 'cast.catch-up':
      return { kind: 'catch-up' };
    case 'cast.key-frame':
      return { kind: 'key-frame' };
    case 'cast.report':
      return { kind: 'report', report: message.body };
    default:
      return null;
  }
}
