// A room of people without control links: each pair has a memory connection, and each person their own RoomMedia.
import type { PeerId } from '#shared/identity';
import { Scope } from '#core/base/scope';
import { Store } from '#core/base/store';
import type { RemoteState } from '#core/conference/room-facts';
import { RoomMedia } from '#core/conference/room-media';
import type { MediaTrack, ScreenSource, SharedScreen } from '#core/ports';
import { FakeClock, settle } from '#tests/support/fake-clock';
import { FakeMedia } from '#tests/support/fake-media';
import { MemoryNetwork, type MemoryConnection } from '#tests/support/memory-connection';
import { person } from './some-people';

class FakeScreen implements ScreenSource {
  readonly store = new Store<SharedScreen | null>(null);

  async open(): Promise<void> {
    this.store.set({ video: track('screen'), audio: track('screen-sound') });
  }

  close(): void {
    this.store.set(null);
  }
}

const track = (id: string): MediaTrack => ({ id, kind: id.includes('sound') ? 'audio' : 'video' });
export const allOn: RemoteState = {
  microphone: true,
  camera: true,
  screen: true,
  screenAudio: true,
  isHolding: false,
};

export class MediaPerson {
  readonly self: PeerId;
  readonly media = new FakeMedia();
  readonly screen = new FakeScreen();
  readonly scope = new Scope();
  readonly room: RoomMedia;
  readonly links = new Map<PeerId, { peerId: PeerId; connection: MemoryConnection }>();
  readonly refused: PeerId[] = [];
  /** Says how loud this person is to themself; null while nobody asks. */
  sayOwnLevel: ((level: number) => void) | null = null;
  readonly #clock: FakeClock;
  #loudness = 0;
  #isMetering = false;

  constructor(self: PeerId, clock: FakeClock) {
    this.self = self;
    this.#clock = clock;
    this.room = new RoomMedia({
      self,
      media: this.media,
      screen: this.screen,
      clock,
      watchOwnLevel: (onLevel) => {
        this.sayOwnLevel = onLevel;
        return () => {
          this.sayOwnLevel = null;
        };
      },
      scope: this.scope,
    });
    this.room.events.on('levelRefused', (peerId) => this.refused.push(peerId));
  }

  to(other: MediaPerson): MemoryConnection {
    const link = this.links.get(other.self);
    if (!link) throw new Error('no link with them');
    return link.connection;
  }

  tracksOf(other: MediaPerson) {
    return this.room.tracks.snapshot.get(other.self);
  }

  /** From now on they speak so loudly, into their own meter too. */
  speak(level: number): void {
    this.claim(level);
    this.#loudness = level;
    if (this.#isMetering || level === 0) return;
    this.#isMetering = true;
    const meter = (): void => {
      this.#isMetering = this.#loudness > 0 && !this.scope.hasEnded;
      if (!this.#isMetering) return;
      // A meter gives peaks, packets a mean.
      this.sayOwnLevel?.(this.#loudness / 0.4);
      this.#clock.after(50, meter);
    };
    meter();
  }

  /** How loud this person's packets say that they are. */
  claim(level: number | null): void {
    for (const { connection } of this.links.values()) connection.claims.audio = level;
  }

  enter(): void {
    this.room.setLinks(this.links);
  }
}

export class MediaRoom {
  readonly clock = new FakeClock();
  readonly network = new MemoryNetwork();
  readonly people: readonly MediaPerson[];

  private constructor(count: number) {
    this.people = Array.from({ length: count }, (_, at) => new MediaPerson(person(at), this.clock));
  }

  /** Everybody is inside, says that all is on, and has a link with everybody else but the pairs in `apart`. */
  static async open(count: number, apart: readonly (readonly [number, number])[] = []): Promise<MediaRoom> {
    const room = new MediaRoom(count);
    const { people } = room;
    for (const [at, one] of people.entries()) {
      for (const [index, other] of people.entries()) {
        if (index > at && !apart.some(([a, b]) => a === at && b === index)) await room.link(one, other);
      }
    }
    for (const one of people) {
      const others = people.filter((other) => other !== one);
      one.room.setRemote(new Map(others.map(({ self }) => [self, allOn])));
      one.enter();
      one.room.events.on('floorTaken', (turn) => {
        for (const other of others) if (one.links.has(other.self)) other.room.receiveFloor(one.self, turn);
      });
    }
    await settle();
    return room;
  }

  person(at: number): MediaPerson {
    const found = this.people[at];
    if (!found) throw new Error('nobody sits there');
    return found;
  }

  /** A new connection between two people; replaces the one they had. */
  async link(one: MediaPerson, other: MediaPerson): Promise<void> {
    const [a, b] = [this.network.open(true), this.network.open(false)];
    a.events.on('described', (description) => void b.accept(description));
    b.events.on('described', (description) => void a.accept(description));
    await a.offer();
    await settle();
    one.links.set(other.self, { peerId: other.self, connection: a });
    other.links.set(one.self, { peerId: one.self, connection: b });
  }
}
