// Some people in one page, each with their own RoomMedia over real connections, a tone for a voice and a canvas for a camera.
import { watchTrack } from '#adapters/level-meter';
import { RoomSound } from '#adapters/room-sound';
import { Speaker } from '#adapters/speaker';
import { Scope } from '#core/base/scope';
import { Store } from '#core/base/store';
import { RoomMedia } from '#core/conference/room-media';
import type { LocalMedia, LocalMediaSnapshot, SharedScreen } from '#core/ports';
import type { PeerId } from '#shared/identity';
import { systemClock } from '#adapters/system-clock';
import { LinkEnd } from '#tests/e2e/adapters/pages/link-end';
import { Meter } from '#tests/e2e/adapters/pages/meter';
import { Viewer } from '#tests/e2e/adapters/pages/viewer';

const sources: LocalMediaSnapshot = {
  microphone: { phase: 'live', deviceId: 'tone', label: 'Tone' },
  camera: { phase: 'off' },
  isCameraEased: false,
  isMuted: false,
  audioTrack: null,
  videoTrack: null,
};

class MediaPerson {
  readonly self: PeerId;
  readonly links = new Map<PeerId, LinkEnd>();
  readonly refused: PeerId[] = [];
  readonly room: RoomMedia;
  readonly #store: Store<LocalMediaSnapshot>;
  readonly #gain: GainNode;

  constructor(self: PeerId, hertz: number) {
    this.self = self;
    const context = new AudioContext({ sampleRate: 48_000 });
    const oscillator = new OscillatorNode(context, { frequency: hertz });
    const destination = new MediaStreamAudioDestinationNode(context, { channelCount: 1 });
    this.#gain = new GainNode(context, { gain: 0 });
    oscillator.connect(this.#gain).connect(destination);
    oscillator.start();
    const [voice] = destination.stream.getAudioTracks();
    if (!voice) throw new Error('no voice');
    this.#store = new Store<LocalMediaSnapshot>({ ...sources, audioTrack: voice });
    const nothing = async (): Promise<void> => undefined;
    const media: LocalMedia = {
      store: this.#store,
      openMicrophone: nothing,
      openCamera: nothing,
      closeCamera: () => undefined,
      setMuted: () => undefined,
      closeAll: () => undefined,
    };
    this.room = new RoomMedia({
      self,
      media,
      screen: { store: new Store<SharedScreen | null>(null), open: nothing, close: () => undefined },
      clock: systemClock,
      watchOwnLevel: (onLevel) => watchTrack(voice, onLevel),
      scope: new Scope(),
    });
    new RoomSound({ members: this.room.tracks, speaker: new Speaker() });
    this.room.events.on('levelRefused', (peerId) => this.refused.push(peerId));
  }

  speak(gain: number): void {
    this.#gain.gain.value = gain;
  }

  /** A moving picture of 720p in shades of one hue. */
  openCamera(hue: number): void {
    const canvas = document.createElement('canvas');
    canvas.width = 1280;
    canvas.height = 720;
    const context = canvas.getContext('2d');
    let step = 0;
    setInterval(() => {
      step += 1;
      if (!context) return;
      context.fillStyle = `hsl(${hue} 80% ${40 + ((step * 7) % 20)}%)`;
      context.fillRect(0, 0, 1280, 720);
    }, 33);
    const [videoTrack = null] = canvas.captureStream(30).getVideoTracks();
    this.#store.set({ ...this.#store.snapshot, videoTrack });
  }
}

export class MediaPeople {
  readonly #people: readonly MediaPerson[];

  constructor(tones: readonly number[]) {
    this.#people = tones.map((hertz, at) => new MediaPerson(String.fromCharCode(97 + at) as PeerId, hertz)); // sound: only told apart here
  }

  /** @param apart the pairs, by their places, that cannot connect */
  async gather(apart: readonly (readonly number[])[] = []): Promise<void> {
    for (const [at, one] of this.#people.entries()) {
      for (const [index, other] of this.#people.entries()) {
        const isApart = apart.some((pair) => pair.includes(at) && pair.includes(index));
        if (index > at && !isApart) await connect(one, other);
      }
    }
    const state = { microphone: true, camera: true, screen: false, screenAudio: false, isHolding: false };
    for (const { self, room, links } of this.#people) {
      const others = this.#people.filter((other) => other.self !== self);
      room.setRemote(new Map(others.map((other) => [other.self, state])));
      room.setLinks(new Map([...links].map(([peerId, { connection }]) => [peerId, { peerId, connection }] as const)));
      room.events.on('floorTaken', (turn) => {
        for (const other of others) if (links.has(other.self)) other.room.receiveFloor(self, turn);
      });
    }
  }

  person(at: number): MediaPerson {
    const found = this.#people[at];
    if (!found) throw new Error('nobody sits there');
    return found;
  }

  /** Whom each names as the speaker. */
  get speakers(): (PeerId | null)[] {
    return this.#people.map(({ room }) => room.speaker.snapshot);
  }

  get refused(): PeerId[] {
    return this.#people.flatMap(({ refused }) => refused);
  }

  /** `carrier` lends their links to the two others. */
  carry(carrier: number, one: number, other: number): void {
    const [a, b, through] = [this.person(one), this.person(other), this.person(carrier)];
    through.room.carryOut(
      new Map([
        [a.self, b.self],
        [b.self, a.self],
      ]),
    );
    a.room.carryIn(new Map([[b.self, through.self]]));
    b.room.carryIn(new Map([[a.self, through.self]]));
  }

  heard(listener: number, of: number): Meter {
    return new Meter(this.#arriving(listener, of, 'audio'));
  }

  seen(viewer: number, of: number): Viewer {
    return new Viewer(this.#arriving(viewer, of, 'video'));
  }

  #arriving(at: number, of: number, what: 'audio' | 'video'): MediaStreamTrack {
    const track = this.person(at).room.tracks.snapshot.get(this.person(of).self)?.[what];
    if (!(track instanceof MediaStreamTrack)) throw new Error('nothing arrives');
    return track;
  }
}

async function connect(one: MediaPerson, other: MediaPerson): Promise<void> {
  const ends: LinkEnd[] = [];
  ends.push(
    new LinkEnd(true, (signal) => ends[1]?.receive(signal)),
    new LinkEnd(false, (signal) => ends[0]?.receive(signal)),
  );
  const [mine, theirs] = ends;
  if (!mine || !theirs) return;
  await mine.connection.offer();
  await Promise.all([mine.connected(), theirs.connected()]);
  one.links.set(other.self, mine);
  other.links.set(one.self, theirs);
}
