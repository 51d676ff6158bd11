// The end of a connection over which a goodbye went: whoever closed before it was read would take it back.
import { Scope } from '#core/base/scope';
import type { Clock, Connection } from '#core/ports';

/** Closes when the other side has: it does so once it has read the goodbye. */
export function closeOnceRead(connection: Connection, clock: Clock, atMostMs: number): void {
  const waiting = new Scope();
  const close = (): void => {
    waiting.end();
    connection.close();
  };
  waiting.onEnd(clock.after(atMostMs, close));
  waiting.onEnd(connection.events.on('controlBroken', close));
}
