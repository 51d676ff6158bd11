// A member whose app does not keep to the rules: their page holds on to its control channels, past which anything can be
// put on a proven link.
import type { Person } from '#tests/support/person';
import { decodeEnvelope, encodeEnvelope } from '#core/wire/codec';

interface HeldChannel {
  readonly channel: RTCDataChannel;
  readonly heard: number[][];
}

declare global {
  interface Window {
    heldChannels: HeldChannel[];
  }
}

/** A disguise: runs inside the page before its own scripts. */
export function holdControlChannels(): void {
  const held: HeldChannel[] = [];
  window.heldChannels = held;
  const { prototype } = RTCPeerConnection;
  prototype.createDataChannel = new Proxy(prototype.createDataChannel, {
    apply(create, connection: RTCPeerConnection, args: [string, RTCDataChannelInit?]) {
      const channel = Reflect.apply(create, connection, args);
      if (args[0] !== 'control') return channel;
      const one: HeldChannel = { channel, heard: [] };
      held.push(one);
      channel.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
        if (data instanceof ArrayBuffer) one.heard.push([...new Uint8Array(data)]);
      });
      return channel;
    },
  });
}

/** Puts this message on the link that was opened as the `place`th of those that are open, counted from 0. */
export async function sendPast(person: Person, place: number, kind: string, body: unknown): Promise<void> {
  const bytes = encodeEnvelope(kind, body);
  if (!bytes) throw new Error('too large to send');
  await person.page.evaluate(
    ({ at, data }) => {
      const open = window.heldChannels.filter(({ channel }) => channel.readyState === 'open');
      const channel = open[at]?.channel;
      if (!channel) throw new Error(`${open.length} links are open`);
      channel.send(new Uint8Array(data));
    },
    { at: place, data: [...bytes] },
  );
}

/** The body of the last message of this kind that came over any link. */
export async function lastHeard(person: Person, kind: string): Promise<unknown> {
  const heard = await person.page.evaluate(() => window.heldChannels.flatMap(({ heard: all }) => all));
  const bodies = heard.flatMap((bytes) => {
    const decoded = decodeEnvelope(Uint8Array.from(bytes));
    return decoded.ok && decoded.kind === kind ? [decoded.body] : [];
  });
  return bodies.at(-1);
}
