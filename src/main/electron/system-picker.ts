// Whether the system has a picker of screens that Electron shows in place of ours.

/** macOS 15, which is Darwin 24, and later. */
const darwinMajor = 24;

export function systemPicksScreens(platform: NodeJS.Platform, release: string): boolean {
  return platform === 'darwin' && Number.parseInt(release, 10) >= darwinMajor;
}
