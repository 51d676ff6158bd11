// What was carried of friends' connections.
import type { Handlers } from '#shared/contract';
import { now } from '#main/handlers/answer';
import type { Services } from '#main/services/services';

export function relayHandlers({ carriedBytes }: Services) {
  return {
    noteCarried: async ({ bytes }) => await now(() => ({ bytes: carriedBytes.note(bytes) })),
    readCarried: async () => await now(() => ({ bytes: carriedBytes.read() })),
  } satisfies Partial<Handlers>;
}
