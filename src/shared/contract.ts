// The one contract between main and renderer. Main's handler table, the preload API, the web shell's socket and the
// renderer's type all derive from this object: a call forgotten anywhere is a compile error.
import * as v from 'valibot';
import { CallId, CallRecord } from '#shared/call-record';
import { Contact, ContactId, SafetyNumber } from '#shared/contact';
import type { FailureCode } from '#shared/failure';
import { NetworkConfig } from '#shared/ice';
import { DisplayName, Identity, IdentityState, PeerId } from '#shared/identity';
import { InviteId, InvitePreview, OpenInvite, inviteTextMaxLength } from '#shared/invite';
import { Settings, SettingsPatch } from '#shared/settings';
import { OpenedSignal, ProofResult, ProofStep, SealedBlob, SessionId, SessionSignal } from '#shared/signal';

const call = <I extends v.GenericSchema, O extends v.GenericSchema>(input: I, output: O) => ({ input, output });
const nothing = v.undefined();
const InviteText = v.pipe(v.string(), v.maxLength(inviteTextMaxLength * 2));

export const AppInfo = v.strictObject({
  shell: v.picklist(['desktop', 'web']),
  version: v.string(),
  profile: v.string(),
  platform: v.string(),
});

const LogEntry = v.strictObject({
  level: v.picklist(['info', 'warn', 'error']),
  /** Dotted, e.g. `link.opened`. */
  event: v.pipe(v.string(), v.regex(/^[a-z][a-z0-9.-]{0,63}$/)),
  fields: v.optional(
    v.record(
      v.pipe(v.string(), v.maxLength(32)),
      v.union([v.pipe(v.string(), v.maxLength(200)), v.number(), v.boolean()]),
    ),
  ),
});

export const contract = {
  calls: {
    readAppInfo: call(nothing, AppInfo),
    /** Only one window of a profile may be on the network. `take` closes the other one's hold. */
    claimWindow: call(v.strictObject({ take: v.boolean() }), v.strictObject({ isHeld: v.boolean() })),

    readIdentity: call(nothing, IdentityState),
    createIdentity: call(v.strictObject({ name: DisplayName }), Identity),
    renameSelf: call(v.strictObject({ name: DisplayName }), Identity),
    /** 24 BIP-39 words that restore the identity. */
    readRecoveryWords: call(nothing, v.pipe(v.array(v.string()), v.length(24))),
    restoreIdentity: call(
      v.strictObject({ words: v.pipe(v.array(v.pipe(v.string(), v.maxLength(16))), v.length(24)), name: DisplayName }),
      Identity,
    ),
    /** Moves an unreadable identity aside (never deletes it) so that a new one can be made. Answers where it was kept. */
    setIdentityAside: call(nothing, v.strictObject({ keptAt: v.string() })),

    readSettings: call(
      nothing,
      v.strictObject({ settings: Settings, warning: v.nullable(v.literal('settings-damaged')) }),
    ),
    saveSettings: call(SettingsPatch, Settings),
    readNetworkConfig: call(nothing, NetworkConfig),

    listContacts: call(nothing, v.array(Contact)),
    renameContact: call(v.strictObject({ contactId: ContactId, alias: v.nullable(DisplayName) }), Contact),
    removeContact: call(v.strictObject({ contactId: ContactId }), nothing),
    setContactBlocked: call(v.strictObject({ contactId: ContactId, isBlocked: v.boolean() }), Contact),
    noteContactSeen: call(v.strictObject({ contactId: ContactId }), nothing),
    /** The name they call themself by now, as they said on a proven link. */
    noteContactName: call(v.strictObject({ contactId: ContactId, name: DisplayName }), nothing),
    readSafetyNumber: call(v.strictObject({ contactId: ContactId }), SafetyNumber),
    /** Stores exactly the key that produced the number that was compared; fails when it is not the contact's any more. */
    verifyContact: call(v.strictObject({ contactId: ContactId, peerId: PeerId }), Contact),
    /** Goes on with a changed key without comparing: the contact becomes unverified. */
    acceptChangedKey: call(v.strictObject({ contactId: ContactId, peerId: PeerId }), Contact),
    /** `newer` is the same person as `keep`, with another key: `keep` takes the key, `newer` goes. */
    mergeContacts: call(v.strictObject({ keep: ContactId, newer: ContactId }), Contact),

    createInvite: call(
      v.strictObject({ hours: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(720)) }),
      OpenInvite,
    ),
    listInvites: call(nothing, v.array(OpenInvite)),
    withdrawInvite: call(v.strictObject({ inviteId: InviteId }), nothing),
    inspectInvite: call(v.strictObject({ text: InviteText }), InvitePreview),
    acceptInvite: call(v.strictObject({ text: InviteText, replaces: v.nullable(ContactId) }), Contact),

    /** The sealed contact request of a contact in state `invited`. */
    sealRequest: call(v.strictObject({ contactId: ContactId }), v.strictObject({ to: PeerId, blob: SealedBlob })),
    sealSignal: call(v.strictObject({ to: PeerId, session: SessionId, message: SessionSignal }), SealedBlob),
    openSignal: call(v.strictObject({ blob: SealedBlob }), OpenedSignal),
    advanceProof: call(ProofStep, ProofResult),

    listCalls: call(
      v.strictObject({ limit: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(500)) }),
      v.array(CallRecord),
    ),
    recordCall: call(CallRecord, nothing),
    markCallsSeen: call(v.strictObject({ contactId: ContactId }), nothing),

    /** Shows the incoming call outside the window where the shell can (desktop notification, tray, taskbar). */
    announceCall: call(v.strictObject({ callId: CallId, name: DisplayName, video: v.boolean() }), nothing),
    withdrawCall: call(v.strictObject({ callId: CallId }), nothing),
    setBadge: call(
      v.strictObject({ missedCalls: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(9999)) }),
      nothing,
    ),
    /** Tells the shell that a call is running, so that the machine stays awake. */
    setCallRunning: call(v.strictObject({ isRunning: v.boolean() }), nothing),
    openLink: call(v.strictObject({ url: v.pipe(v.string(), v.maxLength(2048)) }), nothing),
    /** Writes the redacted log into the downloads folder; answers the file's name and folder. */
    saveReport: call(nothing, v.strictObject({ name: v.string(), folder: v.string() })),
    writeLog: call(LogEntry, nothing),
  },
  events: {
    /** A `roundtable:` link was opened: show the add-contact sheet, nothing more. */
    inviteOpened: v.strictObject({ text: InviteText }),
    contactsChanged: v.array(Contact),
    settingsChanged: Settings,
    /** Network settings or rendezvous servers changed: read the network config again. */
    networkChanged: nothing,
    /** The person acted on the desktop notification. */
    callAnswered: v.strictObject({ callId: CallId, action: v.picklist(['accept', 'decline', 'show']) }),
    systemSlept: nothing,
    systemWoke: nothing,
    /** Another window of this profile took over. */
    windowLost: nothing,
    /** The servers in use changed and the page's content policy does not name them: load the page again between calls. */
    pageOutdated: nothing,
  },
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
};

/** The same for the app: failed replies are thrown as `Failure`. */
export type Host = { readonly [K in CallName]: (...input: Argument<K>) => Promise<CallOutput<K>> } & {
  on<K extends EventName>(event: K, listener: (payload: EventPayload<K>) => void): () => void;
};

export const callNames = Object.keys(contract.calls) as CallName[]; // sound: the keys of a constant object literal
export const eventNames = Object.keys(contract.events) as EventName[]; // sound: as above
