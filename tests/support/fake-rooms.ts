// The rooms of the UI's tests and gallery: a snapshot and events that a test moves by hand; commands are only written down.
import type { PeerId } from '#shared/identity';
import type { RoomId } from '#shared/room';
import { Emitter } from '#core/base/emitter';
import { Store } from '#core/base/store';
import type { RoomEvents, RoomGlance, RoomMember, RoomSnapshot, RoomsSnapshot } from '#core/conference/snapshot';
import type { RoomsPort } from '#state/deps';

// Sound: 32 hex digits, as the brand wants.
export const fakeRoomId = '7ab1e'.padStart(32, '0') as RoomId;

export function fakeMember(peerId: PeerId, name: string, more: Partial<RoomMember> = {}): RoomMember {
  return {
    peerId,
    name,
    isSelf: false,
    isOpener: false,
    joinedAtMs: 0,
    pair: 'connected',
    through: null,
    microphone: true,
    camera: false,
    screen: false,
    screenAudio: false,
    hand: null,
    isHolding: false,
    recording: 'no',
    pairs: [],
    isSuspect: false,
    ...more,
  };
}

export function fakeRoom(more: Partial<RoomSnapshot> = {}): RoomSnapshot {
  return {
    roomId: fakeRoomId,
    name: 'Tuesday table',
    stage: { phase: 'inside' },
    sinceMs: 0,
    isLocked: false,
    members: [],
    knocks: [],
    lookers: [],
    votes: [],
    speaker: null,
    lines: [],
    recording: { phase: 'none' },
    consentAskedBy: [],
    contactsRung: [],
    ...more,
  };
}

export class FakeRooms implements RoomsPort {
  readonly store = new Store<RoomsSnapshot>({ current: null, held: [], rings: [] });
  readonly events = new Emitter<RoomEvents>();
  readonly glance = new Store<RoomGlance | null>(null);
  /** What the next way in, link or shared screen fails with. */
  fails: Error | null = null;
  /** False while lines are refused. */
  takesLines = true;
  readonly #write: (what: string) => void;

  constructor(write: (what: string) => void = () => undefined) {
    this.#write = write;
  }

  /** Changes some of the current room; a room is made up when there is none. */
  show(more: Partial<RoomSnapshot>): void {
    const { snapshot } = this.store;
    this.store.set({ ...snapshot, current: { ...(snapshot.current ?? fakeRoom()), ...more } });
  }

  readonly #tell =
    (what: string) =>
    (...details: unknown[]): void => {
      this.#write([what, ...details.map((detail) => JSON.stringify(detail))].join(' '));
    };

  /** Ways in and whatever else can fail. */
  readonly #try =
    (what: string) =>
    async (...details: unknown[]): Promise<RoomId> => {
      this.#tell(what)(...details);
      if (this.fails) throw this.fails;
      return this.store.snapshot.current?.roomId ?? fakeRoomId;
    };

  readonly open = this.#try('open room');
  readonly enter = this.#try('enter room');
  readonly reopen = this.#try('reopen room');
  readonly standAtDoor = this.#tell('stand at door');
  readonly leaveDoor = this.#tell('leave door');
  readonly leave = this.#tell('leave room');
  readonly resume = this.#tell('resume room');
  readonly hold = this.#tell('hold room');
  readonly ring = this.#tell('ring');
  readonly stopRinging = this.#tell('stop ringing');
  readonly declineRing = this.#tell('decline ring');
  readonly admit = this.#tell('admit');
  readonly declineKnock = this.#tell('decline knock');
  readonly remove = this.#tell('remove');
  readonly setLocked = this.#tell('lock');
  readonly askMute = this.#tell('ask mute');
  readonly setMuted = this.#tell('mute in room');
  readonly stopSharing = this.#tell('stop sharing');
  readonly setHand = this.#tell('hand');
  readonly react = this.#tell('react');
  readonly watch = this.#tell('watch');
  readonly setCarries = this.#tell('carries');
  readonly record = this.#tell('record');
  readonly pauseRecording = this.#tell('pause recording');
  readonly resumeRecording = this.#tell('resume recording');
  readonly stopRecording = this.#tell('stop recording');
  readonly answerConsent = this.#tell('consent');

  dismiss(): void {
    this.#tell('dismiss room')();
    this.store.set({ ...this.store.snapshot, current: null });
  }

  async makeLink(hours: number): Promise<{ link: string; expiresAt: number }> {
    await this.#try('make link')(hours);
    return { link: `roundtable:r1/${'Zk3dE9kX1mVb7TzL2rYw5CsJ4hNfG8uA'.repeat(7)}`, expiresAt: hours * 3_600_000 };
  }

  async setCamera(isOn: boolean): Promise<void> {
    await this.#try('camera in room')(isOn);
  }

  async shareScreen(): Promise<void> {
    await this.#try('share screen')();
  }

  say(text: string): boolean {
    this.#tell('say')(text);
    return this.takesLines;
  }
}
