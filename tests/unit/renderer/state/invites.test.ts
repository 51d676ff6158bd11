import { describe, expect, it } from 'vitest';
import { Failure } from '#shared/failure';
import type { InvitePreview } from '#shared/invite';
import { FakeWorld } from '#tests/support/gallery/fake-world';
import { bo, eva, inviteText, nowMs, peerId } from '#tests/support/gallery/people';
import { openTable } from '#tests/support/open-table';

const preview: InvitePreview = {
  peerId: peerId(29),
  nameHint: 'Ines',
  expiresAt: nowMs + 1,
  knownAs: null,
  sameNameAs: bo.contactId,
};

async function open(world = new FakeWorld()) {
  const { table, app } = await openTable(world);
  return { world, app, invites: table.invites };
}

describe('a pasted text', () => {
  it('that is no invite is refused without asking main', async () => {
    const { world, invites } = await open();
    await invites.read('https://example.org/');
    expect(invites.received).toEqual({ phase: 'refused', code: 'invite-malformed' });
    expect(world.asked.some(({ call }) => call === 'inspectInvite')).toBe(false);
  });

  it('of white space is no text', async () => {
    const { invites } = await open();
    await invites.read(' \n ');
    expect(invites.received).toEqual({ phase: 'empty' });
  });

  it('shows who it claims to be from', async () => {
    const { world, invites } = await open();
    world.answers.inspectInvite = async () => preview;
    await invites.read(`  ${inviteText}\n`);
    expect(invites.received).toEqual({ phase: 'known', preview });
    expect(world.asked.at(-1)?.input).toEqual({ text: inviteText });
  });

  it.each(['invite-expired', 'invite-used', 'invite-forged', 'invite-unknown-version', 'invite-own'] as const)(
    'is refused as %s in its own words',
    async (code) => {
      const { world, invites } = await open();
      world.answers.inspectInvite = async () => {
        throw new Failure(code);
      };
      await invites.read(inviteText);
      expect(invites.received).toEqual({ phase: 'refused', code });
    },
  );

  it('wins over an earlier one whose answer comes later', async () => {
    const { world, invites } = await open();
    const slow = Promise.withResolvers<InvitePreview>();
    world.answers.inspectInvite = async () => await slow.promise;
    const first = invites.read(inviteText);
    await invites.read('nonsense');
    slow.resolve(preview);
    await first;
    expect(invites.received).toEqual({ phase: 'refused', code: 'invite-malformed' });
  });
});

describe('accepting', () => {
  it('answers the contact, names the one it replaces, and empties the field', async () => {
    const { world, invites } = await open();
    world.answers.inspectInvite = async () => preview;
    world.answers.acceptInvite = async () => eva;
    await invites.read(inviteText);
    expect(await invites.accept(bo.contactId)).toBe(eva);
    expect(world.asked.find(({ call }) => call === 'acceptInvite')?.input).toEqual({
      text: inviteText,
      replaces: bo.contactId,
    });
    expect(invites.received).toEqual({ phase: 'empty' });
  });

  it('does nothing before the invite was read', async () => {
    const { invites } = await open();
    expect(await invites.accept(null)).toBeNull();
  });

  it('says why when main refuses after all', async () => {
    const { world, invites } = await open();
    world.answers.inspectInvite = async () => preview;
    world.answers.acceptInvite = async () => {
      throw new Failure('invite-expired');
    };
    await invites.read(inviteText);
    expect(await invites.accept(null)).toBeNull();
    expect(invites.received).toEqual({ phase: 'refused', code: 'invite-expired' });
  });
});

describe('my invites', () => {
  it('show the newest open one, and another after it was withdrawn', async () => {
    const { world, invites } = await open();
    await invites.refresh();
    const [newest, older] = invites.made;
    expect(invites.shown).toBe(newest);
    world.invites = world.invites.filter((invite) => invite !== newest);
    if (newest) await invites.withdraw(newest.inviteId);
    expect(invites.shown).toBe(older);
  });

  it('that were used are not open any more', async () => {
    const { world, invites } = await open();
    world.invites = world.invites.map((invite) => ({ ...invite, state: 'used' }));
    await invites.refresh();
    expect(invites.made).toEqual([]);
    expect(invites.shown).toBeNull();
  });
});
