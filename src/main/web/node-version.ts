// The oldest Node the services run on: they use its SQLite.
const oldest = 24;

/** What is wrong with this Node, as a sentence; null when it will do. */
export function nodeTrouble(version: string): string | null {
  const major = Number(version.split('.')[0]);
  return major >= oldest
    ? null
    : `Roundtable needs Node.js ${oldest} or newer; this is ${version}. "npm start" brings its own.`;
}
