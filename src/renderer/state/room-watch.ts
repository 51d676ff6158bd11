// Tells the room how tall each picture is seen here, so that nobody sends more than is looked at.
import type { PeerId } from '#shared/identity';
import type { Clock } from '#core/ports';
import type { RoomsPort } from '#state/deps';

type Picture = 'video' | 'screen';
interface Seen {
  readonly peerId: PeerId;
  readonly picture: Picture;
  readonly height: number;
  readonly isFloating: boolean;
}

/** Heights in between are not worth a message. */
const stepPx = 30;
const tallestPx = 4_320;
/** A layout that is moving settles first. */
const settleMs = 250;

const rounded = (height: number): number => Math.min(tallestPx, Math.ceil(height / stepPx) * stepPx);

export class RoomWatch {
  readonly #rooms: Pick<RoomsPort, 'watch'>;
  readonly #clock: Clock;
  readonly #seen = new Map<string, Seen>();
  readonly #told = new Map<PeerId, { video: number; screen: number }>();
  #isShown = true;
  #isWaiting = false;

  constructor(rooms: Pick<RoomsPort, 'watch'>, clock: Clock) {
    this.#rooms = rooms;
    this.#clock = clock;
  }

  /** `place` is one element of the page; 0 when nothing of it is seen. A floating one is seen while the window is not. */
  see(place: string, peerId: PeerId, picture: Picture, heightPx: number, { isFloating = false } = {}): void {
    if (heightPx > 0) this.#seen.set(place, { peerId, picture, height: rounded(heightPx), isFloating });
    else this.#seen.delete(place);
    this.#tellSoon();
  }

  /** False while the window is hidden: then nothing in it is seen. */
  setShown(isShown: boolean): void {
    this.#isShown = isShown;
    this.#tellSoon();
  }

  /** Another room: what was told before counts no more. */
  forget(): void {
    this.#told.clear();
    this.#tellSoon();
  }

  #tellSoon(): void {
    if (this.#isWaiting) return;
    this.#isWaiting = true;
    this.#clock.after(settleMs, () => {
      this.#isWaiting = false;
      this.#tell();
    });
  }

  #tell(): void {
    const seen = [...this.#seen.values()].filter(({ isFloating }) => this.#isShown || isFloating);
    const tallest = (peerId: PeerId, picture: Picture): number =>
      Math.max(
        0,
        ...seen.filter((one) => one.peerId === peerId && one.picture === picture).map(({ height }) => height),
      );
    for (const peerId of new Set([...this.#told.keys(), ...seen.map((one) => one.peerId)])) {
      const heights = { video: tallest(peerId, 'video'), screen: tallest(peerId, 'screen') };
      const before = this.#told.get(peerId);
      if (before?.video === heights.video && before.screen === heights.screen) continue;
      this.#told.set(peerId, heights);
      this.#rooms.watch(peerId, heights);
    }
  }
}
