// The sealed stream through a friend: what arrives, in which order, and what whoever carries it achieves by altering it.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createTunnelKey } from '#adapters/tunnel-crypto';
import type { AgreedTunnel, TunnelCipher } from '#core/ports/relay';
import { Tunnel, type TunnelKind } from '#core/relay/tunnel';
import { limits } from '#core/wire/limits';

type Bytes = Uint8Array<ArrayBuffer>;

const id = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8);

async function agreedPair(): Promise<readonly [AgreedTunnel, AgreedTunnel]> {
  const [one, other] = await Promise.all([createTunnelKey(), createTunnelKey()]);
  return await Promise.all([one.agree(other.publicKey, 'initiator', id), other.agree(one.publicKey, 'responder', id)]);
}

/** Sealed or opened in other threads right now, which take as long as they take. */
let sealing = 0;

async function counted<T>(work: Promise<T>): Promise<T> {
  sealing += 1;
  try {
    return await work;
  } finally {
    sealing -= 1;
  }
}

const countedCipher = ({ seal, open }: TunnelCipher): TunnelCipher => ({
  seal: async (count, plaintext) => await counted(seal(count, plaintext)),
  open: async (count, sealed) => await counted(open(count, sealed)),
});

interface Side {
  readonly tunnel: Tunnel;
  readonly got: { kind: TunnelKind; message: Bytes }[];
  readonly broken: string[];
  /** What this side sent, as whoever carries sees it. */
  readonly out: Bytes[];
  rooms: number;
  isFull: boolean;
}

function sideOf(agreed: AgreedTunnel): Side {
  const side: Side = {
    got: [],
    broken: [],
    out: [],
    rooms: 0,
    isFull: false,
    tunnel: new Tunnel({
      cipher: countedCipher(agreed.cipher),
      now: () => performance.now(),
      send: (sealed) => {
        if (!side.isFull) side.out.push(sealed);
        return !side.isFull;
      },
      received: (kind, message) => side.got.push({ kind, message }),
      roomMade: () => (side.rooms += 1),
      broken: (code) => side.broken.push(code),
    }),
  };
  return side;
}

async function sides(): Promise<{ one: Side; other: Side }> {
  const [one, other] = await agreedPair();
  return { one: sideOf(one), other: sideOf(other) };
}

/** Until nothing moves any more: every seal was made, every one opened, and what follows from that has happened. */
async function still(): Promise<void> {
  let quietTurns = 0;
  while (quietTurns < 8) {
    await new Promise((resolve) => setTimeout(resolve, 1));
    quietTurns = sealing === 0 ? quietTurns + 1 : 0;
  }
}

/** Everything that waits at whoever carries, both ways, until both sides are silent. */
async function carry({ one, other }: { one: Side; other: Side }): Promise<void> {
  for (let turn = 0; turn < 400; turn += 1) {
    await still();
    const [there, back] = [one.out.splice(0), other.out.splice(0)];
    if (there.length + back.length === 0) return;
    for (const sealed of there) other.tunnel.receive(sealed);
    for (const sealed of back) one.tunnel.receive(sealed);
  }
}

const bytesOf = (length: number, seed = 1): Bytes => Uint8Array.from({ length }, (_, at) => (at * 7 + seed) & 255);

