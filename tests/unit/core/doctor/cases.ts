// Ways to one person as they could be, for the tests of what is said of them.
import type { CandidateFacts, ChosenPath, PathEnd } from '#core/ports/diagnosis';
import { emptyRecord, type Case, type LinkEvent, type LinkHappening, type LinkRecord } from '#core/doctor/record';

export const host: CandidateFacts = { kind: 'host', family: 'ipv4', place: 'private', transport: 'udp' };
export const publicHost: CandidateFacts = { ...host, place: 'public' };
export const mapped: CandidateFacts = { ...publicHost, kind: 'srflx' };
export const relayed: CandidateFacts = { ...publicHost, kind: 'relay' };

export const end = (candidate: CandidateFacts, relayBy: PathEnd['relayBy'] = null): PathEnd => ({
  ...candidate,
  relayBy,
});

export const pathOf = (local: PathEnd, remote: PathEnd, nearness: ChosenPath['nearness'] = 'apart'): ChosenPath => ({
  local,
  remote,
  nearness,
});

export function caseOf(
  happenings: readonly LinkHappening[],
  more: Partial<Omit<Case, 'record'>> & { record?: Partial<LinkRecord> } = {},
): Case {
  const events = happenings.map((happening, at): LinkEvent => ({ ...happening, atMs: at * 100 }));
  return {
    atMs: 60_000,
    mailboxes: [{ scope: 'internet', phase: 'open' }],
    servers: { stun: 1, turn: 0, isRelayOnly: false },
    obstacle: null,
    isCarried: false,
    isByFriend: false,
    ...more,
    record: { ...emptyRecord, events, ...more.record },
  };
}

export const mine = (candidate: CandidateFacts): LinkHappening => ({ what: 'candidate', side: 'mine', candidate });
export const theirs = (candidate: CandidateFacts): LinkHappening => ({ what: 'candidate', side: 'theirs', candidate });
export const dialed: readonly LinkHappening[] = [
  { what: 'attempt', role: 'initiator' },
  { what: 'sent', signal: 'offer', way: 'internet' },
];
export const answered: readonly LinkHappening[] = [...dialed, { what: 'received', signal: 'answer' }];
export const stood = (path: ChosenPath | null): Case =>
  caseOf(
    [
      ...answered,
      mine(host),
      theirs(host),
      { what: 'connection', state: 'connecting' },
      { what: 'connection', state: 'connected' },
      { what: 'proving' },
      { what: 'open' },
      ...(path ? [{ what: 'path', path } as const] : []),
    ],
    { record: { path } },
  );
