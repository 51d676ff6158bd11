// The one contract between main and renderer. Main's handler table, the preload API, the web shell's socket and the
// renderer's type all derive from this object: a call forgotten anywhere is a compile error.
import type * as v from 'valibot';
import { castCalls } from '#shared/contract/cast-calls';
import { chatCalls } from '#shared/contract/chat-calls';
import { custodyCalls } from '#shared/contract/custody-calls';
import { dropCalls } from '#shared/contract/drop-calls';
import { events } from '#shared/contract/events';
import { handCalls } from '#shared/contract/hand-calls';
import { peopleCalls } from '#shared/contract/people-calls';
import { recordingCalls } from '#shared/contract/recording-calls';
import { relayCalls } from '#shared/contract/relay-calls';
import { roomCalls } from '#shared/contract/room-calls';
import { selfCalls } from '#shared/contract/self-calls';
import { seenShareCalls } from '#shared/contract/seen-share-calls';
import { shareCalls } from '#shared/contract/share-calls';
import { shellCalls } from '#shared/contract/shell-calls';
import { vaultCalls } from '#shared/contract/vault-calls';
import { vaultFolderCalls } from '#shared/contract/vault-folder-calls';
import type { SourceId } from '#shared/drop';
import type { FailureCode } from '#shared/failure';

export const contract = {
  calls: {
    ...selfCalls,
    ...peopleCalls,
    ...handCalls,
    ...relayCalls,
    ...roomCalls,
    ...recordingCalls,
    ...dropCalls,
    ...shareCalls,
    ...seenShareCalls,
    ...chatCalls,
    ...custodyCalls,
    ...vaultCalls,
    ...castCalls,
    ...vaultFolderCalls,
    ...shellCalls,
  },
  events,
} as const;

type Calls = typeof contract.calls;
type Events = typeof contract.events;
export type CallName = keyof Calls;
export type EventName = keyof Events;
export type CallInput<K extends CallName> = v.InferOutput<Calls[K]['input']>;
export type CallOutput<K extends CallName> = v.InferOutput<Calls[K]['output']>;
export type EventPayload<K extends EventName> = v.InferOutput<Events[K]>;

export type Reply<T> = { ok: true; value: T } | { ok: false; code: FailureCode; message: string };

/** Main's side: one handler per call; a missing or misspelt one does not compile. */
export type Handlers = { [K in CallName]: (input: CallInput<K>) => Promise<CallOutput<K>> };

type Argument<K extends CallName> = CallInput<K> extends undefined ? [] : [CallInput<K>];

/** The renderer's side as a shell exposes it: replies are values, because errors do not survive the bridge. */
export type HostApi = { readonly [K in CallName]: (...input: Argument<K>) => Promise<Reply<CallOutput<K>>> } & {
  on<K extends EventName>(event: K, listener: (payload: EventPayload<K>) => void): () => void;
  /** Only in the desktop app: lets main find a `File` that the person chose again. Null for a file that lies nowhere. */
  readonly rememberFile?: (file: object) => Promise<Reply<SourceId | null>>;
};

/** The same for the app: failed replies are thrown as `Failure`. */
export type Host = { readonly [K in CallName]: (...input: Argument<K>) => Promise<CallOutput<K>> } & {
  on<K extends EventName>(event: K, listener: (payload: EventPayload<K>) => void): () => void;
};

export const callNames = Object.keys(contract.calls) as CallName[]; // sound: the keys of a constant object literal
export const eventNames = Object.keys(contract.events) as EventName[]; // sound: as above
