// What every rendezvous must do, whatever carries it. A plain list of cases that takes a way to open one, and needs neither
// a test runner nor Node: it also runs inside a page, against the real adapter and a real server.
import type { PeerId } from '#shared/identity';
import type { Rendezvous } from '#core/ports';

interface RendezvousFactory {
  /** Opens the mailbox of `self` on the server under test. Each call is another rendezvous of the same server. */
  open(self: PeerId): Rendezvous;
}

export interface RendezvousCase {
  readonly name: string;
  /** Rejects when the rendezvous does not do what the name says. Takes at most some twenty seconds. */
  run(factory: RendezvousFactory): Promise<void>;
}

/** Longer than any server in use takes to tell that a peer is absent. */
const patienceMs = 15_000;
const never = (): AbortSignal => new AbortController().signal;

function check(isTrue: boolean, what: string): asserts isTrue {
  if (!isTrue) throw new Error(what);
}

function newPeerId(): PeerId {
  const letters = 'abcdefghijklmnopqrstuvwxyz234567';
  const random = crypto.getRandomValues(new Uint8Array(51));
  return `${Array.from(random, (byte) => letters[byte % 32]).join('')}a` as PeerId; // sound: matches the pattern
}

async function bounded<T>(work: Promise<T>, what: string): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new Error(`${what}: nothing within ${patienceMs} ms`));
    }, patienceMs);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

async function until(rendezvous: Rendezvous, phase: 'open' | 'closed'): Promise<void> {
  let off = (): void => undefined;
  const reached = new Promise<void>((resolve) => {
    const look = (): void => {
      if (rendezvous.state.snapshot.phase === phase) resolve();
    };
    off = rendezvous.state.onChange(look);
    look();
  });
  await bounded(reached, `becoming ${phase}`).finally(off);
}

/** Everything that arrives, and a wait for the first so many. */
class Inbox {
  readonly blobs: Uint8Array[] = [];
  #notice = (): void => undefined;

  constructor(rendezvous: Rendezvous) {
    rendezvous.events.on('received', (blob) => {
      this.blobs.push(blob);
      this.#notice();
    });
  }

  async first(count: number): Promise<readonly Uint8Array[]> {
    const arrived = new Promise<void>((resolve) => {
      this.#notice = () => {
        if (this.blobs.length >= count) resolve();
      };
      this.#notice();
    });
    await bounded(arrived, `receiving ${count}`);
    return this.blobs.slice(0, count);
  }
}

const areSame = (a: Uint8Array, b: Uint8Array | undefined): boolean =>
  a.length === b?.length && a.every((byte, at) => byte === b[at]);

async function codeOf(work: Promise<unknown>): Promise<string | null> {
  try {
    await bounded(work, 'settling');
    return null;
  } catch (reason) {
    return typeof reason === 'object' && reason !== null && 'code' in reason ? String(reason.code) : String(reason);
  }
}

interface Opened {
  readonly self: PeerId;
  readonly rendezvous: Rendezvous;
  readonly inbox: Inbox;
}

/** Opens three mailboxes, runs the case, closes them whatever happens. */
async function withOpen(
  factory: RendezvousFactory,
  work: (a: Opened, b: Opened, c: Opened) => Promise<void>,
): Promise<void> {
  const open = (): Opened => {
    const self = newPeerId();
    const rendezvous = factory.open(self);
    return { self, rendezvous, inbox: new Inbox(rendezvous) };
  };
  const [a, b, c] = [open(), open(), open()];
  try {
    await Promise.all([a, b, c].map(({ rendezvous }) => until(rendezvous, 'open')));
    await work(a, b, c);
  } finally {
    for (const { rendezvous } of [a, b, c]) rendezvous.close();
  }
}

