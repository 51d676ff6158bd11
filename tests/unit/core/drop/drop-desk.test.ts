import { afterEach, describe, expect, test } from 'vitest';
import type { DropId, DropRecord } from '#shared/drop';
import { Failure, type FailureCode } from '#shared/failure';
import type { PeerId } from '#shared/identity';
import { Scope } from '#core/base/scope';
import { AskPace } from '#core/bulk/ask-pace';
import { DropAsks } from '#core/drop/drop-asks';
import { DropDesk } from '#core/drop/drop-desk';
import type { DropBody, DropKind, DropLink, DropMessage } from '#core/drop/drop-link';
import { DropRuns } from '#core/drop/drop-runs';
import { DropShelf } from '#core/drop/drop-shelf';
import { Loans } from '#core/drop/loans';
import type { Offer } from '#core/drop/offer-parts';
import type { IncomingDrop, OutgoingDrop } from '#core/ports/content';
import { limits } from '#core/wire/limits';
import { FakeClock, settle } from '#tests/support/fake-clock';
import { MemoryContent, sha256, type MemoryGiven } from '#tests/support/memory-content';
import { peerId } from '#tests/support/two-peers';

const [me, ada, ben, cleo] = ['b', 'c', 'd', 'f'].map(peerId) as [PeerId, PeerId, PeerId, PeerId];
const id = (serial: number): DropId => serial.toString(16).padStart(32, '0') as DropId; // sound: 32 hex digits
const given: MemoryGiven = { entry: { path: ['a.bin'], size: 3 }, bytes: new Uint8Array([1, 2, 3]) };

/** Somebody's link that keeps what was said over it. */
function linkWith(who: PeerId): DropLink & { readonly said: string[] } {
  const said: string[] = [];
  const link = {
    peerId: who,
    said,
    send: <K extends DropKind>(kind: K, body: DropBody<K>): void => {
      said.push('phase' in body ? `${kind} ${body.phase}` : kind);
    },
    lane: { openStream: () => 1, closeStream: () => undefined },
    upload: { remove: () => undefined },
    session: { state: { snapshot: { phase: 'open' } } },
  };
  return link as unknown as DropLink & { readonly said: string[] }; // sound: runs use no more of a link they send little over
}

class Desk {
  readonly scope = new Scope();
  readonly content = new MemoryContent();
  readonly asks = new DropAsks();
  readonly links = new Map<PeerId, DropLink>();
  readonly asked: DropId[] = [];
  readonly accepted: DropId[] = [];
  readonly failed: FailureCode[] = [];
  takesAtOnce = false;
  readonly shelf: DropShelf;
  readonly runs: DropRuns;
  readonly desk: DropDesk;
  readonly #clock = new FakeClock();

