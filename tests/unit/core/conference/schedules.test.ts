// Rooms under seeded disorder: people come, leave, crash and come back, packets and servers fail, and in the end everybody
// who is inside sees the same room. ROOM_SCHEDULES=1000 runs more of them; ROOM_SEED=n begins at that one.
import { describe, expect, it } from 'vitest';
import { areLinked, RoomNet, seated, type RoomPerson } from '#tests/support/room-net';

const schedules = Number(process.env['ROOM_SCHEDULES'] ?? 4);
const firstSeed = Number(process.env['ROOM_SEED'] ?? 1);

class Schedule {
  readonly net: RoomNet;
  people: readonly RoomPerson[] = [];
  readonly crashed = new Set<RoomPerson>();
  readonly steps: string[] = [];
  #link = '';

  constructor(seed: number) {
    this.net = new RoomNet(seed);
  }

  get inside(): readonly RoomPerson[] {
    return this.people.filter((person) => !this.crashed.has(person) && person.phase === 'inside');
  }

  async begin(count: number, insideAtFirst: number): Promise<void> {
    this.people = await this.net.persons(count);
    await seated(this.net, this.people.slice(0, insideAtFirst));
    await this.#renewLink();
    const { dice, post } = this.net;
    post.onWay = (blob) => (dice.next() < 0.1 ? [] : [blob]);
  }

  async step(): Promise<void> {
    const { net } = this;
    const { dice } = net;
    const actions = [
      this.#enter,
      this.#enter,
      this.#leave,
      this.#crash,
      this.#part,
      this.#cut,
      this.#heal,
      this.#server,
    ];
    const action = dice.pick(actions);
    await action?.call(this);
    await net.run(500 + Math.floor(dice.next() * 8_000));
  }

  /** Everything works again; whoever crashed comes back, and everybody has time. */
  async calm(): Promise<boolean> {
    this.net.heal();
    this.net.post.setDown(false);
    this.net.post.onWay = (blob) => [blob];
    const roomId = this.inside[0]?.room.roomId;
    for (const person of this.crashed) {
      person.restart();
      if (roomId) void person.rooms.reopen(roomId, { microphone: true, camera: false }).catch(() => undefined);
    }
    this.crashed.clear();
    await this.net.run(10_000);
    return await this.net.until(() => this.#groups().every((group) => areLinked(group)), 240_000, 1_000);
  }

  /**
   * Who can find each other: somebody let in on one side of a broken network stays unknown on the other when everybody
   * who knew both sides left for good. Those two rooms stay apart; nothing else may.
   */
  #groups(): RoomPerson[][] {
    const groups: RoomPerson[][] = [];
    const mayLink = (one: RoomPerson, other: RoomPerson): boolean =>
      one.host.rooms.mayLink(other.self) && other.host.rooms.mayLink(one.self);
    for (const person of this.inside) {
      const near = groups.filter((group) => group.some((other) => mayLink(person, other)));
      const merged = [person, ...near.flat()];
      groups.splice(0, groups.length, ...groups.filter((group) => !near.includes(group)), merged);
    }
    return groups;
  }

  async #renewLink(): Promise<void> {
    const maker = this.net.dice.pick(this.inside);
    if (maker) this.#link = await maker.link();
  }

  async #enter(): Promise<void> {
    const outside = this.people.filter((person) => !['inside', 'entering', 'knocking'].includes(person.phase));
    const person = this.net.dice.pick(outside.length > 0 ? outside : [...this.crashed]);
    if (!person || this.inside.length === 0) return;
    if (this.crashed.delete(person)) person.restart();
    this.steps.push(`${person.name} enters`);
    await this.#renewLink();
    void person.rooms.enter(this.#link, { microphone: true, camera: false }).catch(() => undefined);
  }

  async #leave(): Promise<void> {
    const person = this.net.dice.pick(this.inside);
    if (!person || this.inside.length < 3) return;
    this.steps.push(`${person.name} leaves`);
    person.rooms.leave();
  }

  async #crash(): Promise<void> {
    const person = this.net.dice.pick(this.inside);
    if (!person || this.inside.length < 3) return;
    this.steps.push(`${person.name} crashes`);
    this.crashed.add(person);
    person.crash();
  }

  async #part(): Promise<void> {
    const side = this.people.filter(() => this.net.dice.next() < 0.4);
    this.steps.push(`${side.map(({ name }) => name).join()} apart`);
    this.net.partition(side);
    if (this.net.dice.next() < 0.5) await this.net.run(40_000);
  }

  async #cut(): Promise<void> {
    const [one, other] = [this.net.dice.pick(this.people), this.net.dice.pick(this.people)];
    if (!one || !other || one === other) return;
    this.steps.push(`${one.name} and ${other.name} cut`);
    this.net.setCut(one, other, true);
  }

  async #heal(): Promise<void> {
    this.steps.push('heal');
    this.net.heal();
  }

  async #server(): Promise<void> {
    this.steps.push(`server ${this.net.post.isDown ? 'up' : 'down'}`);
    this.net.post.setDown(!this.net.post.isDown);
  }
}

async function play(seed: number, people: number, steps: number): Promise<void> {
  const schedule = new Schedule(seed);
  try {
    await schedule.begin(people, Math.ceil(people / 2));
    for (let at = 0; at < steps; at += 1) await schedule.step();
    const isCalm = await schedule.calm();
    const seen = schedule.inside.map((person) => `${person.name}: ${person.names.join()}`);
    expect(isCalm, `seed ${seed}: ${schedule.steps.join('; ')} -> ${seen.join(' | ')}`).toBe(true);
    expect(schedule.inside.length).toBeGreaterThan(0);
    const refused = schedule.people.flatMap(({ told }) => told.filter(({ event }) => event === 'refused'));
    expect(refused, `seed ${seed}: nobody lied`).toEqual([]);
  } finally {
    schedule.net.end();
  }
}

describe('whatever happens', () => {
  for (let seed = firstSeed; seed < firstSeed + schedules; seed += 1) {
    it(`five people come to the same room, schedule ${seed}`, { timeout: 60_000 }, async () => {
      await play(seed, 5, 10);
    });
  }
  it('twelve people come to the same room', { timeout: 60_000 }, async () => {
    await play(firstSeed + 10_000, 12, 6);
  });
});