export const rendezvousCases: readonly RendezvousCase[] = [
  {
    name: 'brings a blob unchanged, whatever bytes are in it',
    run: (factory) =>
      withOpen(factory, async (a, b) => {
        const blob = Uint8Array.from({ length: 512 }, (_, at) => at % 256);
        await bounded(a.rendezvous.send(b.self, blob, never()), 'sending');
        const [received] = await b.inbox.first(1);
        check(areSame(blob, received), 'the blob changed on its way');
        check(received instanceof Uint8Array, 'a blob is a Uint8Array');
      }),
  },
  {
    name: 'brings a blob of 24 KiB',
    run: (factory) =>
      withOpen(factory, async (a, b) => {
        const blob = Uint8Array.from({ length: 24 * 1024 }, (_, at) => (at * 7) % 256);
        await bounded(a.rendezvous.send(b.self, blob, never()), 'sending');
        check(areSame(blob, (await b.inbox.first(1))[0]), 'the blob changed on its way');
      }),
  },
  {
    name: 'keeps the order of one sender',
    run: (factory) =>
      withOpen(factory, async (a, b) => {
        const sends = Array.from({ length: 10 }, (_, at) => a.rendezvous.send(b.self, Uint8Array.of(at), never()));
        await bounded(Promise.all(sends), 'sending');
        const order = (await b.inbox.first(10)).map((blob) => blob[0]);
        check(order.join() === '0,1,2,3,4,5,6,7,8,9', `arrived as ${order.join()}`);
      }),
  },
  {
    name: 'brings a blob to its receiver and to nobody else',
    run: (factory) =>
      withOpen(factory, async (a, b, c) => {
        await bounded(a.rendezvous.send(b.self, Uint8Array.of(1), never()), 'sending');
        await bounded(a.rendezvous.send(c.self, Uint8Array.of(2), never()), 'sending');
        await c.inbox.first(1);
        await b.inbox.first(1);
        check(b.inbox.blobs.length === 1 && b.inbox.blobs[0]?.[0] === 1, 'another mailbox got it');
        check(c.inbox.blobs.length === 1 && c.inbox.blobs[0]?.[0] === 2, 'another mailbox got it');
        check(a.inbox.blobs.length === 0, 'it came back');
      }),
  },
  {
    name: 'carries both ways at the same time',
    run: (factory) =>
      withOpen(factory, async (a, b) => {
        await bounded(
          Promise.all([
            a.rendezvous.send(b.self, Uint8Array.of(1), never()),
            b.rendezvous.send(a.self, Uint8Array.of(2), never()),
          ]),
          'sending',
        );
        check((await a.inbox.first(1))[0]?.[0] === 2, 'not the blob that was sent');
        check((await b.inbox.first(1))[0]?.[0] === 1, 'not the blob that was sent');
      }),
  },
  {
    name: 'either takes a blob for someone absent or says that they are unreachable, and stays open',
    run: (factory) =>
      withOpen(factory, async (a, b) => {
        const code = await codeOf(a.rendezvous.send(newPeerId(), Uint8Array.of(1), never()));
        check(code === null || code === 'peer-unreachable', `failed with ${String(code)}`);
        await bounded(a.rendezvous.send(b.self, Uint8Array.of(2), never()), 'sending afterwards');
        check((await b.inbox.first(1))[0]?.[0] === 2, 'not the blob that was sent');
      }),
  },
  {
    name: 'does not send for a wait that was given up before',
    run: (factory) =>
      withOpen(factory, async (a, b) => {
        const code = await codeOf(a.rendezvous.send(b.self, Uint8Array.of(1), AbortSignal.abort()));
        check(code === 'aborted', `failed with ${String(code)}`);
        await bounded(a.rendezvous.send(b.self, Uint8Array.of(2), never()), 'sending');
        check((await b.inbox.first(1))[0]?.[0] === 2, 'it was sent nevertheless');
      }),
  },
  {
    name: 'is closed for good: says so, sends nothing, receives nothing',
    run: (factory) =>
      withOpen(factory, async (a, b) => {
        b.rendezvous.close();
        await until(b.rendezvous, 'closed');
        const code = await codeOf(b.rendezvous.send(a.self, Uint8Array.of(1), never()));
        check(code === 'rendezvous-down', `failed with ${String(code)}`);
        await codeOf(a.rendezvous.send(b.self, Uint8Array.of(2), never()));
        check(b.inbox.blobs.length === 0, 'received after closing');
        b.rendezvous.close();
        check(b.rendezvous.state.snapshot.phase === 'closed', 'closing twice is harmless');
      }),
  },
  {
    name: 'opens the same mailbox again at once',
    run: (factory) =>
      withOpen(factory, async (a, b) => {
        b.rendezvous.close();
        const again = factory.open(b.self);
        const inbox = new Inbox(again);
        try {
          await until(again, 'open');
          await bounded(a.rendezvous.send(b.self, Uint8Array.of(7), never()), 'sending');
          check((await inbox.first(1))[0]?.[0] === 7, 'not the blob that was sent');
        } finally {
          again.close();
        }
      }),
  },
];
