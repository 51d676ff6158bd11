// How a drop fares, in words.
import type { PeerId } from '#shared/identity';
import type { DropReceiver, DropSnapshot } from '#core/drop/snapshot';
import { m } from '#messages/messages';
import type { DropTarget } from '#state/drop-target';
import { isOver, percentOf, progressOf, takersOf, titleOf } from '#state/drop-facts';
import { failureWords } from '#state/failure-words';

export interface DropPace {
  readonly bytesPerSecond: number | null;
  readonly leftMs: number | null;
}

/** "You" for this person. */
export interface DropNames {
  readonly self: PeerId;
  readonly nameOf: (peerId: PeerId) => string;
}

/** What happens to files that hang over it. */
export function targetWords(target: DropTarget): string {
  if (target.kind === 'person') return m.dropped.drop.person(target.name);
  return target.kind === 'room'
    ? m.dropped.drop.room(target.people.length)
    : m.dropped.drop.group(target.name, target.people.length);
}

export function dropTitle(drop: Pick<DropSnapshot, 'files' | 'fileCount'>): string {
  const { name, more } = titleOf(drop);
  return m.dropped.of(name, more);
}

/** One name, or how many people. */
function peopleWords(people: readonly PeerId[], { nameOf }: DropNames): string {
  const [only] = people;
  return people.length === 1 && only !== undefined ? nameOf(only) : m.dropped.people(people.length);
}

/** 1.2 GB from Ada; 1.2 GB to 4 people */
export function dropSize(drop: DropSnapshot, names: DropNames): string {
  if (drop.direction === 'incoming') return m.dropped.sizeFrom(drop.bytes, names.nameOf(drop.from));
  const all = drop.receivers.map(({ peerId }) => peerId);
  return m.dropped.sizeTo(drop.bytes, peopleWords(all, names));
}

export function dropPercent(drop: DropSnapshot): number {
  const { doneBytes, allBytes } = progressOf(drop);
  return percentOf(doneBytes, allBytes);
}

function runningWords(drop: DropSnapshot, { bytesPerSecond, leftMs }: DropPace): string {
  const percent = m.dropped.percent(dropPercent(drop));
  const speed = bytesPerSecond === null ? m.dropped.starting : m.dropped.speed(bytesPerSecond);
  return m.dropped.line([percent, speed, ...(leftMs === null ? [] : [m.dropped.left(leftMs)])]);
}

/** What is so on either side. */
function commonWords(drop: DropSnapshot, pace: DropPace, names: DropNames): string {
  const { stage } = drop;
  const percent = dropPercent(drop);
  switch (stage.phase) {
    case 'preparing':
      return m.dropped.stage.preparing(percent);
    case 'asked':
      return m.dropped.stage.asked;
    case 'paused':
      return stage.by === names.self
        ? m.dropped.stage.paused(percent)
        : m.dropped.stage.pausedBy(names.nameOf(stage.by), percent);
    case 'cancelled':
      return stage.by === names.self ? m.dropped.stage.cancelled : m.dropped.stage.cancelledBy(names.nameOf(stage.by));
    case 'failed':
      return failureWords(stage.code).title;
    case 'detached':
      return m.dropped.stage.detached;
    default:
      return runningWords(drop, pace);
  }
}

/** How far they are with it is theirs to know: only what I gave counts. */
function lentWords(drop: DropSnapshot, { bytesPerSecond }: DropPace, names: DropNames): string {
  const to = drop.receivers.map(({ peerId }) => peerId);
  const speed = bytesPerSecond === null || bytesPerSecond < 1 ? [] : [m.dropped.speed(bytesPerSecond)];
  return m.dropped.line([m.dropped.stage.lent(peopleWords(to, names), drop.sentBytes), ...speed]);
}

