// What was given and got of files, and what they may take of the line right now.
import type { Host } from '#shared/contract';
import type { PeerId } from '#shared/identity';
import type { TransferTotals } from '#shared/transfer-totals';
import type { ReadableStore } from '#core/base/store';
import { lineUse, minuteOfDay, type LineUse } from '#core/drop/line-policy';
import type { Clock, LineCost } from '#core/ports';
import { Live } from '#state/live.svelte';
import type { SettingsState } from '#state/settings.svelte';
import type { Ticker } from '#state/ticker.svelte';

export interface GiveTakeDeps {
  readonly host: Pick<Host, 'readTransferTotals'>;
  readonly lineCost: ReadableStore<LineCost>;
  readonly settings: SettingsState;
  readonly clock: Clock;
  readonly ticker: Ticker;
  readonly people: {
    readonly rows: readonly { readonly contact: { contactId: string; peerId: PeerId }; name: string }[];
  };
}

export interface GivenAndGot {
  readonly name: string;
  readonly peerId: PeerId;
  readonly sentBytes: number;
  readonly receivedBytes: number;
}

const againMs = 3_000;

export class GiveTakeState {
  readonly #deps: GiveTakeDeps;
  readonly #cost: Live<LineCost>;
  /** Null until main has answered. */
  #totals = $state.raw<TransferTotals | null>(null);

  constructor(deps: GiveTakeDeps) {
    this.#deps = deps;
    this.#cost = new Live(deps.lineCost);
  }

  get totals(): TransferTotals | null {
    return this.#totals;
  }

  /** With contacts, most first. */
  get people(): readonly GivenAndGot[] {
    const { rows } = this.#deps.people;
    return (this.#totals?.people ?? []).flatMap(({ contactId, sentBytes, receivedBytes }) => {
      const row = rows.find(({ contact }) => contact.contactId === contactId);
      return row ? [{ name: row.name, peerId: row.contact.peerId, sentBytes, receivedBytes }] : [];
    });
  }

  /** What the system says of the connection. */
  get cost(): LineCost {
    return this.#cost.current;
  }

  get use(): LineUse {
    const { settings, ticker } = this.#deps;
    return lineUse(settings.current.files, minuteOfDay(ticker.nowMs), this.cost);
  }

  /** Reads it now and every few seconds, until the answered function is called. */
  follow(): () => void {
    const { host, clock } = this.#deps;
    let isOver = false;
    let cancel = (): void => undefined;
    const read = async (): Promise<void> => {
      const totals = await host.readTransferTotals().catch(() => null); // what was read before stays
      if (isOver) return;
      if (totals) this.#totals = totals;
      cancel = clock.after(againMs, () => void read());
    };
    void read();
    return () => {
      isOver = true;
      cancel();
    };
  }
}
