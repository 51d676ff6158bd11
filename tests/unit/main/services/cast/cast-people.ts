// Casters and viewers: real services, a cast, and what its caster signs.
import { ed25519 } from '@noble/curves/ed25519.js';
import type { CastAudience, CastFacts, CastId, CastSeats, CastViewer } from '#shared/cast';
import type { OpenedSignal, SessionId } from '#shared/signal';
import type { Person } from '../people';

export const everybody: CastAudience = { contacts: 'all', isByLink: true };
export const liveKey = new Uint8Array(ed25519.getPublicKey(new Uint8Array(32).fill(9)));
export const session = 'ab'.repeat(16) as SessionId; // sound: has the form of a session id

export function startCast(by: Person, audience: CastAudience = everybody): { facts: CastFacts; card: Uint8Array } {
  return by.services.casts.start({ title: 'A walk', liveKey, audience });
}

export function passFor(
  caster: Person,
  castId: CastId,
  { peerId }: Pick<Person, 'peerId'>,
  seats: CastSeats = [0, 0, 0, 0],
): { viewer: CastViewer; pass: Uint8Array } {
  return caster.services.casts.issuePass(castId, { peerId, name: 'Viewer', seats });
}

/** `viewer` gets a pass and begins to watch. */
export function watch(viewer: Person, caster: Person, { facts, card }: { facts: CastFacts; card: Uint8Array }) {
  const { pass } = passFor(caster, facts.castId, viewer);
  viewer.services.casts.watch(card, pass);
  return pass;
}

export const why = (opened: OpenedSignal): string => (opened.outcome === 'dropped' ? opened.reason : opened.outcome);

/** What becomes of a signal from one to another; rejects when it may not even be sealed. */
export async function signal(from: Person, to: Person): Promise<string> {
  const blob = await from.services.signals.sealSignal(to.peerId, session, { kind: 'here' });
  return why(await to.services.signals.open(blob));
}
