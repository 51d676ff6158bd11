// From frames to packets, and back: every frame as it was made, numbers without a gap, and none that is too large.
import { describe, expect, test } from 'vitest';
import * as v from 'valibot';
import { LiveReceiving } from '#core/cast/live-receiving';
import { LiveSealing } from '#core/cast/live-sealing';
import type { Held } from '#core/cast/packet-window';
import type { LiveFrame, LiveSigner } from '#core/ports/live';
import { limits } from '#core/wire/limits';
import { CastId } from '#shared/cast';
import { PeerId } from '#shared/identity';
import { FakeClock, settle } from '#tests/support/fake-clock';
import { FakeLiveCrypto } from '#tests/support/fake-live';
import { Dice } from '#tests/support/room-net';

const castId = v.parse(CastId, '5'.repeat(32));
const from = v.parse(PeerId, 'a'.repeat(52));

const picture = (bytes: number, isKey: boolean, timestampUs = bytes): LiveFrame => ({
  kind: 'video',
  isKey,
  timestampUs,
  codec: 'vp9',
  width: 1280,
  height: 720,
  data: new Uint8Array(bytes).fill(bytes % 251),
});

async function sealing(signerOf: (signer: LiveSigner) => LiveSigner = (signer) => signer) {
  const crypto = new FakeLiveCrypto(new Dice(3).bytes);
  const signer = await crypto.createSigner();
  const cipher = await crypto.frameCipher(new Uint8Array(16));
  const clock = new FakeClock();
  const packets: Held[] = [];
  const played: LiveFrame[] = [];
  const bad: PeerId[] = [];
  const asked = { keyFrames: 0 };
  const receiving = new LiveReceiving({
    facts: { castId },
    verify: await crypto.verifier(signer.publicKey),
    cipher,
    output: { push: (frame) => played.push(frame) },
    clock,
    isNew: () => true,
    take: () => true,
    again: () => undefined,
    bad: (who) => bad.push(who),
    said: () => undefined,
  });
  const live = new LiveSealing({
    castId,
    signer: signerOf(signer),
    cipher,
    clock,
    sealed: (packet) => {
      packets.push(packet);
      receiving.push(from, packet.bytes, 0);
    },
    needsKeyFrame: () => (asked.keyFrames += 1),
  });
  const done = async (): Promise<void> => {
    for (let tries = 0; tries < 200; tries += 1) await settle();
  };
  return { live, packets, played, bad, asked, done };
}

describe('a frame', () => {
  test('of any size that fits comes out as it went in', async () => {
    const { live, packets, played, bad, done } = await sealing();
    const sizes = [
      1,
      limits.castPartBytes - 24,
      limits.castPartBytes,
      limits.castPartBytes + 1,
      200_000,
      limits.castFrameBytes,
    ];
    for (const bytes of sizes) live.push(picture(bytes, true), 0);
    await done();
    expect(played.map(({ data }) => data.length).toSorted((a, b) => a - b)).toEqual(sizes);
    for (const { data } of played) expect(data.every((byte) => byte === data.length % 251)).toBe(true);
    expect(packets.map(({ number }) => number)).toEqual(packets.map((_, at) => at));
    expect(Math.max(...packets.map(({ bytes }) => bytes.length))).toBeLessThanOrEqual(limits.liveMessageBytes);
    expect(bad).toEqual([]);
  });

  test('too large to be cut is left out before it takes a number; a key frame is asked for, and the rest goes on', async () => {
    const { live, packets, played, asked, done } = await sealing();
    live.push(picture(100, true), 0);
    live.push(picture(limits.castFrameBytes + 1, false), 0);
    live.push(picture(200, false), 0);
    live.push({ ...picture(30, true), kind: 'audio', codec: 'opus', width: 0, height: 0 }, 0);
    live.push(picture(300, true), 0);
    await done();
    expect(played.map(({ data }) => data.length)).toEqual([100, 30, 300]);
    expect(asked.keyFrames).toBe(1);
    expect(packets.map(({ number }) => number)).toEqual([0, 1, 2]);
  });

  test('that could not be signed does not end the cast', async () => {
    let fails = 1;
    const { live, played, asked, done } = await sealing((signer) => ({
      ...signer,
      sign: async (bytes) => {
        fails -= 1;
        if (fails === 0) throw new Error('the key was busy');
        return await signer.sign(bytes);
      },
    }));
    live.push(picture(100, true), 0);
    await done();
    live.push(picture(200, false), 0);
    live.push(picture(300, true), 0);
    await live.say({ isOver: false, viewers: 2, removed: [] });
    await done();
    expect(played.map(({ data }) => data.length)).toEqual([300]);
    expect(asked.keyFrames).toBe(1);
  });

  test('that comes while many wait is left out up to the next key frame, sound for longer', async () => {
    const { live, played, asked, done } = await sealing();
    for (let at = 0; at < limits.castSealQueued + 5; at += 1) live.push(picture(10 + at, at === 0), 0);
    await done();
    live.push(picture(500, false), 0);
    live.push(picture(600, true), 0);
    await done();
    const sizes = played.map(({ data }) => data.length);
    expect(sizes.at(-1)).toBe(600);
    expect(sizes).toHaveLength(limits.castSealQueued + 1);
    expect(asked.keyFrames).toBe(1);
  });
});
