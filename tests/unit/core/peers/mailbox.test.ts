import { beforeEach, describe, expect, it } from 'vitest';
import type { Contact } from '#shared/contact';
import { Failure } from '#shared/failure';
import type { SessionId, SessionSignal } from '#shared/signal';
import { Scope } from '#core/base/scope';
import { Mailbox } from '#core/peers/mailbox';
import { limits } from '#core/wire/limits';
import { paces } from '#core/wire/paces';
import { FakeClock, settle } from '#tests/support/fake-clock';
import { FakeHost } from '#tests/support/fake-host';
import { MemoryPost } from '#tests/support/memory-rendezvous';
import { peerId } from '#tests/support/two-peers';

const me = peerId('b');
const friend = peerId('c');
const session = 'a'.repeat(32) as SessionId; // sound: hex digits
const never = new AbortController().signal;
const candidates = (port: number): SessionSignal => ({
  kind: 'candidates',
  candidates: [{ candidate: `candidate:${port}`, sdpMid: '0', sdpMLineIndex: 0 }],
});

let clock: FakeClock;
let scope: Scope;
let host: FakeHost;
let friendsHost: FakeHost;
let posts: [MemoryPost, MemoryPost];
let mailbox: Mailbox;
let signalled: SessionSignal[];
let refused: string[];

beforeEach(() => {
  clock = new FakeClock();
  scope = new Scope();
  host = new FakeHost(me);
  friendsHost = new FakeHost(friend);
  host.contacts.add(friend);
  posts = [new MemoryPost(), new MemoryPost()];
  mailbox = new Mailbox({ host, clock, scope });
  signalled = [];
  refused = [];
  mailbox.events.on('signalled', ({ message }) => signalled.push(message));
  mailbox.events.on('refused', ({ reason }) => refused.push(reason));
});

const useBoth = (): void => {
  mailbox.use(posts.map((post) => ({ rendezvous: post.open(me), scope: 'machine' as const })));
};

describe('what arrives', () => {
  it('is opened one at a time, in order, whatever main takes to answer', async () => {
    useBoth();
    let running = 0;
    let most = 0;
    const open = host.openSignal.bind(host);
    let turn = 0;
    host.openSignal = async (input) => {
      most = Math.max(most, (running += 1));
      const delayMs = (turn += 1) % 2 === 0 ? 1 : 20;
      await new Promise<void>((resolve) => clock.after(delayMs, resolve));
      running -= 1;
      return await open(input);
    };
    for (let port = 0; port < 8; port += 1) posts[0].deliver(me, friendsHost.seal(me, session, candidates(port)));
    await clock.advance(500);
    expect(most).toBe(1);
    expect(signalled).toEqual(Array.from({ length: 8 }, (_, port) => candidates(port)));
  });

  it('is not opened at all when it is empty or too large', async () => {
    useBoth();
    let opened = 0;
    host.openSignal = async () => {
      opened += 1;
      return { outcome: 'dropped', reason: 'malformed', from: null };
    };
    posts[0].deliver(me, new Uint8Array(0));
    posts[0].deliver(me, new Uint8Array(limits.sealedBlobBytes + 1));
    posts[0].deliver(me, new Uint8Array(limits.sealedBlobBytes));
    await settle();
    expect(opened).toBe(1);
    expect(refused).toEqual(['malformed', 'malformed', 'malformed']);
  });

  it('waits in a queue that does not grow beyond 200', async () => {
    useBoth();
    host.openSignal = () => new Promise(() => undefined);
    for (let at = 0; at < limits.signalsQueued + 50; at += 1) posts[0].deliver(me, Uint8Array.of(1));
    await settle();
    expect(refused.filter((reason) => reason === 'queue-full')).toHaveLength(49);
  });

  it('is limited per person', async () => {
    useBoth();
    for (let port = 0; port < 60; port += 1) posts[0].deliver(me, friendsHost.seal(me, session, candidates(port)));
    await settle();
    expect(signalled).toHaveLength(limits.signalsBurst);
    await clock.advance(1_000);
    for (let port = 0; port < 60; port += 1) posts[0].deliver(me, friendsHost.seal(me, session, candidates(port)));
    await settle();
    expect(signalled).toHaveLength(limits.signalsBurst + limits.signalsPerSecond);
  });

  it('is limited for all together before anything is opened', async () => {
    useBoth();
    let opened = 0;
    host.openSignal = async () => {
      opened += 1;
      return { outcome: 'dropped', reason: 'unknown-sender', from: null };
    };
    for (let round = 0; round < 6; round += 1) {
      for (let at = 0; at < 100; at += 1) posts[0].deliver(me, Uint8Array.of(round, at));
      await settle();
    }
    expect(opened).toBe(limits.signalsInAllBurst);
    expect(refused).toContain('rate-limited');
  });

  it('by two ways counts once, and is opened once', async () => {
    useBoth();
    let opened = 0;
    const open = host.openSignal.bind(host);
    host.openSignal = async (input) => {
      opened += 1;
      return await open(input);
    };
    const blob = friendsHost.seal(me, session, candidates(1));
    for (const post of posts) post.deliver(me, blob);
    await settle();
    expect(signalled).toHaveLength(1);
    expect(refused).toEqual(['replayed']);
    expect(opened).toBe(1);
  });

  it('is opened also after another that begins like it, and again where main failed', async () => {
    useBoth();
    const blob = friendsHost.seal(me, session, candidates(1));
    posts[0].deliver(me, Uint8Array.from([...blob.subarray(0, blob.length - 1), 255]));
    const open = host.openSignal.bind(host);
    let fails = 2;
    host.openSignal = async (input) => {
      fails -= 1;
      if (fails === 0) throw new Failure('database-busy');
      return await open(input);
    };
    posts[0].deliver(me, blob);
    posts[1].deliver(me, blob);
    await settle();
    expect(signalled).toHaveLength(1);
    expect(refused).toContain('database-busy');
  });

  it('goes on after main failed to open something', async () => {
    useBoth();
    const open = host.openSignal.bind(host);
    host.openSignal = async () => {
      host.openSignal = open;
      throw new Failure('database-busy');
    };
    posts[0].deliver(me, Uint8Array.of(1));
    posts[0].deliver(me, friendsHost.seal(me, session, candidates(1)));
    await settle();
    expect(refused).toEqual(['database-busy']);
    expect(signalled).toHaveLength(1);
  });

  it('with a reply is answered through the same rendezvous', async () => {
    useBoth();
    const boxes = posts.map((post) => post.open(friend));
    const got: number[] = [];
    for (const [at, box] of boxes.entries()) box.events.on('received', () => got.push(at));
    const changed: Contact[] = [];
    mailbox.events.on('contactChanged', (contact) => changed.push(contact));
    const contact = { contactId: 'a'.repeat(32), peerId: friend, name: 'Friend' } as Contact; // sound: only passed on
    host.openSignal = async () => ({ outcome: 'contact', contact, reply: Uint8Array.of(5) });
    posts[1].deliver(me, Uint8Array.of(1));
    await settle();
    expect(got).toEqual([1]);
    expect(changed).toEqual([contact]);
  });
});

