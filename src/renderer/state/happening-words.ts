// What was noted of a connection, in words.
import { m } from '#messages/messages';
import type { LinkEvent } from '#core/doctor/record';
import type { CandidateFacts, PathEnd } from '#core/ports/diagnosis';
import { failureWords } from '#state/failure-words';

function candidateWords({ kind, family, place, transport }: CandidateFacts): string {
  const { candidateKind, place: places, by, facts } = m.doctor;
  const where = family === 'hidden' ? places.hidden : places[place];
  return facts(candidateKind[kind], where, m.doctor.family[family], by[transport]);
}

function endWords(end: PathEnd): string {
  const { facts, candidateKind, by } = m.doctor;
  return facts(candidateKind[end.kind], by[end.relayBy ?? end.transport]);
}

export function happeningWords(event: LinkEvent): string {
  const { happened, signal, mailbox, facts, between } = m.doctor;
  switch (event.what) {
    case 'attempt':
      return happened.attempt[event.role];
    case 'sent':
      return happened.sent(signal[event.signal], mailbox[event.way]);
    case 'unsent':
      return happened.unsent(signal[event.signal], failureWords(event.code).title);
    case 'received':
      return happened.received(signal[event.signal]);
    case 'candidate':
      return facts(happened.candidate[event.side], candidateWords(event.candidate));
    case 'connection':
      return happened.connection[event.state];
    case 'path':
      return facts(happened.path, between(endWords(event.path.local), endWords(event.path.remote)));
    case 'closed':
      return event.code === null ? happened.left : happened.closed(failureWords(event.code).title);
    case 'proving':
    case 'open':
    case 'repairing':
      return happened[event.what];
  }
}