describe('a tunnel', () => {
  it('brings messages of every kind whole, each kind in its order', async () => {
    const pair = await sides();
    const control = [bytesOf(3), bytesOf(limits.controlMessageBytes, 2), bytesOf(1, 3)];
    const bulk = bytesOf(limits.bulkHeaderBytes + limits.bulkPartBytes, 4);
    expect(pair.one.tunnel.send('bulk', bulk)).toBe(true);
    for (const message of control) expect(pair.one.tunnel.send('control', message)).toBe(true);
    expect(pair.one.tunnel.send('media', bytesOf(60, 5))).toBe(true);
    await carry(pair);
    const of = (kind: TunnelKind): Bytes[] =>
      pair.other.got.filter((one) => one.kind === kind).map(({ message }) => message);
    expect(of('control')).toEqual(control);
    expect(of('bulk')).toEqual([bulk]);
    expect(of('media')).toEqual([bytesOf(60, 5)]);
    expect([...pair.one.broken, ...pair.other.broken]).toEqual([]);
  });

  it('shows whoever carries nothing of what was said, not even twice the same for the same words', async () => {
    const pair = await sides();
    const words = new TextEncoder().encode('meet me at the old bridge tonight');
    pair.one.tunnel.send('control', words);
    pair.one.tunnel.send('control', words);
    await still();
    const seen = pair.one.out.map((sealed) => Buffer.from(sealed).toString('latin1'));
    expect(seen).toHaveLength(2);
    expect(seen[0]).not.toContain('bridge');
    expect(seen[0]).not.toEqual(seen[1]);
    for (const sealed of pair.one.out)
      expect(sealed).toHaveLength(words.length + limits.relayOverheadBytes - id.length);
  });

  it('lets no more blocks be under way than its window, and makes room as the other end gets them', async () => {
    const pair = await sides();
    const block = bytesOf(limits.bulkHeaderBytes + limits.bulkPartBytes);
    let sent = 0;
    while (pair.one.tunnel.send('bulk', block)) sent += 1;
    expect(sent * block.length).toBeLessThanOrEqual(limits.relayWindowBytes);
    await still();
    const waiting = pair.one.out.reduce((sum, { length }) => sum + length, 0);
    expect(waiting).toBeLessThan(limits.relayQueueBytes / 2);
    expect(pair.one.rooms).toBe(0);
    await carry(pair);
    expect(pair.one.rooms).toBeGreaterThan(0);
    expect(pair.one.tunnel.send('bulk', block)).toBe(true);
  });

  it('keeps fewer blocks under way beside a voice', async () => {
    const { one } = await sides();
    one.tunnel.send('media', bytesOf(60));
    const block = bytesOf(limits.bulkHeaderBytes + 16 * 1024);
    let sent = 0;
    while (one.tunnel.send('bulk', block)) sent += 1;
    expect(sent * block.length).toBeLessThanOrEqual(limits.relayTalkWindowBytes);
    expect(sent).toBeGreaterThan(0);
  });

  it('lets what is said pass the blocks that wait', async () => {
    const pair = await sides();
    pair.one.isFull = true;
    pair.one.tunnel.send('bulk', bytesOf(limits.bulkHeaderBytes + limits.bulkPartBytes));
    await still();
    pair.one.tunnel.send('control', bytesOf(5));
    pair.one.isFull = false;
    pair.one.tunnel.drained();
    await carry(pair);
    expect(pair.other.got.map(({ kind }) => kind)).toEqual(['control', 'bulk']);
  });

  it('goes on where it stopped once the link to whoever carries has room', async () => {
    const pair = await sides();
    pair.one.isFull = true;
    for (let at = 0; at < 5; at += 1) pair.one.tunnel.send('control', bytesOf(9, at));
    await still();
    pair.one.isFull = false;
    pair.one.tunnel.drained();
    await carry(pair);
    expect(pair.other.got.map(({ message }) => message)).toEqual([0, 1, 2, 3, 4].map((at) => bytesOf(9, at)));
  });

  it('measures the round trip by an echo', async () => {
    const pair = await sides();
    expect(pair.one.tunnel.roundTripMs).toBeNull();
    pair.one.tunnel.echo();
    await carry(pair);
    expect(pair.one.tunnel.roundTripMs).toBeGreaterThanOrEqual(0);
    expect(pair.other.got).toEqual([]);
  });
});

