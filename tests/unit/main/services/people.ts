// Real services on temporary folders, with a clock and randomness the test owns.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished, vi } from 'vitest';
import { fileProtector } from '#main/services/file-protector';
import { openServices, type Services, type ServicesOptions } from '#main/services/services';
import type { Contact } from '#shared/contact';
import type { PeerId } from '#shared/identity';

// Real signatures and flushed files take their time on a busy machine.
vi.setConfig({ testTimeout: 30_000 });

export interface TestClock {
  now(): number;
  pass(ms: number): void;
}

export function testClock(startMs = Date.UTC(2026, 5, 1, 12)): TestClock {
  let atMs = startMs;
  return {
    now: () => atMs,
    pass: (ms) => {
      atMs += ms;
    },
  };
}

export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'roundtable-test-'));
  onTestFinished(async () => {
    await rm(folder, { recursive: true, force: true });
  });
  return folder;
}

export async function openProfile(options: Partial<ServicesOptions> = {}): Promise<Services> {
  const folder = options.folder ?? (await temporaryFolder());
  const services = await openServices({
    downloadsFolder: join(folder, 'downloads'),
    protector: fileProtector,
    version: '0.0.0-test',
    shell: 'web',
    platform: 'linux',
    profile: 'test',
    localRendezvous: () => [],
    nearAddresses: () => [],
    // No test enters a DHT but its own.
    loadDht: async () => await Promise.reject(new Error('no DHT in unit tests')),
    ...options,
    folder,
  });
  onTestFinished(() => {
    services.close();
  });
  return services;
}

export interface Person {
  readonly services: Services;
  readonly peerId: PeerId;
}

export async function person(name: string, options: Partial<ServicesOptions> = {}): Promise<Person> {
  const services = await openProfile(options);
  const { peerId } = await services.identity.create(name);
  return { services, peerId };
}

/** `guest` opens an invite of `host`; request and welcome are carried over. */
export async function befriend(host: Person, guest: Person): Promise<{ atHost: Contact; atGuest: Contact }> {
  const invite = host.services.invites.create(72);
  const { contactId } = guest.services.invites.accept(invite.link, null);
  const { blob } = await guest.services.signals.sealRequest(contactId);
  const asked = await host.services.signals.open(blob);
  if (asked.outcome !== 'contact' || !asked.reply) throw new Error(`not welcomed: ${JSON.stringify(asked)}`);
  const welcomed = await guest.services.signals.open(asked.reply);
  if (welcomed.outcome !== 'contact') throw new Error(`welcome not taken: ${JSON.stringify(welcomed)}`);
  return { atHost: asked.contact, atGuest: welcomed.contact };
}

export async function friends(
  options: Partial<ServicesOptions> = {},
): Promise<{ alice: Person; bob: Person; bobAtAlice: Contact; aliceAtBob: Contact }> {
  const alice = await person('Alice', options);
  const bob = await person('Bob', options);
  const { atHost, atGuest } = await befriend(alice, bob);
  return { alice, bob, bobAtAlice: atHost, aliceAtBob: atGuest };
}
