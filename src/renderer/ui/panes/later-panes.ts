// Panes that the first screen does without. They are fetched when nothing else is to do, so that none is missing once the
// service that serves them is lost.
export const laterPanes = {
  room: async () => await import('./RoomPane.svelte'),
  prejoin: async () => await import('./PreJoinPane.svelte'),
  files: async () => await import('../files/FilesPane.svelte'),
  vault: async () => await import('../vault/VaultPane.svelte'),
  casts: async () => await import('../cast/CastsPane.svelte'),
  watch: async () => await import('../cast/WatchPane.svelte'),
  browse: async () => await import('../shares/BrowsePane.svelte'),
  group: async () => await import('../chat/GroupPane.svelte'),
};

/** Answers its own off. */
export function loadAll(): () => void {
  const idle = requestIdleCallback(() => {
    // What fails here is tried again, and said, when it is wanted.
    for (const load of Object.values(laterPanes)) load().catch(() => undefined);
  });
  return () => {
    cancelIdleCallback(idle);
  };
}
