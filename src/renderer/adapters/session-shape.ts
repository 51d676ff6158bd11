// What a remote session description may contain before the browser acts on it: our three sections, each at most once.

const sections = /^m=(\S+)/gm;

/** Audio, video and application (the control channel) in any order, none twice; a stranger's fourth would cost us. */
export function isExpectedShape(sdp: string): boolean {
  const found = [...sdp.matchAll(sections)].map((match) => match[1] ?? '');
  const known = found.every((kind) => kind === 'audio' || kind === 'video' || kind === 'application');
  return known && found.length > 0 && new Set(found).size === found.length;
}
