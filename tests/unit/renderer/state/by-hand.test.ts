import { describe, expect, it } from 'vitest';
import { handTextMaxLength, type HandPreview } from '#shared/by-hand';
import { Failure } from '#shared/failure';
import type { SessionId } from '#shared/signal';
import { FakeWorld } from '#tests/support/gallery/fake-world';
import { bo, hex, nowMs } from '#tests/support/gallery/people';
import { openTable } from '#tests/support/open-table';

const text = `roundtable:h1/${'Ab-_9'.repeat(300)}`;
const session = hex(40) as SessionId; // sound: 32 hex digits
const preview: HandPreview = { kind: 'offer', from: bo.peerId, session, madeAt: nowMs - 1 };

async function open() {
  const world = new FakeWorld();
  world.answers.inspectByHand = async () => preview;
  const { table } = await openTable(world);
  return { world, table, byHand: table.byHand };
}

describe('a text that was put in', () => {
  it('says who made it, and nothing is done with it before the press', async () => {
    const { world, byHand } = await open();
    await byHand.read(text);
    expect(byHand.putIn).toEqual({ phase: 'known', preview });
    expect(world.told).not.toContain(`take ${text}`);
    await byHand.use();
    expect(world.told).toContain(`take ${text}`);
    expect([byHand.putIn.phase, byHand.text]).toEqual(['empty', '']);
  });

  it('says in place why it is of no use', async () => {
    const { world, byHand } = await open();
    world.answers.inspectByHand = async () => {
      throw new Failure('by-hand-stale');
    };
    await byHand.read(text);
    expect(byHand.putIn).toEqual({ phase: 'refused', code: 'by-hand-stale' });
    await byHand.use();
    expect(world.told).not.toContain(`take ${text}`);
  });

  it('says so too when it turns out only then', async () => {
    const { world, byHand } = await open();
    world.byHand.takeFails = new Failure('by-hand-over');
    await byHand.read(text);
    await byHand.use();
    expect(byHand.putIn).toEqual({ phase: 'refused', code: 'by-hand-over' });
  });

  it('may be a file; one that is too large is not read', async () => {
    const { world, byHand } = await open();
    await byHand.readFile(new Blob([`${text}\n`]));
    expect(byHand.text.trim()).toBe(text);
    await byHand.readFile(new Blob(['x'.repeat(handTextMaxLength + 1)]));
    expect(byHand.putIn).toEqual({ phase: 'refused', code: 'by-hand-damaged' });
    await byHand.read('x'.repeat(handTextMaxLength + 1));
    expect(byHand.putIn).toEqual({ phase: 'refused', code: 'by-hand-damaged' });
    expect(world.asked.filter(({ call }) => call === 'inspectByHand')).toHaveLength(1);
  });

  it('is taken by the field for invites as well', async () => {
    const { table } = await open();
    await table.invites.read(text);
    expect(table.invites.received).toEqual({ phase: 'by-hand', hand: preview });
  });

  it('that came last counts, whatever is answered first', async () => {
    const { world, byHand } = await open();
    let answer: (seen: HandPreview) => void = () => undefined;
    world.answers.inspectByHand = async () => await new Promise((resolve) => (answer = resolve));
    const slow = byHand.read(text);
    await byHand.read('');
    answer(preview);
    await slow;
    expect(byHand.putIn).toEqual({ phase: 'empty' });
  });
});
