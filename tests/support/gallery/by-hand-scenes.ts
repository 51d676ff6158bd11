// Connections by hand, at each step.
import type { HandExchange } from '#core/peers/by-hand';
import { Failure } from '#shared/failure';
import type { SessionId } from '#shared/signal';
import * as people from './people';
import { online, tableOf, type Scene } from './scene-parts';

const handText = `roundtable:h1/${'Ab3dE9kX1mVb7TzL2rYw5CsJ4hNfG8uA'.repeat(43)}`;
const { faruk: friend } = people;

const byHand = (exchange: HandExchange | null, given: 'offer' | 'answer' | 'refused' | null = null): Scene => ({
  before: (world) => {
    online(world);
    if (exchange) world.byHand.put(friend.peerId, exchange);
    world.answers.inspectByHand = async () => {
      if (given === null || given === 'refused') throw new Failure('by-hand-used');
      const session = people.hex(40) as SessionId; // sound: 32 hex digits
      return { kind: given, from: friend.peerId, session, madeAt: people.nowMs - 180_000 };
    };
    world.answers.saveByHand = async () => ({ name: 'For Faruk.roundtable', folder: '/home/noor/Downloads' });
  },
  then: async (_world, app) => {
    const table = tableOf(app);
    await table.visit(friend.contactId);
    table.navigation.open({ kind: 'by-hand', contactId: friend.contactId });
    if (given !== null) await table.byHand.read(handText);
  },
});

const carried = (part: 'offer' | 'answer'): HandExchange => ({
  part,
  phase: 'carried',
  text: handText,
  madeAtMs: people.nowMs,
});

export const byHandScenes: Readonly<Record<string, Scene>> = {
  'by-hand': byHand(null),
  'by-hand-making': byHand({ part: 'offer', phase: 'gathering' }),
  'by-hand-given': { ...byHand(carried('offer')), press: ['Save a file'] },
  'by-hand-code': { ...byHand(carried('offer')), press: ['Show a QR code'] },
  'by-hand-back': byHand(carried('offer'), 'answer'),
  'by-hand-theirs': byHand(null, 'offer'),
  'by-hand-refused': byHand(null, 'refused'),
  'by-hand-answer': byHand(carried('answer')),
  'by-hand-connecting': byHand({ part: 'offer', phase: 'connecting' }),
  'by-hand-failed': byHand({ part: 'offer', phase: 'failed', code: 'by-hand-no-path' }),
  'by-hand-pasted': {
    ...byHand(null, 'offer'),
    then: (_world, app) => tableOf(app).openInvite(handText),
  },
};
