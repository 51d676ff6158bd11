import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import * as v from 'valibot';
import type { CallOutput } from '#shared/contract';
import { Failure, type FailureCode } from '#shared/failure';
import type { IceCandidate, SessionId } from '#shared/signal';
import { Scope } from '#core/base/scope';
import { Proof } from '#core/peers/proof';
import { Session } from '#core/peers/session';
import { Signalling, type Negotiation } from '#core/peers/signalling';
import { limits } from '#core/wire/limits';
import { paces } from '#core/wire/paces';
import { FakeClock, settle } from '#tests/support/fake-clock';
import { MemoryNetwork, type MemoryConnection } from '#tests/support/memory-connection';
import { linkedPair, peerId, type Person, type World } from '#tests/support/two-peers';

const sessionId = 'a'.repeat(32) as SessionId; // sound: hex digits
const candidate = (port: number): IceCandidate => ({ candidate: `candidate:${port}`, sdpMid: '0', sdpMLineIndex: 0 });

const offerOf = (sent: readonly Negotiation[]): string => {
  const offer = sent.findLast(({ kind }) => kind === 'offer');
  if (offer?.kind !== 'offer') throw new Error('nothing offered');
  return offer.sdp;
};

describe('signalling', () => {
  let clock: FakeClock;
  let connection: MemoryConnection;
  let other: MemoryConnection;
  let sent: Negotiation[];
  let failures: FailureCode[];
  let scope: Scope;

  beforeEach(() => {
    clock = new FakeClock();
    const network = new MemoryNetwork();
    connection = network.open(true);
    other = network.open(false);
    sent = [];
    failures = [];
    scope = new Scope();
  });

  const start = (isPolite = true): Signalling =>
    new Signalling({
      connection,
      clock,
      scope,
      isPolite,
      send: (message) => sent.push(message),
      failed: (code) => failures.push(code),
    });
  const kinds = (): string[] => sent.map(({ kind }) => kind);
  const describedBy = async (
    make: () => Promise<void>,
    by = other,
  ): Promise<Exclude<Negotiation, { kind: 'candidates' }>> => {
    const made: { kind: 'offer' | 'answer'; sdp: string }[] = [];
    const off = by.events.on('described', (description) => made.push(description));
    await make();
    off();
    const [first] = made;
    if (!first) throw new Error('nothing described');
    return { ...first, candidates: [] };
  };

  it('sends candidates in batches, after 15 ms and at most 16 together', async () => {
    start();
    for (let port = 0; port < 40; port += 1) connection.events.emit('gathered', candidate(port));
    await clock.advance(paces.candidateBatchMs - 1);
    expect(sent).toEqual([]);
    await clock.advance(1);
    expect(sent.map((one) => (one.kind === 'candidates' ? one.candidates.length : 0))).toEqual([16, 16, 8]);
  });

  it('sends a description with the candidates of its first 15 ms, four beside it and the others after it', async () => {
    start();
    connection.events.emit('described', { kind: 'offer', sdp: 'mine' });
    for (let port = 0; port < 6; port += 1) connection.events.emit('gathered', candidate(port));
    await clock.advance(paces.candidateBatchMs - 1);
    expect(sent).toEqual([]);
    await clock.advance(1);
    expect(sent).toEqual([
      { kind: 'offer', sdp: 'mine', candidates: [0, 1, 2, 3].map(candidate) },
      { kind: 'candidates', candidates: [4, 5].map(candidate) },
    ]);
  });

  it('holds a description back no longer once everything is gathered', () => {
    start();
    connection.events.emit('described', { kind: 'offer', sdp: 'mine' });
    connection.events.emit('gathered', candidate(1));
    connection.events.emit('gatheringEnded', undefined);
    expect(sent).toEqual([{ kind: 'offer', sdp: 'mine', candidates: [candidate(1)] }]);
  });

  it('sends a description that has no candidates yet after 15 ms all the same, and one that another overtakes before it', async () => {
    start();
    connection.events.emit('described', { kind: 'offer', sdp: 'first' });
    connection.events.emit('described', { kind: 'offer', sdp: 'second' });
    await clock.advance(paces.candidateBatchMs);
    expect(sent).toEqual([
      { kind: 'offer', sdp: 'first', candidates: [] },
      { kind: 'offer', sdp: 'second', candidates: [] },
    ]);
  });

  it('takes the candidates of a description after it, and those of a repeated one too', async () => {
    const signalling = start();
    const offer = await describedBy(() => other.offer());
    signalling.receive({ ...offer, candidates: [candidate(1)] });
    signalling.receive({ ...offer, candidates: [candidate(2)] });
    await settle();
    expect(connection.candidates).toEqual([candidate(1), candidate(2)]);
  });

  it('takes no candidates of a description that it does not take', async () => {
    const signalling = start(false);
    signalling.offer();
    await settle();
    const crossing = await describedBy(() => other.offer());
    signalling.receive({ ...crossing, candidates: [candidate(1)] });
    signalling.receive({ kind: 'answer', sdp: 'late', candidates: [] });
    await settle();
    expect(connection.candidates).toEqual([]);
  });

  it('sends at most 64 candidates, and takes at most 64 per description', async () => {
    const signalling = start();
    for (let port = 0; port < 100; port += 1) connection.events.emit('gathered', candidate(port));
    await clock.advance(paces.candidateBatchMs);
    expect(sent.flatMap((one) => (one.kind === 'candidates' ? one.candidates : []))).toHaveLength(64);
    for (let batch = 0; batch < 10; batch += 1) {
      signalling.receive({ kind: 'candidates', candidates: Array.from({ length: 16 }, (_, at) => candidate(at)) });
    }
    await settle();
    expect(connection.candidates).toHaveLength(limits.candidatesPerConnection);
    signalling.receive(await describedBy(() => other.offer()));
    signalling.receive({ kind: 'candidates', candidates: [candidate(1)] });
    await settle();
    expect(connection.candidates).toHaveLength(limits.candidatesPerConnection + 1);
  });

  it('answers a repeated offer with the same answer, and ignores one that comes late', async () => {
    const signalling = start();
    const first = await describedBy(() => other.offer());
    const second = await describedBy(() => other.offer());
    signalling.receive(first);
    await clock.advance(paces.candidateBatchMs);
    const answer = sent.find(({ kind }) => kind === 'answer');
    expect(kinds()).toEqual(['answer']);
    signalling.receive(first);
    await clock.advance(paces.candidateBatchMs);
    expect(sent.slice(1)).toEqual([answer]);
    signalling.receive(second);
    await clock.advance(paces.candidateBatchMs);
    const before = sent.length;
    signalling.receive(first);
    await clock.advance(paces.candidateBatchMs);
    expect(sent).toHaveLength(before);
    expect(failures).toEqual([]);
  });

  it('ignores a crossing offer when impolite and yields when polite', async () => {
    const impolite = start(false);
    impolite.offer();
    await settle();
    impolite.receive(await describedBy(() => other.offer()));
    await settle();
    expect(kinds()).toEqual(['offer']);
    scope.end();
    scope = new Scope();
    sent = [];
    connection = new MemoryNetwork().open(true);
    const polite = start(true);
    polite.offer();
    await settle();
    polite.receive(await describedBy(() => other.offer()));
    await settle();
    expect(kinds()).toContain('answer');
  });

  it('repeats an unanswered offer instead of making another', async () => {
    const signalling = start();
    signalling.offer();
    await settle();
    signalling.restart();
    const offers = sent.filter(({ kind }) => kind === 'offer');
    expect(offers).toHaveLength(2);
    expect(offers[1]).toEqual(offers[0]);
  });

  it('leaves a search for a path alone that both sides just agreed on, unless the network changed', async () => {
    const signalling = start();
    signalling.receive(await describedBy(() => other.offer()));
    await settle();
    const offers = (): number => sent.filter(({ kind }) => kind === 'offer').length;
    signalling.restart();
    expect(offers()).toBe(0);
    signalling.restart('network-changed');
    await settle();
    expect(offers()).toBe(1);
    const third = new MemoryNetwork().open(true);
    const { sdp } = await describedBy(() => third.accept({ kind: 'offer', sdp: offerOf(sent) }), third);
    signalling.receive({ kind: 'answer', sdp, candidates: [] });
    await settle();
    signalling.restart();
    expect(offers()).toBe(1);
    await clock.advance(paces.restartSettleMs);
    signalling.restart();
    await settle();
    expect(offers()).toBe(2);
  });

  it('drops an answer nobody asked for', async () => {
    const signalling = start();
    signalling.receive({ kind: 'answer', sdp: 'anything', candidates: [] });
    await settle();
    expect(failures).toEqual([]);
    expect(signalling.hasHeard).toBe(false);
  });

  it('reports a description that the connection cannot take', async () => {
    start().receive({ kind: 'offer', sdp: 'nonsense', candidates: [] });
    await settle();
    expect(failures).toEqual(['protocol-broken']);
  });
});