describe('whoever carries a tunnel', () => {
  const changes: Record<string, (parts: Bytes[]) => Bytes[]> = {
    'alters a bit': ([first, ...rest]) => {
      const altered = first?.slice() ?? new Uint8Array();
      altered[4] = (altered[4] ?? 0) ^ 1;
      return [altered, ...rest];
    },
    'cuts a part short': ([first, ...rest]) => [first?.slice(0, -1) ?? new Uint8Array(), ...rest],
    'leaves a part out': ([, ...rest]) => rest,
    'sends a part twice': ([first = new Uint8Array(), ...rest]) => [first, first, ...rest],
    'turns the order round': (parts) => parts.toReversed(),
    'makes a part up': (parts) => [crypto.getRandomValues(new Uint8Array(60)), ...parts],
  };

  it.each(Object.keys(changes))('is noticed when it %s, and nothing of it or after it counts', async (name) => {
    const pair = await sides();
    pair.one.tunnel.send('control', bytesOf(10, 1));
    await carry(pair);
    for (const seed of [2, 3, 4]) pair.one.tunnel.send('control', bytesOf(10, seed));
    await still();
    const parts = changes[name]?.(pair.one.out.splice(0)) ?? [];
    for (const part of parts) pair.other.tunnel.receive(part);
    await still();
    expect(pair.other.broken).toEqual(['relay-altered']);
    const got = pair.other.got.map(({ message }) => message[0]);
    expect(got[0]).toBe(1);
    expect([1, 2].slice(0, got.length)).toEqual(got); // the second only where its part came whole before the hostile one
    pair.one.tunnel.send('control', bytesOf(3));
    await still();
    for (const part of pair.one.out) pair.other.tunnel.receive(part);
    await still();
    expect(pair.other.broken).toHaveLength(1);
  });

  it('cannot give back to one side what it said itself', async () => {
    const pair = await sides();
    pair.one.tunnel.send('control', bytesOf(10));
    await still();
    for (const part of pair.one.out) pair.one.tunnel.receive(part);
    await still();
    expect(pair.one.broken).toEqual(['relay-altered']);
    expect(pair.one.got).toEqual([]);
  });

  it('cannot be in the middle without both sides seeing other keys', async () => {
    const [one, middle, other] = await Promise.all([createTunnelKey(), createTunnelKey(), createTunnelKey()]);
    const seenByOne = await one.agree(middle.publicKey, 'initiator', id);
    const seenByOther = await other.agree(middle.publicKey, 'responder', id);
    expect(seenByOne.fingerprints.remote).not.toEqual(seenByOther.fingerprints.local);
    const [honest, same] = await agreedPair();
    expect(honest.fingerprints.remote).toEqual(same.fingerprints.local);
    expect(honest.fingerprints.local).toEqual(same.fingerprints.remote);
  });

  it('gets no key by which it could guess: one of small order is refused', async () => {
    const key = await createTunnelKey();
    await expect(key.agree(new Uint8Array(32), 'initiator', id)).rejects.toMatchObject({ code: 'key-unacceptable' });
  });
});

describe('the other end of a tunnel', () => {
  it('is cut for whatever breaks the rules inside the seal, and nothing is thrown', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.uint8Array({ maxLength: 40 }), { minLength: 1, maxLength: 6 }), async (plains) => {
        const [mine, theirs] = await agreedPair();
        const side = sideOf(theirs);
        for (const [count, plain] of plains.entries())
          side.tunnel.receive(await mine.cipher.seal(count, new Uint8Array(plain)));
        await still();
        expect(side.broken.filter((code) => code !== 'protocol-broken')).toEqual([]);
        expect(side.broken.length).toBeLessThanOrEqual(1);
      }),
      { numRuns: 30 },
    );
  });

  it('cannot make me hold more of one message than a message may have', async () => {
    const [mine, theirs] = await agreedPair();
    const side = sideOf(theirs);
    const part = new Uint8Array(1 + limits.relayPartBytes);
    part[0] = 0x80; // control, and more follows
    for (let count = 0; count < 3; count += 1) side.tunnel.receive(await mine.cipher.seal(count, part));
    await still();
    expect(side.broken).toEqual(['protocol-broken']);
  });

  it('cannot claim to have got more than was sent', async () => {
    const [mine, theirs] = await agreedPair();
    const side = sideOf(theirs);
    side.tunnel.receive(await mine.cipher.seal(0, Uint8Array.of(4, 0, 0, 0, 1, 0)));
    await still();
    expect(side.broken).toEqual(['protocol-broken']);
  });
});
