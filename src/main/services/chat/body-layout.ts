// The bytes of what an entry says: one shape per kind, as CBOR with one-letter keys. A salt in each keeps the hash of a
// taken-back text from being guessed.
import * as v from 'valibot';
import { ChatText, EntryId, MayAdd, Reaction, groupMembersMost, voiceMostMs, voicePeaks } from '#shared/chat';
import { NamedFiles, namedFilesMost } from '#shared/chat-files';
import { maxPathDepth } from '#shared/drop';
import { DisplayName, type PeerId } from '#shared/identity';
import { fromHex, toHex } from '#main/services/byte-layout';
import { decodeCbor, encodeCbor } from '#main/services/bounded-cbor';
import type { ActBody, ChatKind, EntryBody, LogPlace } from '#main/services/chat/bodies';
import { peerIdOf, peerKey } from '#main/services/peer-keys';
import { serviceLimits as limits } from '#main/services/service-limits';

const bytesOf = (length: number) =>
  v.pipe(
    v.instance(Uint8Array),
    v.check((bytes) => bytes.length === length),
  );
const hexOf = (length: number) =>
  v.pipe(
    bytesOf(length),
    v.transform((bytes) => toHex(bytes)),
  );
const salt = { s: bytesOf(16) };
const count = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(Number.MAX_SAFE_INTEGER));
const sequence = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(limits.chatSequenceMost));
const target = v.pipe(hexOf(32), EntryId);
const Name = v.pipe(
  v.string(),
  v.check((name) => v.is(DisplayName, name) && v.parse(DisplayName, name) === name),
);
/** Fails for a key that nothing may trust. */
const Person = v.pipe(
  bytesOf(32),
  v.rawTransform(({ dataset, addIssue, NEVER }) => {
    try {
      return peerKey(peerIdOf(dataset.value)).peerId;
    } catch {
      addIssue();
      return NEVER;
    }
  }),
);
const spell = v.pipe(
  v.instance(Uint8Array),
  v.check(({ length }) => length === 0 || length === 16),
  v.transform((bytes) => toHex(bytes)),
);
const place = (entries: [number, string]): LogPlace => ({ sequence: entries[0], reference: entries[1] });

const schemas = {
  text: v.pipe(
    v.strictObject({ ...salt, t: ChatText, r: v.optional(target) }),
    v.transform(({ t, r }) => ({ kind: 'text' as const, text: t, replyTo: r ?? null })),
  ),
  edit: v.pipe(
    v.strictObject({ ...salt, o: target, t: ChatText }),
    v.transform(({ o, t }) => ({ kind: 'edit' as const, target: o, text: t })),
  ),
  withdraw: v.pipe(
    v.strictObject({ ...salt, o: target, e: v.pipe(v.array(target), v.maxLength(limits.chatEditsMost)) }),
    v.transform(({ o, e }) => ({ kind: 'withdraw' as const, target: o, also: e })),
  ),
  react: v.pipe(
    v.strictObject({ ...salt, o: target, e: Reaction, n: v.boolean() }),
    v.transform(({ o, e, n }) => ({ kind: 'react' as const, target: o, reaction: e, isOn: n })),
  ),
  call: v.pipe(
    v.strictObject({ ...salt, c: hexOf(16), v: v.boolean(), d: count }),
    v.transform(({ c, v: video, d }) => ({ kind: 'call' as const, callId: c, video, talkedMs: d })),
  ),
  'missed-call': v.pipe(
    v.strictObject({
      ...salt,
      c: hexOf(16),
      v: v.boolean(),
      w: v.picklist(['no-answer', 'cancelled', 'declined', 'busy', 'unreachable']),
    }),
    v.transform(({ c, v: video, w }) => ({ kind: 'missed-call' as const, callId: c, video, reason: w })),
  ),
  sound: v.pipe(
    v.strictObject({
      ...salt,
      b: v.pipe(v.instance(Uint8Array), v.minLength(1), v.maxLength(limits.voicePieceBytes)),
    }),
    v.transform(({ b }) => ({ kind: 'sound' as const, bytes: b })),
  ),
  voice: v.pipe(
    v.strictObject({
      ...salt,
      d: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(voiceMostMs)),
      w: bytesOf(voicePeaks),
      g: v.pipe(v.array(target), v.minLength(1), v.maxLength(limits.voicePieces)),
      r: v.optional(target),
    }),
    v.transform(({ d, w, g, r }) => ({
      kind: 'voice' as const,
      durationMs: d,
      peaks: w,
      pieces: g,
      replyTo: r ?? null,
    })),
  ),
  files: v.pipe(
    v.strictObject({
      ...salt,
      d: hexOf(16),
      f: v.pipe(
        v.array(v.strictTuple([v.pipe(v.array(v.string()), v.maxLength(maxPathDepth)), v.number()])),
        v.maxLength(namedFilesMost),
      ),
      n: v.number(),
      z: v.number(),
      r: v.optional(target),
    }),
    v.rawTransform(({ dataset: { value }, addIssue, NEVER }) => {
      const files = value.f.map(([path, size]) => ({ path, size }));
      const offer = v.safeParse(NamedFiles, { dropId: value.d, files, fileCount: value.n, bytes: value.z });
      if (offer.success) return { kind: 'files' as const, offer: offer.output, replyTo: value.r ?? null };
      addIssue();
      return NEVER;
    }),
  ),
  create: v.pipe(
    v.strictObject({
      ...salt,
      k: hexOf(16),
      n: Name,
      w: MayAdd,
      u: Name,
      m: v.pipe(v.array(v.strictTuple([Person, Name, v.boolean()])), v.maxLength(groupMembersMost - 1)),
    }),
    v.transform(({ k, n, w, u, m }) => ({
      kind: 'create' as const,
      seed: k,
      name: n,
      mayAdd: w,
      makerName: u,
      members: m.map(([peerId, name, isChosen]) => ({ peerId, name, isChosen })),
    })),
  ),
  add: v.pipe(
    v.strictObject({
      ...salt,
      u: Person,
      n: Name,
      c: v.boolean(),
      p: v.pipe(v.array(hexOf(16)), v.maxLength(limits.groupPastMost)),
      b: v.pipe(v.array(v.strictTuple([Person, spell, sequence, hexOf(16)])), v.maxLength(limits.groupSpells)),
    }),
    v.transform(({ u, n, c, p, b }) => ({
      kind: 'add' as const,
      peerId: u,
      name: n,
      isChosen: c,
      past: p,
      floors: b.map(([author, under, at, reference]) => ({ author, spell: under, sequence: at, reference })),
    })),
  ),
  remove: v.pipe(
    v.strictObject({
      ...salt,
      u: Person,
      x: v.pipe(v.array(v.strictTuple([spell, sequence, hexOf(16), sequence, hexOf(16)])), v.maxLength(16)),
    }),
    v.transform(({ u, x }) => ({
      kind: 'remove' as const,
      peerId: u,
      ends: x.map(([under, a, ar, t, tr]) => ({ spell: under, acts: place([a, ar]), talk: place([t, tr]) })),
    })),
  ),
  leave: v.pipe(
    v.strictObject({ ...salt, q: sequence, z: hexOf(16) }),
    v.transform(({ q, z }) => ({ kind: 'leave' as const, talk: place([q, z]) })),
  ),
  rename: v.pipe(
    v.strictObject({ ...salt, n: Name }),
    v.transform(({ n }) => ({ kind: 'rename' as const, name: n })),
  ),
  'share-history': v.pipe(
    v.strictObject({ ...salt, u: Person, g: v.pipe(v.array(spell), v.maxLength(16)) }),
    v.transform(({ u, g }) => ({ kind: 'share-history' as const, peerId: u, spells: g })),
  ),
} as const satisfies Record<ChatKind, v.GenericSchema>;

