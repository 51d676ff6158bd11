// A keeper with real contacts, a real database and a real folder, and owners who leave pieces there.
import { join } from 'node:path';
import type { Contact } from '#shared/contact';
import { blockCount } from '#shared/content';
import type { PieceHeader } from '#shared/vault';
import { Contacts } from '#main/services/contacts';
import { Database } from '#main/services/database';
import { IdentityKeys } from '#main/services/identity-keys';
import { Keeping } from '#main/services/vault/keeping';
import { temporaryFolder, testClock, type TestClock } from '../people';
import { somePiece } from './some-pieces';

export const keysOf = async (seed: number): Promise<IdentityKeys> =>
  await IdentityKeys.fromSeed(new Uint8Array(32).fill(seed));

export const me = await keysOf(1);
export const alice = await keysOf(2);
export const bob = await keysOf(3);
export const stranger = await keysOf(4);

export interface LeftPiece {
  readonly header: PieceHeader;
  readonly blocks: { index: number; bytes: Uint8Array<ArrayBuffer> }[];
}

/** Another for every seed. */
export function pieceOf(seed: number, length = 100): LeftPiece {
  const { header, block } = somePiece(length, seed);
  const blocks = Array.from({ length: blockCount(length) }, (_, index) => {
    return { index, bytes: new Uint8Array(block(index).bytes) };
  });
  return { header, blocks };
}

export interface Keeper {
  keeping: Keeping;
  readonly database: Database;
  readonly contacts: Contacts;
  readonly clock: TestClock;
  readonly folder: string;
  readonly ofAlice: Contact;
  readonly ofBob: Contact;
  /** Free space for pieces, as the disk is to say. */
  freeBytes: number;
  changes: number;
  restart(): void;
  leave(owner: IdentityKeys, piece: LeftPiece): Promise<string>;
}

/** Alice and Bob are contacts; nothing is pledged to anybody yet. */
export async function keeper(): Promise<Keeper> {
  const folder = await temporaryFolder();
  const database = new Database(':memory:');
  const clock = testClock();
  let serial = 0;
  const random = (length: number): Uint8Array => new Uint8Array(length).fill((serial += 1));
  const contacts = new Contacts({ database, clock, random, onChange: () => undefined });
  const open = (): Keeping =>
    new Keeping({
      database,
      identity: { keys: me }, // sound: nothing else of it is read
      contacts,
      clock,
      folder: join(folder, 'kept'),
      onChange: () => {
        at.changes += 1;
      },
      freeBytes: async () => await Promise.resolve(at.freeBytes),
    });
  const at: Keeper = {
    keeping: undefined as never, // sound: set below, before anybody sees it
    database,
    contacts,
    clock,
    folder: join(folder, 'kept'),
    ofAlice: contacts.addAccepted(alice.peerId, 'Alice'),
    ofBob: contacts.addAccepted(bob.peerId, 'Bob'),
    freeBytes: 100 * 1024 ** 3,
    changes: 0,
    restart() {
      at.keeping = open();
    },
    async leave({ peerId: owner }, { header, blocks }) {
      const { answer, missing } = await at.keeping.offer({ owner, header });
      if (answer !== 'send') return answer;
      const wanted = blocks.filter(({ index }) => missing.includes(index));
      for (const block of wanted) await at.keeping.write({ owner, pieceId: header.pieceId, blocks: [block] });
      return (await at.keeping.offer({ owner, header })).answer;
    },
  };
  at.restart();
  return at;
}
