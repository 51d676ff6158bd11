import * as fc from 'fast-check';
import { describe, expect, test, vi, type Mock } from 'vitest';
import { createHandlers } from '#main/handlers';
import { invoke } from '#main/invoke';
import type { Log } from '#main/services/log-file';
import { callNames, contract, type Handlers, type Reply } from '#shared/contract';
import { failureCodes } from '#shared/failure';
import { noShell } from './services/no-shell';
import { befriend, openProfile, person } from './services/people';

async function openHandlers(): Promise<{
  handlers: Handlers;
  ask: (name: string, input?: unknown) => Promise<Reply<unknown>>;
  log: { write: Mock<Log['write']> };
}> {
  const services = await openProfile();
  const log = { write: vi.fn<Log['write']>() };
  const handlers = createHandlers(services, noShell);
  return { handlers, log, ask: async (name, input) => await invoke(handlers, name, input, log) };
}

describe('a call from a window', () => {
  test('has a handler for every name of the contract', async () => {
    const { handlers } = await openHandlers();
    expect(Object.keys(handlers).sort()).toEqual([...callNames].sort());
  });

  test('is answered with a value', async () => {
    const { ask } = await openHandlers();
    expect(await ask('createIdentity', { name: '  Ada ' })).toMatchObject({ ok: true, value: { name: 'Ada' } });
    expect(await ask('readIdentity')).toMatchObject({ ok: true, value: { state: 'ready' } });
    expect(await ask('readIdentity', null)).toMatchObject({ ok: true });
    expect(await ask('readAppInfo')).toEqual({
      ok: true,
      value: { shell: 'web', version: '0.0.0-test', profile: 'test', platform: 'linux' },
    });
  });

  test('of an unknown name, or of one that every object has, is refused', async () => {
    const { ask } = await openHandlers();
    for (const name of ['', 'nothing', 'constructor', '__proto__', 'toString', 'hasOwnProperty']) {
      expect(await ask(name)).toMatchObject({ ok: false, code: 'input-invalid' });
    }
  });

  test('with input that does not fit the contract runs no handler', async () => {
    const { ask } = await openHandlers();
    expect(await ask('createIdentity', { name: 'Ada', extra: 1 })).toMatchObject({ ok: false, code: 'input-invalid' });
    expect(await ask('createIdentity', { name: 'A\u202eda' })).toMatchObject({ ok: false, code: 'input-invalid' });
    expect(await ask('readIdentity')).toMatchObject({ value: { state: 'missing' } });
  });

  test('never rejects, and always answers in the one form, whatever it is given', async () => {
    const { ask } = await openHandlers();
    const input = fc.oneof(fc.anything(), fc.object(), fc.constant(undefined));
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...callNames), input, async (name, value) => {
        const reply = await ask(name, value);
        expect(reply.ok || (failureCodes.includes(reply.code) && reply.code !== 'internal')).toBe(true);
      }),
      { numRuns: 1_500 },
    );
  });

  test('that fails as expected says why', async () => {
    const { ask } = await openHandlers();
    expect(await ask('readRecoveryWords')).toMatchObject({ ok: false, code: 'identity-missing' });
    expect(await ask('renameContact', { contactId: '0'.repeat(32), alias: null })).toMatchObject({
      ok: false,
      code: 'contact-unknown',
    });
  });

  test('that fails unexpectedly says nothing of the cause, and the log does', async () => {
    const { handlers, log } = await openHandlers();
    const failing: Handlers = {
      ...handlers,
      listContacts: async () => {
        throw new Error('secret path /home/ada');
      },
    };
    expect(await invoke(failing, 'listContacts', undefined, log)).toEqual({
      ok: false,
      code: 'internal',
      message: 'internal',
    });
    expect(log.write).toHaveBeenCalledWith('error', 'call.failed', expect.objectContaining({ call: 'listContacts' }));
  });

  test('whose answer does not fit the contract is not passed on', async () => {
    const { handlers, log } = await openHandlers();
    const leaking = { ...handlers, createInvite: async () => ({ link: 'x', secret: 'leaked' }) } as unknown as Handlers; // wrong on purpose
    expect(await invoke(leaking, 'createInvite', { hours: 1 }, log)).toMatchObject({ ok: false, code: 'internal' });
  });

  test('answers binary values in arrays of their own, not in views of a larger pool', async () => {
    const [alice, bob] = [await person('Alice'), await person('Bob')];
    const { atHost } = await befriend(alice, bob);
    const reply = await invoke(
      createHandlers(alice.services, noShell),
      'sealSignal',
      { to: atHost.peerId, session: '0'.repeat(32), message: { kind: 'here' } },
      alice.services.log,
    );
    if (!reply.ok || !(reply.value instanceof Uint8Array)) throw new Error('no blob');
    expect(reply.value.buffer.byteLength).toBe(reply.value.byteLength);
    expect(reply.value.constructor).toBe(Uint8Array);
  });
});

test('changes are told as events of the contract', async () => {
  const services = await openProfile();
  const handlers = createHandlers(services, noShell);
  const heard: string[] = [];
  services.events.on('settingsChanged', ({ theme }) => heard.push(`settings ${theme}`));
  services.events.on('networkChanged', () => heard.push('network'));
  await handlers.createIdentity({ name: 'Ada' });
  await handlers.saveSettings({ theme: 'dark' });
  await handlers.saveSettings({ reachInternet: 'on', findByDht: false });
  expect(heard).toEqual(['network', 'settings dark', 'settings dark', 'network']);
  expect(Object.keys(contract.events)).toEqual(
    expect.arrayContaining(['contactsChanged', 'settingsChanged', 'networkChanged']),
  );
});
