// Starts an app in a faked world and sits down at its table.
import type { AppState } from '#state/app.svelte';
import type { TableState } from '#state/table.svelte';
import type { FakeWorld } from '#tests/support/gallery/fake-world';

export interface OpenTable {
  readonly app: AppState;
  readonly table: TableState;
  readonly people: TableState['people'];
}

export async function openTable(world: FakeWorld): Promise<OpenTable> {
  const app = world.createApp();
  await app.start();
  if (app.stage.name !== 'open') throw new Error(`the app stands at ${app.stage.name}`);
  const { table } = app.stage;
  return { app, table, people: table.people };
}
