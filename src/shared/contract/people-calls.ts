// My people: contacts, invites, the seals of what goes to them, and the calls there were.
import * as v from 'valibot';
import { CallRecord } from '#shared/call-record';
import { Contact, ContactId, SafetyNumber } from '#shared/contact';
import { call, nothing } from '#shared/contract/call';
import { DhtState } from '#shared/dht';
import { DisplayName, PeerId } from '#shared/identity';
import { InviteId, InvitePreview, OpenInvite, inviteTextMaxLength } from '#shared/invite';
import { NearbyState } from '#shared/nearby';
import { OpenedSignal, ProofResult, ProofStep, SealedBlob, SessionId, SessionSignal } from '#shared/signal';

const InviteText = v.pipe(v.string(), v.maxLength(inviteTextMaxLength * 2));

export const peopleCalls = {
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

  readNearby: call(nothing, NearbyState),
  /** Into a mailbox on the local network; fails `rendezvous-down`, `peer-unreachable`. */
  sendNearby: call(v.strictObject({ to: PeerId, blob: SealedBlob }), nothing),
  readDht: call(nothing, DhtState),
  /** Into a mailbox in the DHT; fails `rendezvous-down`, `peer-unreachable`. */
  sendDht: call(v.strictObject({ to: PeerId, blob: SealedBlob }), nothing),

  listCalls: call(
    v.strictObject({ limit: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(500)) }),
    v.array(CallRecord),
  ),
  recordCall: call(CallRecord, nothing),
  markCallsSeen: call(v.strictObject({ contactId: ContactId }), nothing),
};