function sentWords(drop: DropSnapshot, pace: DropPace, names: DropNames): string {
  if (drop.isLoan) return lentWords(drop, pace, names);
  const takers = takersOf(drop);
  const all = drop.receivers.map(({ peerId }) => peerId);
  const done = takers.filter(({ stage }) => stage.phase === 'finished').length;
  const waitsFor = takers.filter(({ stage }) => stage.phase === 'offered').map(({ peerId }) => peerId);
  switch (drop.stage.phase) {
    case 'offered':
      return m.dropped.stage.offered(peopleWords(waitsFor.length > 0 ? waitsFor : all, names));
    case 'waiting': {
      const left = takers.filter(({ stage }) => !isOver(stage)).map(({ peerId }) => peerId);
      return m.dropped.stage.waitingFor(peopleWords(left.length > 0 ? left : all, names));
    }
    case 'finished':
      if (all.length === 1) return m.dropped.stage.sent(peopleWords(all, names));
      return done === all.length ? m.dropped.stage.sentAll : m.dropped.stage.sentSome(done, all.length);
    case 'declined':
      return all.length === 1 ? m.dropped.stage.declined(peopleWords(all, names)) : m.dropped.stage.declinedAll;
    default: {
      const words = commonWords(drop, pace, names);
      return drop.stage.phase === 'running' && done > 0
        ? m.dropped.line([words, m.dropped.stage.sentSome(done, all.length)])
        : words;
    }
  }
}

function receivedWords(drop: DropSnapshot, pace: DropPace, names: DropNames): string {
  switch (drop.stage.phase) {
    case 'waiting':
      return drop.stage.isUntold ? m.dropped.stage.untold(names.nameOf(drop.from)) : m.dropped.stage.waitingForAnyone;
    case 'finished':
      return m.dropped.stage.received;
    case 'declined':
      return m.dropped.stage.declinedByMe;
    default:
      return commonWords(drop, pace, names);
  }
}

/** The one line that says how it fares. */
export const dropLine = (drop: DropSnapshot, pace: DropPace, names: DropNames): string =>
  drop.direction === 'incoming' ? receivedWords(drop, pace, names) : sentWords(drop, pace, names);

/** Who sends it to me, where that is not just who dropped it, and whom I pass it on to. */
export function feedingWords(drop: DropSnapshot, { nameOf }: DropNames): readonly string[] {
  if (drop.direction === 'outgoing') return [];
  const isPlain = drop.feeders.every((peerId) => peerId === drop.from);
  return [
    ...(isPlain || isOver(drop.stage) ? [] : [m.dropped.fedBy(drop.feeders.map(nameOf))]),
    ...(drop.fed.length === 0 ? [] : [m.dropped.passesTo(drop.fed.map(nameOf))]),
  ];
}

/** Somebody who gives it to me: how much came from them, and whether more does. */
export function giverWords(
  { peerId, bytes }: DropSnapshot['givers'][number],
  drop: Pick<DropSnapshot, 'bytes' | 'feeders' | 'stage'>,
): string {
  const isNow = drop.feeders.includes(peerId) && !isOver(drop.stage);
  const parts = [m.dropped.size(bytes), m.dropped.percent(percentOf(bytes, drop.bytes))];
  return m.dropped.line([...parts, ...(isNow ? [m.dropped.givesNow] : [])]);
}

/** How it fares at one of the receivers. */
export function receiverWords(receiver: DropReceiver, bytes: number, { self, nameOf }: DropNames): string {
  const percent = percentOf(receiver.doneBytes, bytes);
  const { at } = m.dropped;
  const { phase } = receiver.stage;
  if (phase === 'failed') return failureWords(receiver.stage.code).title;
  const words = phase === 'running' || phase === 'waiting' || phase === 'paused' ? at[phase](percent) : at[phase];
  const feeders = receiver.feeders.map((peerId) => (peerId === self ? m.dropped.meAmong : nameOf(peerId)));
  const fedBy = phase === 'running' && feeders.length > 0 ? [m.dropped.fedByShort(feeders)] : [];
  return m.dropped.line([words, ...fedBy]);
}