  constructor() {
    const { scope, content } = this;
    const common = {
      self: me,
      clock: this.#clock,
      scope,
      content,
      nameOf: (who: PeerId) => who.slice(0, 1),
      counted: () => undefined,
      link: (who: PeerId) => this.links.get(who) ?? null,
      changed: () => undefined,
    };
    this.shelf = new DropShelf({ ...common, collect: () => [] });
    this.runs = new DropRuns({
      content,
      run: { ...common, sha256, asking: new AskPace(this.#clock), random: () => 0.5, ended: () => undefined },
      links: () => [...this.links.values()],
      began: () => undefined,
      failed: (_dropId, code) => this.failed.push(code),
    });
    this.desk = new DropDesk({
      ...common,
      runs: this.runs,
      asks: this.asks,
      shelf: this.shelf,
      loans: new Loans({ ...common, isKnown: () => false }),
      links: { get: common.link },
      acceptsAtOnce: () => this.takesAtOnce,
      accept: (dropId) => this.accepted.push(dropId),
      asked: (dropId) => this.asked.push(dropId),
    });
  }

  link(who: PeerId): ReturnType<typeof linkWith> {
    const link = linkWith(who);
    this.links.set(who, link);
    return link;
  }

  /** A drop of mine that runs from now on. */
  async give(serial: number, ...to: readonly PeerId[]): Promise<OutgoingDrop> {
    const person = (who: PeerId) => ({ peerId: who, name: who.slice(0, 1) });
    const facts = { dropId: id(serial), direction: 'outgoing' as const, from: person(me), to: to.map(person) };
    return await this.content.give({ ...facts, roomId: null, isShared: false }, [given]);
  }

  /** One of before that is over. */
  keep(serial: number, over: Partial<DropRecord>): void {
    const person = (who: PeerId) => ({ peerId: who, name: '' });
    this.shelf.keep({
      dropId: id(serial),
      direction: 'incoming',
      from: person(ada),
      to: [person(me), person(ben)],
      roomId: null,
      isShared: false,
      state: 'finished',
      failure: null,
      sentBytes: 0,
      heldBytes: 3,
      fileCount: 1,
      bytes: 3,
      files: [given.entry],
      startedAt: 1,
      endedAt: 2,
      ...over,
    });
  }
}

const offer = (serial: number, people: readonly PeerId[] = [me]): Offer => ({
  dropId: id(serial),
  roomId: null,
  people: [...people],
  entries: [given.entry],
});

const join = (serial: number): DropMessage => ({
  kind: 'drop.join',
  body: { dropId: id(serial), stream: 1, isAnswer: false, contents: 0 },
});

const saysIt = (serial: number, phase: DropBody<'drop.state'>['phase']): DropMessage => ({
  kind: 'drop.state',
  body: { dropId: id(serial), phase, code: null, doneBytes: 0, feeders: [] },
});

let at: Desk;
afterEach(() => {
  at.runs.end();
  at.scope.end();
});

describe('an offer', () => {
  test('is asked about once, however often it is made', () => {
    at = new Desk();
    const link = at.link(ada);
    for (let again = 0; again < 3; again += 1) at.desk.offered(link, offer(1));
    expect(at.asked).toEqual([id(1)]);
  });

  test('is taken without a question where that was allowed', () => {
    at = new Desk();
    at.takesAtOnce = true;
    at.desk.offered(at.link(ada), offer(1));
    expect([at.accepted, at.asked]).toEqual([[id(1)], []]);
  });

  test('is nobody’s question that goes to others, or to whoever makes it', () => {
    at = new Desk();
    at.desk.offered(at.link(ada), offer(1, [ben]));
    at.desk.offered(at.link(ada), offer(2, [me, ada]));
    expect(at.asked).toEqual([]);
  });

  test('under the name of one that somebody else made changes nothing about that', () => {
    at = new Desk();
    at.desk.offered(at.link(ada), offer(1));
    at.desk.offered(at.link(ben), offer(1, [me, cleo]));
    expect(at.asks.get(id(1))?.from).toBe(ada);
    at.desk.receive(at.link(ben), saysIt(1, 'cancelled'));
    expect(at.asks.get(id(1))?.stage.phase).toBe('asked');
    at.desk.receive(at.link(ada), saysIt(1, 'cancelled'));
    expect(at.asks.get(id(1))?.stage.phase).toBe('cancelled');
  });

  test('of a drop that is over here is answered with how it ended, to its giver only', () => {
    at = new Desk();
    for (const [serial, state] of (['finished', 'declined', 'cancelled', 'failed'] as const).entries()) {
      at.keep(serial, { state });
      const [theirs, others] = [at.link(ada), at.link(ben)];
      at.desk.offered(theirs, offer(serial, [me, ben]));
      at.desk.offered(others, offer(serial, [me]));
      expect(theirs.said).toEqual([`drop.state ${state}`]);
      expect(others.said).toEqual([]);
    }
    expect(at.asked).toEqual([]);
  });
});

describe('whoever wants to take part in a drop that is over', () => {
  test('is served where they belong to it and it is whole', async () => {
    at = new Desk();
    const drop = await at.give(1, ben);
    at.keep(1, { ...drop.record, state: 'finished' });
    at.desk.receive(at.link(ben), join(1));
    await settle();
    expect(at.runs.get(id(1))).toBeDefined();
  });

  test('hears that it is over where they do not belong to it, where it was stopped, and where nobody knows it', async () => {
    at = new Desk();
    at.keep(1, { state: 'finished' });
    at.keep(2, { state: 'cancelled' });
    const [stranger, member] = [at.link(cleo), at.link(ben)];
    at.desk.receive(stranger, join(1));
    at.desk.receive(member, join(2));
    at.desk.receive(member, join(3));
    await settle();
    expect(stranger.said).toEqual(['drop.state cancelled']);
    expect(member.said).toEqual(['drop.state cancelled', 'drop.state cancelled']);
    expect(at.runs.all).toEqual([]);
  });
});

describe('a drop that is being opened', () => {
  test('hears what was said meanwhile over links that are still there', async () => {
    at = new Desk();
    const [before, link] = [at.link(ada), at.link(ben)];
    at.links.delete(ada);
    const opening: PromiseWithResolvers<OutgoingDrop> = Promise.withResolvers();
    at.runs.open(id(1), () => opening.promise);
    expect(at.runs.isOpening(id(1))).toBe(true);
    expect(at.runs.receive(id(1), before, saysIt(1, 'declined'))).toBe(true);
    expect(at.runs.receive(id(1), link, saysIt(1, 'declined'))).toBe(true);
    opening.resolve(await at.give(1, ada, ben));
    await settle();
    const stages = at.runs
      .get(id(1))
      ?.snapshot()
      .receivers.map(({ stage }) => stage.phase);
    expect(stages).toEqual(['offered', 'declined']);
  });

  test('keeps so many words and no more, whatever is said', async () => {
    at = new Desk();
    const link = at.link(ben);
    const opening: PromiseWithResolvers<IncomingDrop> = Promise.withResolvers();
    at.runs.open(id(1), () => opening.promise);
    for (let nth = 0; nth < limits.dropMessagesQueued; nth += 1) at.runs.receive(id(1), link, saysIt(1, 'running'));
    at.runs.receive(id(1), link, saysIt(1, 'declined'));
    opening.resolve((await at.give(1, ben)) as unknown as IncomingDrop); // sound: its direction says what it is
    await settle();
    expect(at.runs.get(id(1))?.snapshot().receivers[0]?.stage.phase).toBe('running');
  });

  test('is opened once, and failed where it cannot be', async () => {
    at = new Desk();
    let opened = 0;
    const opening = async (): Promise<OutgoingDrop> => {
      opened += 1;
      return await Promise.reject(new Failure('disk-full'));
    };
    at.runs.open(id(1), opening);
    at.runs.open(id(1), opening);
    await settle();
    expect([opened, at.failed, at.runs.has(id(1))]).toEqual([1, ['disk-full'], false]);
  });

  test('does not run once the app ends', async () => {
    at = new Desk();
    const drop = await at.give(1, ben);
    at.runs.open(id(1), async () => await Promise.resolve(drop));
    at.scope.end();
    await settle();
    expect(at.runs.get(id(1))).toBeUndefined();
  });
});
