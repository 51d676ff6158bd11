// The way of a connection as stations from me to the other person, in words.
import { m } from '#messages/messages';
import type { Verdict } from '#shared/connection-verdict';
import type { NatKind } from '#core/doctor/record';
import type { PathEnd } from '#core/ports/diagnosis';
import type { Seen } from '#state/doctor.svelte';

export interface Station {
  readonly kind: 'me' | 'router' | 'relay' | 'friend' | 'gap' | 'them';
  readonly name: string;
  readonly detail: string;
}

const relays: readonly Verdict[] = ['relay-udp', 'relay-tcp', 'relay-tls', 'their-relay'];
const withoutRouters: readonly Verdict[] = ['same-machine', 'same-network', 'direct', 'by-friend'];

function endDetail(end: PathEnd | null): string {
  if (!end) return '';
  return m.doctor.facts(m.doctor.family[end.family], m.doctor.by[end.transport]);
}

/** A router is drawn where one is known to be. */
function routerOf(nat: NatKind, end: PathEnd | null): Station[] {
  const isBehind = nat === 'steady' || nat === 'varying' || nat === 'translated' || end?.kind === 'srflx';
  return isBehind ? [{ kind: 'router', name: m.doctor.router, detail: m.doctor.nat[nat] }] : [];
}

function relayOf(verdict: Verdict, local: PathEnd | null): Station[] {
  if (!relays.includes(verdict)) return [];
  const detail = verdict === 'their-relay' || !local?.relayBy ? '' : m.doctor.by[local.relayBy];
  return [{ kind: 'relay', name: m.doctor.relay, detail }];
}

/** What stands in the middle where no link does. */
function betweenWithout({ diagnosis: { tone, verdict }, carrier }: Seen): Station[] {
  if (verdict === 'by-friend') return [{ kind: 'friend', name: carrier ?? m.doctor.friend, detail: m.doctor.passesOn }];
  if (tone === 'good') return [];
  if (verdict !== 'carried') return [{ kind: 'gap', name: m.doctor.broken, detail: '' }];
  return [{ kind: 'friend', name: carrier ?? m.doctor.friend, detail: m.doctor.carries }];
}

/** @param name of the other person */
export function stationsOf(seen: Seen, name: string): readonly Station[] {
  const { facts, diagnosis } = seen;
  const { verdict, tone } = diagnosis;
  const { path, nats } = facts.record;
  const local = tone === 'good' ? (path?.local ?? null) : null;
  const remote = tone === 'good' ? (path?.remote ?? null) : null;
  const hasRouters = !withoutRouters.includes(verdict);
  return [
    { kind: 'me', name: m.doctor.you, detail: endDetail(local) },
    ...(hasRouters ? routerOf(nats.mine, local) : []),
    ...relayOf(verdict, local),
    ...betweenWithout(seen),
    ...(hasRouters ? routerOf(nats.theirs, remote) : []),
    { kind: 'them', name, detail: endDetail(remote) },
  ];
}
