// What happened and what to do, for every failure code.
import type { FailureCode } from '#shared/failure';
import { byHandFailure } from '#messages/en/by-hand-failure';
import { failureInCasts } from '#messages/en/failure-in-casts';
import { text, type FailureText } from '#messages/en/failure-text';
import { vaultFailure } from '#messages/en/vault-failure';

export const failure: Record<FailureCode, FailureText> = {
  'identity-missing': text(
    'No identity yet',
    'This profile has no identity.',
    'Choose a name to make one, or bring one back with your recovery words.',
  ),
  'identity-damaged': text(
    'Your identity cannot be read',
    'The file with your key is damaged. It was kept as it is and nothing was replaced.',
    'Bring your identity back with your 24 recovery words, or put the file aside and begin with a new one.',
  ),
  'identity-locked': text(
    'Your identity is locked',
    'The system’s key store would not open the file with your key.',
    'Unlock the key store (log in to your desktop session), then try again.',
  ),
  'settings-damaged': text(
    'Your settings could not be read',
    'The settings file was damaged. It was kept, and Roundtable uses its defaults.',
    'Look through the settings once; what you save is stored anew.',
  ),
  'database-busy': text(
    'The database is busy',
    'Another program holds the database of this profile.',
    'Close other copies of Roundtable and backup programs, then try again.',
  ),
  'database-damaged': text(
    'The database is damaged',
    'People and calls of this profile could not be read. The file was kept as it is.',
    'Save a report and restore the file from a backup, or start with another profile.',
  ),
  'profile-in-use': text(
    'This profile is in use',
    'Roundtable is already running with this profile.',
    'Use the other window, or continue here.',
  ),
  'recovery-words-wrong': text(
    'These words do not fit',
    'The 24 words do not belong together; one is misspelt or in the wrong place.',
    'Check the order and the spelling, then try again.',
  ),
  'invite-malformed': text(
    'This is not an invite',
    'The text is not a Roundtable invite, or a part of it is missing.',
    'Copy the whole link, from “roundtable:” to its end, and paste it again.',
  ),
  'invite-unknown-version': text(
    'This invite is newer than your Roundtable',
    'It was made by a later version.',
    'Update Roundtable, or ask for an invite from an older version.',
  ),
  'invite-forged': text(
    'This invite was changed on its way',
    'Its signature does not fit its content. Somebody or something altered it.',
    'Do not use it. Ask for a new one over another channel.',
  ),
  'invite-expired': text('This invite has run out', 'Its time is over.', 'Ask for a new one.'),
  'invite-used': text('This invite was used already', 'An invite works for one person.', 'Ask for a new one.'),
  'invite-own': text(
    'This is your own invite',
    'You made it yourself.',
    'Send it to the person you want to talk with.',
  ),
  'contact-unknown': text('This person is not in your list', 'They were removed.', 'Invite them again.'),
  'contact-exists': text('You know this person already', 'They are in your list.', 'Open their page and call.'),
  'contact-blocked': text(
    'You blocked this person',
    'Nothing is sent to or taken from them.',
    'Unblock them in the settings to talk again.',
  ),
  'contact-not-accepted': text(
    'Not connected yet',
    'They have not answered your request so far.',
    'It is sent again by itself when both of you are online.',
  ),
  'key-changed': text(
    'Their key has changed',
    'It is not the key you verified. They may have a new device, or somebody may pose as them.',
    'Compare the safety number on a way you trust before you talk.',
  ),
  'key-unacceptable': text(
    'This key is not safe',
    'The key in it is one that no honest app makes.',
    'Do not use it. Ask for a new invite.',
  ),
  'rendezvous-down': text(
    'You are not reachable right now',
    'No server that passes on calls could be reached.',
    'Check your connection. Roundtable keeps trying.',
  ),
  'rendezvous-address-wrong': text(
    'A server’s address is wrong',
    'Nothing that speaks our language answers there.',
    'Check the address in Settings, Network.',
  ),
  'rendezvous-id-taken': text(
    'A server refused your id',
    'It believes that you are connected already.',
    'Close other windows with this profile. Roundtable tries again by itself.',
  ),
  'rendezvous-rate-limited': text(
    'A server asked to slow down',
    'It got too many messages in a short time.',
    'Wait a minute. Roundtable tries again by itself.',
  ),
  'peer-unreachable': text(
    'They cannot be reached',
    'They are offline, or no path between you was found.',
    'Try again later. If it stays like this, a relay (TURN) in Settings, Network helps.',
  ),
  'peer-silent': text('No answer from their app', 'Their app was called but did not answer.', 'Try again in a moment.'),
  'identity-unproven': text(
    'Nobody proved to be this person',
    'The other end could not show this person’s key, so nothing was played or sent.',
    'Try again. If it happens again, compare the safety number before you talk.',
  ),
  'version-differs': text(
    'One of you needs an update',
    'Their app speaks another version than yours, or somebody in between pretends so. Nothing was played or sent.',
    'Install the newest Roundtable on both sides, then try again.',
  ),
  'link-lost': text('The connection broke', 'It could not be brought back in time.', 'Call again.'),
  'link-limit': text('Too many connections', 'Roundtable holds as many as it may.', 'End another call first.'),
  ...byHandFailure,
  'report-malformed': text(
    'This is not a report of a connection',
    'The file is something else, was changed, or comes from a later version of Roundtable.',
    'Ask for the file that “Save the report” made, and open it as it is.',
  ),
  'protocol-broken': text(
    'Their app sent something unexpected',
    'The connection was closed to be safe.',
    'Make sure that both of you run the newest version.',
  ),
  'update-needed': text(
    'An update is needed',
    'This profile was written by a newer version of Roundtable.',
    'Install the newest version, then open it again. Nothing was changed.',
  ),
  'microphone-missing': text('No microphone found', 'They cannot hear you.', 'Plug one in or choose another.'),
  'microphone-denied': text(
    'The microphone is not allowed',
    'The system or the browser keeps it from Roundtable, so they cannot hear you.',
    'Allow it in the system’s privacy settings or in the address bar, then try again.',
  ),
  'microphone-busy': text(
    'The microphone is in use',
    'Another program holds it, so they cannot hear you.',
    'Close that program or choose another microphone.',
  ),
  'camera-missing': text('No camera found', 'The call goes on with sound.', 'Plug one in or choose another.'),
  'camera-denied': text(
    'The camera is not allowed',
    'The system or the browser keeps it from Roundtable. The call goes on with sound.',
    'Allow it in the system’s privacy settings or in the address bar, then try again.',
  ),
  'camera-busy': text(
    'The camera is in use',
    'Another program holds it. The call goes on with sound.',
    'Close that program or choose another camera.',
  ),
  'speaker-unavailable': text(
    'This speaker cannot be used',
    'It was unplugged or refused the sound.',
    'The system’s own speaker plays instead. Choose another if you like.',
  ),
  'keys-taken': text(
    'These keys cannot be had',
    'Another program, or the system, uses them.',
    'Choose others under Settings, Devices.',
  ),
  'call-in-progress': text('You are in a call', 'Only one call at a time.', 'Leave it first.'),
  'call-unknown': text('This call is over', 'They are no longer in it.', 'Call again.'),
  'room-link-malformed': text(
    'This is not a room link',
    'The link is cut off or something else got into it.',
    'Ask for it again and paste the whole link, from “roundtable:” to its end.',
  ),
  'room-link-unknown-version': text(
    'This room link is newer',
    'It was made by a newer Roundtable than this one.',
    'Update Roundtable, then open the link again.',
  ),
  'room-link-forged': text(
    'This room link was changed',
    'The signature in the link does not fit what it says. It was not made by the person it names.',
    'Do not use it. Ask somebody in the room for a new link.',
  ),
  'room-link-expired': text(
    'This room link has expired',
    'Room links work for a limited time, and this one is over.',
    'Ask somebody in the room for a new link, or to ring you.',
  ),
  'room-unknown': text(
    'This room is not known any more',
    'Roundtable has nothing stored about this room.',
    'Ask somebody in the room for a link.',
  ),
  'room-refused': text(
    'The room did not let you in',
    'The people inside cannot take this link: whoever made it is not part of the room, or it is not for this room.',
    'Ask somebody in the room for a new link, or to ring you.',
  ),
  'room-locked': text(
    'The room is locked',
    'Nobody answered at the door.',
    'Try again in a while, or ask somebody inside to unlock it or let you in.',
  ),
  'room-full': text('The room is full', 'All seats at this table are taken.', 'Try again when somebody has left.'),
  'room-removed': text(
    'You were removed from the room',
    'The people inside decided that you should leave.',
    'To come back, somebody inside has to let you in again.',
  ),
  'screen-denied': text(
    'The screen may not be shared',
    'The system did not let Roundtable see the screen.',
    'Allow screen recording for Roundtable in the system settings, then share again.',
  ),
  'screen-missing': text(
    'There is no screen to share',
    'This system offers no screen or window.',
    'On Linux, check that the desktop portal for screen sharing is installed.',
  ),
  'recording-folder': text(
    'The recordings folder cannot be written',
    'The folder is missing, read-only, or on a drive that was removed.',
    'Make the folder writable again, then go on recording. What was recorded so far is kept.',
  ),
  'recording-refused': text(
    'Not everybody agreed to be recorded',
    'Nothing was recorded.',
    'Ask again once everybody is fine with it.',
  ),
  'recording-unshown': text(
    'No file manager can be opened here',
    'This machine has no display that Roundtable could use.',
    'Look in your downloads, in the folder “Roundtable recordings”.',
  ),
  'downloads-folder': text(
    'The downloads folder cannot be written',
    'It is missing, read-only, or on a drive that was removed.',
    'Make the folder writable again. What has come so far is kept, and it goes on from there.',
  ),
  'drop-unknown': text(
    'This drop is not known here any more',
    'It was cleared from the list, or belongs to another profile.',
    'Ask for the files again.',
  ),
  'file-changed': text(
    'A file was changed while it was being sent',
    'It is not the file that was offered any more.',
    'Drop it again to send it as it is now.',
  ),
  'file-gone': text(
    'A file is not there any more',
    'It was moved, renamed or deleted.',
    'Put it back where it was, or drop it again.',
  ),
  'file-unreadable': text(
    'A file or folder cannot be read',
    'This account may not open it, or its drive was removed.',
    'Check that you can open it yourself, then drop it again.',
  ),
  'file-too-large': text(
    'A file is too large',
    'A single file may have up to 1 TiB.',
    'Split it into smaller ones and drop these.',
  ),
  'files-too-many': text(
    'These are too many files',
    'One drop takes up to 4,096 files.',
    'Pack the folder into an archive, or drop its parts one by one.',
  ),
  'files-unshown': text(
    'The files cannot be shown',
    'This machine has no display that Roundtable could use.',
    'Look in your downloads folder.',
  ),
  'too-many-open': text(
    'Too many files are open',
    'The system lets no program open another one at the moment.',
    'Close some programs. What has come so far is kept, and it goes on from there.',
  ),
  'share-gone': text(
    'This is not shared with you any more',
    'It was moved, or it is not shared with you.',
    'Go back to what is there, or ask the person for it.',
  ),
  'share-missing': text(
    'There is no such folder',
    'Nothing lies at this place on this computer, or it is no folder.',
    'Check the path. It is written in full, from the disk on.',
  ),
  'share-refused': text(
    'This folder cannot be shared',
    'It is hidden, or a whole disk or home, or Roundtable’s own data lies in it.',
    'Choose a folder inside it that holds what you want to share.',
  ),
  'share-too-much': text(
    'The folder holds too much for one download',
    'At most 4096 files come at once.',
    'Open it and download the folders inside it.',
  ),
  'shares-busy': text('That was a lot at once', 'The other side asks you to wait.', 'Try again in a moment.'),
  'shares-too-many': text(
    'No further folder can be shared',
    'Thirty-two folders are shared already.',
    'Stop sharing one of them, or put folders together.',
  ),
  'shares-unknown-there': text(
    'Their Roundtable is older',
    'It does not know shared folders yet.',
    'Ask them to get the new Roundtable.',
  ),
  'shares-waiting-full': text(
    'Too many downloads wait already',
    'A hundred things wait for people who are away.',
    'Take some of them from the list of transfers.',
  ),
  ...vaultFailure,
  'chat-unknown': text(
    'This conversation is gone',
    'It is not kept on this computer any more.',
    'Open a conversation from the list.',
  ),
  'chat-refused': text(
    'This cannot be written here',
    'You may not do this in this conversation.',
    'Ask somebody in the group who may.',
  ),
  'chat-too-long': text(
    'The message is too long',
    'It is longer than one message may be.',
    'Send it in several parts.',
  ),
  'voice-unplayable': text(
    'This voice message cannot be played',
    'A part of it is missing, or it is damaged.',
    'Ask for it again.',
  ),
  'group-full': text('The group is full', 'It has as many people as a group can have.', 'Open a further group.'),
  'group-left': text(
    'You left this group',
    'You left this group. What you received until then stays here.',
    'Ask somebody in it to add you again.',
  ),
  'group-removed': text(
    'You were removed from this group',
    'You were removed from this group. What you received until then stays here.',
    'Ask somebody in it to add you again.',
  ),
  ...failureInCasts,
  'shell-disconnected': text(
    'Roundtable’s service has stopped',
    'This page has lost the local service that holds your keys and data.',
    'Start Roundtable again and open the address that it prints.',
  ),
  'window-superseded': text(
    'Roundtable is open in another window',
    'Only one window of a profile can be on the network.',
    'Use the other window, or continue here.',
  ),
  'url-refused': text('This link is not opened', 'Only https links are.', 'Copy it if you trust it.'),
  'file-refused': text('This file is refused', 'Its name or kind is not allowed.', 'Ask for another.'),
  'disk-full': text('The disk is full', 'It could not be stored.', 'Free some space, then try again.'),
  'input-invalid': text('This cannot be saved', 'A part of it is not valid.', 'Check what you typed.'),
  aborted: text('Stopped', 'It was stopped before it was done.', 'Start it again if you like.'),
  internal: text(
    'Something went wrong',
    'Roundtable ran into an error of its own.',
    'Try again. If it stays, save a report in Settings, About.',
  ),
};