/** What the bytes say, or null when they are not exactly one body of this kind. Never throws. */
export function readBody(kind: ChatKind, bytes: Uint8Array): EntryBody | null {
  const plain = decodeCbor(bytes);
  if (plain === undefined) return null;
  const parsed = v.safeParse(schemas[kind], plain);
  if (!parsed.success || !Buffer.from(encodeCbor(plain)).equals(bytes)) return null;
  return parsed.output;
}

export function writeBody(body: EntryBody, saltBytes: Uint8Array): Uint8Array {
  return encodeCbor({ s: saltBytes, ...plainBody(body) });
}

const keyOf = (peerId: PeerId): Uint8Array => peerKey(peerId).bytes;
const referenceBytes = ({ sequence: at, reference }: LogPlace): [number, Uint8Array] => [
  at,
  fromHex(reference === '' ? '0'.repeat(32) : reference),
];

function plainBody(body: EntryBody): Record<string, unknown> {
  switch (body.kind) {
    case 'text':
      return { t: body.text, r: body.replyTo === null ? undefined : fromHex(body.replyTo) };
    case 'edit':
      return { o: fromHex(body.target), t: body.text };
    case 'withdraw':
      return { o: fromHex(body.target), e: body.also.map(fromHex) };
    case 'react':
      return { o: fromHex(body.target), e: body.reaction, n: body.isOn };
    case 'call':
      return { c: fromHex(body.callId), v: body.video, d: body.talkedMs };
    case 'missed-call':
      return { c: fromHex(body.callId), v: body.video, w: body.reason };
    case 'sound':
      return { b: body.bytes };
    case 'voice': {
      const r = body.replyTo === null ? undefined : fromHex(body.replyTo);
      return { d: body.durationMs, w: body.peaks, g: body.pieces.map(fromHex), r };
    }
    case 'files': {
      const { dropId, files, fileCount, bytes } = body.offer;
      const r = body.replyTo === null ? undefined : fromHex(body.replyTo);
      return { d: fromHex(dropId), f: files.map(({ path, size }) => [path, size]), n: fileCount, z: bytes, r };
    }
    default:
      return plainAct(body);
  }
}

function plainAct(body: ActBody): Record<string, unknown> {
  switch (body.kind) {
    case 'create': {
      const m = body.members.map(({ peerId, name, isChosen }) => [keyOf(peerId), name, isChosen]);
      return { k: fromHex(body.seed), n: body.name, w: body.mayAdd, u: body.makerName, m };
    }
    case 'add': {
      const b = body.floors.map((floor) => [keyOf(floor.author), fromHex(floor.spell), ...referenceBytes(floor)]);
      return { u: keyOf(body.peerId), n: body.name, c: body.isChosen, p: body.past.map(fromHex), b };
    }
    case 'remove': {
      const x = body.ends.map(({ spell: under, acts, talk }) => [
        fromHex(under),
        ...referenceBytes(acts),
        ...referenceBytes(talk),
      ]);
      return { u: keyOf(body.peerId), x };
    }
    case 'leave': {
      const [q, z] = referenceBytes(body.talk);
      return { q, z };
    }
    case 'rename':
      return { n: body.name };
    case 'share-history':
      return { u: keyOf(body.peerId), g: body.spells.map(fromHex) };
  }
}
