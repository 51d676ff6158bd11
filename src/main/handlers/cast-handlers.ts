// Casts: mine, and those I watch.
import type { Handlers } from '#shared/contract';
import { done, now } from '#main/handlers/answer';
import type { Services } from '#main/services/services';

export function castHandlers({ casts, signals }: Pick<Services, 'casts' | 'signals'>) {
  return {
    startCast: async (cast) => await now(() => casts.start(cast)),
    endCast: async ({ castId }) =>
      await done(() => {
        casts.end(castId);
      }),
    mayWatchCast: async ({ castId, peerId }) => await now(() => ({ mayWatch: casts.mayWatch(castId, peerId) })),
    issueCastPass: async ({ castId, ...viewer }) => await now(() => casts.issuePass(castId, viewer)),
    revokeCastPass: async ({ castId, peerId }) =>
      await done(() => {
        casts.revoke(castId, peerId);
      }),
    readCastCard: async ({ card }) => await now(() => casts.readCard(card)),
    watchCast: async ({ card, pass }) => await now(() => casts.watch(card, pass)),
    admitCastViewer: async ({ castId, pass }) => await now(() => casts.admit(castId, pass)),
    makeCastLink: async ({ castId, hours }) => await now(() => casts.makeLink(castId, hours)),
    inspectCastLink: async ({ text }) => await now(() => casts.inspectLink(text)),
    enterCastLink: async ({ text }) => await now(() => casts.enterLink(text)),
    sealCastRequest: async ({ castId }) => await signals.sealCastRequest(castId),
  } satisfies Partial<Handlers>;
}
