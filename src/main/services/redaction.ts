// Takes out of a text what would tell who talks with whom, from where, or by which key. Applied to every line before it is written.
import { createHash } from 'node:crypto';
import { homedir } from 'node:os';

const home = homedir();
const ipv6 =
  /(?<![\w:.])(?:[0-9a-f]{1,4}:){1,7}(?::|:?[0-9a-f]{1,4})(?::[0-9a-f]{1,4})*(?:%[\w.]+)?(?:\d{1,3}(?:\.\d{1,3}){3})?(?![\w:])|::(?:[0-9a-f]{1,4}(?::[0-9a-f]{1,4})*)?(?:\d{1,3}(?:\.\d{1,3}){3})?(?![\w:])/gi;

/** What is searched, and what stands in its place. Order matters: the wider pattern first. */
const rules: readonly (readonly [RegExp, string | ((found: string) => string)])[] = [
  [/(?:roundtable:|https:\/\/[^\s#]{1,256}#)i\d{1,3}\/[\w-]*/gi, '[invite]'],
  [
    /\b(?:v=0\s*(?:\r?\n|\\r\\n|\\n)|a=(?:candidate|ice-ufrag|ice-pwd|fingerprint|ssrc|msid)\b|candidate:)[^"]*/gi,
    '[sdp]',
  ],
  [/(?<![a-z2-7])[a-z2-7]{51}[aq](?![a-z2-7])/gi, (found) => `peer-${shortHash(found.toLowerCase())}`],
  [/\b(?:[0-9a-f]{2}:){15,}[0-9a-f]{2}\b/gi, '[fingerprint]'],
  [/\b[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}(?:\.local)?\b/gi, '[uuid]'],
  [/\b[0-9a-f]{32,}\b/gi, '[hex]'],
  [/[A-Za-z0-9+/_-]{40,}={0,2}/g, '[base64]'],
  [/\b\d{5}(?:[ -]?\d{5}){5,11}\b/g, '[digits]'],
  [/\b(?:\d{1,3}\.){3}\d{1,3}\b/g, '[ip]'],
  [ipv6, '[ip]'],
  [/\b[\w.-]+\.local\b/gi, '[host].local'],
  [/\/\/[^\s/@:]+:[^\s/@]+@/g, '//[credentials]@'],
  [/\b[\w.+-]+@[\w-]+(?:\.[\w-]+)+\b/g, '[mail]'],
];

export function redact(text: string): string {
  let plain = home.length > 1 ? text.replaceAll(home, '~') : text;
  // Two overloads of replaceAll: a union argument fits neither.
  for (const [pattern, by] of rules)
    plain = typeof by === 'string' ? plain.replaceAll(pattern, by) : plain.replaceAll(pattern, by);
  return plain;
}

/** Tells two people apart within one log without naming them. */
const salt = createHash('sha256').update(`${process.pid}/${performance.timeOrigin}`).digest();
function shortHash(text: string): string {
  return createHash('sha256').update(salt).update(text).digest('hex').slice(0, 6);
}
