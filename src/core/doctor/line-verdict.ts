// What a check of one's own line comes to. A table of rules, of which the first that holds is the one.
import type { LineVerdict } from '#shared/connection-verdict';
import type { DevicesSeen, ServerTrial } from '#core/ports/line-probe';
import type { Reachability } from '#core/peers/presence';
import type { NatKind } from '#core/doctor/record';

export interface TriedServer {
  readonly url: string;
  readonly isTurn: boolean;
  /** Null while it is being tried. */
  readonly trial: ServerTrial | null;
}

export interface LineFindings {
  readonly mailboxes: readonly Reachability[];
  readonly servers: readonly TriedServer[];
  readonly isRelayOnly: boolean;
  /** Null until known. */
  readonly addresses: {
    readonly count: number;
    readonly hasIpv4: boolean;
    readonly hasIpv6: boolean;
    readonly nat: NatKind;
  } | null;
  readonly devices: DevicesSeen | null;
}

const works = ({ trial }: TriedServer): boolean => trial?.outcome === 'works';
const turnOf = ({ servers }: LineFindings): readonly TriedServer[] => servers.filter(({ isTurn }) => isTurn);
const stunOf = ({ servers }: LineFindings): readonly TriedServer[] => servers.filter(({ isTurn }) => !isTurn);
const hasRelay = (findings: LineFindings): boolean => turnOf(findings).some(works);
const isStunDead = (findings: LineFindings): boolean => stunOf(findings).length > 0 && !stunOf(findings).some(works);

const rules: readonly (readonly [LineVerdict, (findings: LineFindings) => boolean])[] = [
  ['unreachable', ({ mailboxes }) => !mailboxes.some(({ phase }) => phase === 'open')],
  ['no-network', ({ addresses, isRelayOnly }) => addresses?.count === 0 && !isRelayOnly],
  ['hidden-without-relay', (findings) => findings.isRelayOnly && !hasRelay(findings)],
  ['no-udp', (findings) => isStunDead(findings) && !hasRelay(findings)],
  ['relay-only-works', (findings) => isStunDead(findings) && hasRelay(findings)],
  ['needs-relay', (findings) => findings.addresses?.nat === 'varying' && !hasRelay(findings)],
  ['no-microphone', ({ devices }) => devices?.microphones === 0 || devices?.microphone === 'denied'],
  ['some-server-silent', ({ servers }) => servers.some((server) => !works(server))],
  ['local-only', ({ servers }) => servers.length === 0],
  // Which routers are too strict for each other shows only when two meet.
  ['without-relay', (findings) => !hasRelay(findings) && findings.addresses?.nat !== 'none'],
  ['fine', () => true],
];

export function judgeLine(findings: LineFindings): LineVerdict {
  return rules.find(([, holds]) => holds(findings))?.[0] ?? 'fine';
}
