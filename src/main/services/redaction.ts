// Takes out of a text what would tell who talks with whom, from where, or by which key. The text may be a stranger's: no
// pattern may take more than a bounded look-back per character.
import { createHash } from 'node:crypto';
import { homedir } from 'node:os';

const home = homedir();
const longestText = 4_000;

/** What is searched, and what stands in its place. Order matters: the wider pattern first. */
const rules: readonly (readonly [RegExp, string | ((found: string) => string)])[] = [
  [/(?:roundtable:|https:\/\/[^\s#]{1,256}#)[irc]\d{1,3}\/[\w-]*/gi, '[link]'],
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
  // IPv6 in text (RFC 5952) has either "::" or at least six colons; a time of day has neither.
  [/[0-9a-f:.]{0,45}::[0-9a-f:.]{0,45}(?:%[\w.]{1,32})?/gi, '[ip]'],
  [/(?:[0-9a-f]{1,4}:){6,7}[0-9a-f.]{1,45}(?:%[\w.]{1,32})?/gi, '[ip]'],
  [/\b[\w-]{1,63}\.local\b/gi, '[host].local'],
  [/\/\/[^\s/@:]{1,256}:[^\s/@]{1,256}@/g, '//[credentials]@'],
  [/[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}/g, '[mail]'],
];

export function redact(text: string): string {
  // Cut between words: half a key would not be known for one.
  const short = text.length > longestText ? `${text.slice(0, longestText).replace(/\S{1,4000}$/, '')}[cut]` : text;
  let plain = home.length > 1 ? short.replaceAll(home, '~') : short;
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