describe('the proof', () => {
  const step = (
    answer: CallOutput<'advanceProof'> | Failure,
  ): { proof: Proof; outcomes: string[]; sent: Uint8Array[] } => {
    const outcomes: string[] = [];
    const sent: Uint8Array[] = [];
    const proof = new Proof({
      peerId: peerId('c'),
      session: sessionId,
      role: 'responder',
      connection: {
        fingerprints: async () => ({ local: new Uint8Array(32), remote: new Uint8Array(32) }),
        sendControl: (message) => sent.push(message) > 0,
      },
      host: {
        advanceProof: async () => {
          if (answer instanceof Failure) throw answer;
          return answer;
        },
      },
      clock: new FakeClock(),
      proven: () => outcomes.push('proven'),
      failed: (code) => outcomes.push(code),
    });
    return { proof, outcomes, sent };
  };

  it('takes two messages of at most 1 KiB and no more', async () => {
    const endless = step({ reply: Uint8Array.of(9), proven: null });
    for (let at = 0; at < 3; at += 1) endless.proof.receive(Uint8Array.of(at));
    await settle();
    expect(endless.outcomes).toEqual(['identity-unproven']);
    const large = step({ reply: null, proven: null });
    large.proof.receive(new Uint8Array(limits.proofMessageBytes + 1));
    await settle();
    expect(large.outcomes).toEqual(['identity-unproven']);
  });

  it('frames what it sends with a zero byte, and speaks second', async () => {
    const { proof, sent } = step({ reply: Uint8Array.of(7, 8), proven: null });
    proof.begin();
    await settle();
    expect(sent).toEqual([]);
    proof.receive(Uint8Array.of(1));
    await settle();
    expect(sent).toEqual([Uint8Array.of(0, 7, 8)]);
  });

  it.each([
    ['internal', 'identity-unproven'],
    ['input-invalid', 'identity-unproven'],
    ['key-changed', 'key-changed'],
    ['version-differs', 'version-differs'],
    ['shell-disconnected', 'shell-disconnected'],
  ] as const)('fails on %s of main as %s', async (thrown, told) => {
    const { proof, outcomes } = step(new Failure(thrown));
    proof.receive(Uint8Array.of(1));
    await settle();
    expect(outcomes).toEqual([told]);
  });

  it('tells its version to an initiator of another one, and nothing else', async () => {
    const { proof, sent } = step(new Failure('version-differs'));
    proof.receive(Uint8Array.of(2));
    proof.receive(Uint8Array.of(2));
    await settle();
    expect(sent).toEqual([Uint8Array.of(0, 1)]);
  });
});

