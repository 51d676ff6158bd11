// Connections that friends carry, as they are shown.
import { beforeEach, describe, expect, it } from 'vitest';
import { m } from '#messages/messages';
import type { TunnelId } from '#core/relay/messages';
import { FakeWorld } from '#tests/support/gallery/fake-world';
import { ada, bo, carmen, nowMs } from '#tests/support/gallery/people';
import { openTable, type OpenTable } from '#tests/support/open-table';

let world: FakeWorld;
let opened: OpenTable;

beforeEach(async () => {
  world = new FakeWorld();
  opened = await openTable(world);
});

describe('connections that friends carry', () => {
  it('name whoever carries mine, and nobody where it is direct', () => {
    const { relay } = opened.table;
    world.relays.via.set(new Map([[ada.peerId, bo.peerId]]));
    expect(relay.carrierOf(ada.peerId)).toBe('Bo');
    expect(relay.carrierOf(bo.peerId)).toBeNull();
  });

  it('name whom I help, and how much of it there was', () => {
    const { relay } = opened.table;
    expect(relay.helped).toEqual([]);
    const tunnel = '00'.repeat(8) as TunnelId; // sound: 16 hex digits
    world.relays.helped.set([{ tunnel, from: ada.peerId, to: bo.peerId, sinceMs: nowMs }]);
    world.relays.carriedBytes.set(5_000);
    expect(relay.helped).toEqual([{ key: tunnel, from: 'Ada Lindqvist', to: 'Bo' }]);
    expect(relay.carriedBytes).toBe(5_000);
  });

  it('tell of a friend who altered what they passed on, until it was read', () => {
    world.relays.events.emit('distrusted', { carrier: carmen.peerId, peerId: ada.peerId });
    const [notice] = opened.app.toasts.list;
    expect(notice).toMatchObject({ severity: 'warning', isLasting: true });
    expect(notice?.title).toBe(m.relay.distrusted('Carmen from work'));
    expect(notice?.text).toContain('Ada Lindqvist');
  });
});
