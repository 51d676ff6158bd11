// What main tells the renderer without being asked.
import * as v from 'valibot';
import { CallId } from '#shared/call-record';
import { ChatChange, ConversationId } from '#shared/chat';
import { Contact } from '#shared/contact';
import { count, nothing } from '#shared/contract/call';
import { DhtState } from '#shared/dht';
import { DropId } from '#shared/drop';
import { PeerId } from '#shared/identity';
import { NearbyState } from '#shared/nearby';
import { HandTextInput } from '#shared/by-hand';
import { Settings } from '#shared/settings';
import { SealedBlob } from '#shared/signal';

export const events = {
  /** A `roundtable:` link was opened, an invite, or one into a room or to a cast, or a text by hand: show what it says, nothing more. */
  inviteOpened: v.strictObject({ text: HandTextInput }),
  contactsChanged: v.array(Contact),
  settingsChanged: Settings,
  /** What was written, arrived or got further in conversations. */
  chatsChanged: v.array(ChatChange),
  /** What this person keeps for others is more or less now. */
  custodyChanged: nothing,
  /** The vault of this person, or what this machine keeps for others: read it again. */
  vaultChanged: nothing,
  /** Folders this person shares, or with whom, or what is in them: read them again. */
  sharesChanged: nothing,
  /** Network settings or rendezvous servers changed: read the network config again. */
  networkChanged: nothing,
  nearbyChanged: NearbyState,
  /** Somebody on the local network left a sealed blob. */
  nearbyReceived: SealedBlob,
  /** A contact may have come to the local network. */
  nearbyFound: PeerId,
  dhtChanged: DhtState,
  /** A contact, or a holder of an open invite, left a sealed blob by way of the DHT. */
  dhtReceived: SealedBlob,
  /** A file that still comes is played: from this block on it is wanted first. `file` counts the files of the drop. */
  placeWanted: v.strictObject({ dropId: DropId, file: count, block: count }),
  /** The person pressed the notification of a message. */
  messageNoticePressed: v.strictObject({ conversationId: ConversationId }),
  /** The person acted on the desktop notification. */
  callAnswered: v.strictObject({ callId: CallId, action: v.picklist(['accept', 'decline', 'show']) }),
  /** The person pressed the keys of their settings, in whatever program: the microphone goes on or off. */
  muteKeysPressed: nothing,
  /** This machine has other network addresses than before. */
  addressesChanged: nothing,
  systemSlept: nothing,
  systemWoke: nothing,
  /** Another window of this profile took over. */
  windowLost: nothing,
  /** The servers in use changed and the page's content policy does not name them: load the page again between calls. */
  pageOutdated: nothing,
};