describe('a session', () => {
  const worlds: World[] = [];
  const linked = async (): Promise<{ world: World; low: Person; high: Person }> => {
    const pair = await linkedPair();
    worlds.push(pair.world);
    return pair;
  };
  afterEach(() => {
    for (const world of worlds.splice(0)) world.end();
  });

  it('ends when the certificate is another one after a repair', async () => {
    const { world, low, high } = await linked();
    const session = low.peers.session(high.self);
    world.network.setDown(true);
    await world.clock.advance(2_000);
    const [connection] = low.connections;
    if (!connection) throw new Error('no connection');
    connection.fingerprints = async () => ({ local: connection.fingerprint, remote: new Uint8Array(32).fill(99) });
    world.network.setDown(false);
    await world.clock.advance(5_000);
    expect(session?.state.snapshot).toEqual({ phase: 'closed', code: 'identity-unproven' });
  });

  it('sends nothing of a feature before the proof and after the end', async () => {
    const network = new MemoryNetwork();
    const [connection, other] = [network.open(true), network.open(false)];
    const session = new Session({
      peerId: peerId('c'),
      sessionId,
      role: 'initiator',
      isPolite: true,
      connection,
      mailbox: { send: async () => 'machine', check: () => undefined },
      host: {
        advanceProof: async ({ message }) => ({
          reply: null,
          proven: message && { spoken: ['four', 'words', 'are', 'spoken'] },
        }),
      },
      clock: new FakeClock(),
    });
    const { send } = session.router.join({ 'test.text': v.string() }, { 'test.text': () => undefined });
    connection.events.on('described', (offer) => void other.accept(offer));
    other.events.on('described', (answer) => {
      session.receive({ ...answer, candidates: [] });
    });
    session.dial();
    await settle();
    expect(session.state.snapshot.phase).toBe('proving');
    expect(send('test.text', 'early')).toBe(false);
    expect(connection.sent).toEqual([]);
    other.sendControl(Uint8Array.of(0, 1));
    await settle();
    expect(session.state.snapshot.phase).toBe('open');
    expect(send('test.text', 'now')).toBe(true);
    session.close('link-lost');
    expect(send('test.text', 'late')).toBe(false);
    expect(connection.sent).toHaveLength(1);
  });

  it('is cut off with protocol-broken by text, nonsense and floods', async () => {
    for (const attack of ['nonsense', 'flood', 'text']) {
      const { world, low, high } = await linked();
      const session = low.peers.session(high.self);
      const [connection] = high.connections;
      if (attack === 'text') low.connections[0]?.events.emit('controlBroken', 'protocol-broken');
      else {
        const count = attack === 'flood' ? 1_000 : 3;
        const bytes =
          attack === 'flood'
            ? Uint8Array.of(1, 0xa2, 0x61, 0x62, 0, 0x61, 0x6b, 0x63, 0x78, 0x2e, 0x79)
            : Uint8Array.of(1, 0xff);
        for (let at = 0; at < count; at += 1) connection?.sendControl(bytes);
      }
      await world.clock.advance(10);
      expect(session?.state.snapshot).toEqual({ phase: 'closed', code: 'protocol-broken' });
    }
  });

  it('treats a proof message after the proof as a breach', async () => {
    const { world, low, high } = await linked();
    for (let at = 0; at < 3; at += 1) high.connections[0]?.sendControl(Uint8Array.of(0, 1, 2));
    await world.clock.advance(10);
    expect(low.peers.session(high.self)).toBeNull();
  });

  it('that was closed is not opened again by its own late offer', async () => {
    const { world, low, high } = await linked();
    const id = high.peers.session(low.self)?.sessionId ?? sessionId;
    high.peers.session(low.self)?.close(null);
    await world.clock.advance(100);
    const before = low.connections.length;
    const sdp = 'o=- 99 1 IN\na=fingerprint:00';
    world.post.deliver(low.self, high.host.seal(low.self, id, { kind: 'offer', sdp, candidates: [] }));
    await world.clock.advance(100);
    expect(low.connections).toHaveLength(before);
  });

  it('that is broken makes way at once for an offer of the same person', async () => {
    const { world, low, high } = await linked();
    world.network.setDown(true);
    await world.clock.advance(2_000);
    const sdp = 'o=- 99 1 IN\na=fingerprint:00';
    world.post.deliver(low.self, high.host.seal(low.self, sessionId, { kind: 'offer', sdp, candidates: [] }));
    await settle();
    expect(low.closed).toEqual(['link-lost']);
    expect(low.peers.session(high.self)).toBeNull();
  });

  it('that was lost is followed by a greeting', async () => {
    const { world, low, high } = await linked();
    high.reload('noticed');
    await world.clock.advance(paces.greetHoldMs + 500);
    expect(low.peers.presence.snapshot.get(high.self)).toBe('online');
    expect(high.opened).toHaveLength(2);
  });
});