describe('what is sent', () => {
  it('goes through every open rendezvous, sealed once', async () => {
    useBoth();
    for (const post of posts) post.open(friend);
    await mailbox.send(friend, session, { kind: 'here' }, never);
    expect(posts.map(({ passed }) => passed)).toEqual([1, 1]);
  });

  it('leaves in order for each person although sealing takes different times', async () => {
    useBoth();
    const arrived: string[] = [];
    posts[0].open(friend).events.on('received', (blob) => arrived.push(new TextDecoder().decode(blob)));
    const seal = host.sealSignal.bind(host);
    let turn = 0;
    host.sealSignal = async (input) => {
      await new Promise<void>((resolve) => clock.after((turn += 1) % 2 === 0 ? 1 : 20, resolve));
      return await seal(input);
    };
    for (let port = 0; port < 6; port += 1) void mailbox.send(friend, session, candidates(port), never);
    await clock.advance(500);
    expect(arrived.map((text) => /candidate:(\d)/.exec(text)?.[1])).toEqual(['0', '1', '2', '3', '4', '5']);
  });

  it('succeeds when one rendezvous took it, and says which', async () => {
    useBoth();
    posts[1].open(friend);
    await expect(mailbox.send(friend, session, { kind: 'here' }, never)).resolves.toBe('machine');
  });

  it('fails when they are absent everywhere, when none is open, and when main refuses', async () => {
    useBoth();
    const failing = (): Promise<unknown> => mailbox.send(friend, session, { kind: 'here' }, never);
    await expect(failing()).rejects.toMatchObject({ code: 'peer-unreachable' });
    posts[0].setDown(true);
    await expect(failing()).rejects.toMatchObject({ code: 'peer-unreachable' });
    posts[1].setDown(true);
    await expect(failing()).rejects.toMatchObject({ code: 'rendezvous-down' });
    host.changedKeys.add(friend);
    await expect(failing()).rejects.toMatchObject({ code: 'key-changed' });
    host.changedKeys.clear();
    posts[1].setDown(false);
    posts[1].open(friend);
    await expect(failing()).resolves.toBe('machine');
  });

  it('does not wait for ever, and stops when told to', async () => {
    const rendezvous = posts[0].open(me);
    rendezvous.send = () => new Promise(() => undefined);
    mailbox.use([{ rendezvous, scope: 'machine' }]);
    const slow = mailbox.send(friend, session, { kind: 'here' }, never).catch((reason: unknown) => reason);
    const giveUp = new AbortController();
    const given = mailbox.send(friend, session, { kind: 'here' }, giveUp.signal).catch((reason: unknown) => reason);
    await settle();
    giveUp.abort();
    expect(await given).toMatchObject({ code: 'aborted' });
    await clock.advance(paces.rendezvousSendTimeoutMs);
    expect(await slow).toMatchObject({ code: 'rendezvous-down' });
  });
});

describe('the set of rendezvous', () => {
  it('tells how I can be reached, and when one opens', async () => {
    let opened = 0;
    mailbox.events.on('opened', () => (opened += 1));
    posts[1].isDown = true;
    useBoth();
    expect(mailbox.reachability.snapshot.map(({ phase }) => phase)).toEqual(['open', 'down']);
    expect(opened).toBe(1);
    posts[1].setDown(false);
    expect(mailbox.reachability.snapshot.map(({ phase }) => phase)).toEqual(['open', 'open']);
    expect(opened).toBe(2);
  });

  it('is replaced as a whole: the old ones close, and end with the app', () => {
    const old = posts[0].open(me);
    mailbox.use([{ rendezvous: old, scope: 'machine' }]);
    const next = posts[1].open(me);
    mailbox.use([{ rendezvous: next, scope: 'internet' }]);
    expect(old.state.snapshot.phase).toBe('closed');
    expect(mailbox.reachability.snapshot).toEqual([{ name: 'memory', scope: 'internet', phase: 'open' }]);
    scope.end();
    expect(next.state.snapshot.phase).toBe('closed');
  });
});
