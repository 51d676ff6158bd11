// Every failure code and every way a call can end, as words and a severity. Exhaustive by type.
import type { EndReason } from '#shared/call-record';
import type { FailureCode } from '#shared/failure';
import type { RoomSnapshot } from '#core/conference/snapshot';
import { m } from '#messages/messages';

export type Severity = 'info' | 'warning' | 'error';

export interface FailureWords {
  readonly severity: Severity;
  readonly title: string;
  readonly happened: string;
  /** What the person can do about it. */
  readonly remedy: string;
}

const severities: Record<FailureCode, Severity> = {
  'identity-missing': 'error',
  'identity-damaged': 'error',
  'identity-locked': 'error',
  'settings-damaged': 'warning',
  'database-busy': 'error',
  'database-damaged': 'error',
  'profile-in-use': 'warning',
  'recovery-words-wrong': 'warning',
  'invite-malformed': 'warning',
  'invite-unknown-version': 'warning',
  'invite-forged': 'error',
  'invite-expired': 'warning',
  'invite-used': 'warning',
  'invite-own': 'info',
  'contact-unknown': 'warning',
  'contact-exists': 'info',
  'contact-blocked': 'warning',
  'contact-not-accepted': 'info',
  'key-changed': 'error',
  'key-unacceptable': 'error',
  'rendezvous-down': 'warning',
  'rendezvous-address-wrong': 'warning',
  'rendezvous-id-taken': 'warning',
  'rendezvous-rate-limited': 'warning',
  'peer-unreachable': 'info',
  'peer-silent': 'info',
  'identity-unproven': 'error',
  'version-differs': 'warning',
  'link-lost': 'warning',
  'link-limit': 'warning',
  'by-hand-damaged': 'warning',
  'by-hand-version': 'warning',
  'by-hand-for-others': 'warning',
  'by-hand-own': 'info',
  'by-hand-stranger': 'warning',
  'by-hand-stale': 'warning',
  'by-hand-used': 'warning',
  'by-hand-over': 'warning',
  'by-hand-no-network': 'warning',
  'by-hand-no-path': 'warning',
  'report-malformed': 'warning',
  'protocol-broken': 'error',
  'update-needed': 'warning',
  'microphone-missing': 'warning',
  'microphone-denied': 'warning',
  'microphone-busy': 'warning',
  'camera-missing': 'info',
  'camera-denied': 'warning',
  'camera-busy': 'warning',
  'speaker-unavailable': 'warning',
  'keys-taken': 'warning',
  'call-in-progress': 'info',
  'call-unknown': 'info',
  'room-link-malformed': 'warning',
  'room-link-unknown-version': 'warning',
  'room-link-forged': 'error',
  'room-link-expired': 'warning',
  'room-unknown': 'warning',
  'room-refused': 'warning',
  'room-locked': 'info',
  'room-full': 'info',
  'room-removed': 'warning',
  'screen-denied': 'warning',
  'screen-missing': 'warning',
  'recording-folder': 'warning',
  'recording-refused': 'info',
  'recording-unshown': 'info',
  'codec-missing': 'error',
  'film-unplayable': 'warning',
  'source-ended': 'info',
  'downloads-folder': 'error',
  'drop-unknown': 'info',
  'file-changed': 'warning',
  'file-gone': 'warning',
  'file-unreadable': 'warning',
  'file-too-large': 'warning',
  'files-too-many': 'warning',
  'files-unshown': 'info',
  'too-many-open': 'warning',
  'share-gone': 'info',
  'share-missing': 'warning',
  'share-refused': 'warning',
  'share-too-much': 'warning',
  'shares-busy': 'info',
  'shares-too-many': 'warning',
  'shares-unknown-there': 'info',
  'shares-waiting-full': 'warning',
  'vault-busy': 'info',
  'vault-empty': 'info',
  'vault-folder-missing': 'warning',
  'vault-folder-refused': 'warning',
  'vault-folders-too-many': 'warning',
  'vault-share-large': 'warning',
  'vault-share-over': 'warning',
  'vault-shares-too-many': 'warning',
  'vault-unknown': 'info',
  'chat-unknown': 'warning',
  'chat-refused': 'warning',
  'chat-too-long': 'warning',
  'voice-unplayable': 'warning',
  'group-full': 'info',
  'group-left': 'info',
  'group-removed': 'info',
  'cast-forged': 'error',
  'cast-over': 'info',
  'cast-not-for-them': 'warning',
  'cast-full': 'info',
  'cast-limit': 'warning',
  'cast-own': 'info',
  'cast-links-many': 'warning',
  'cast-busy': 'info',
  'cast-crowded': 'info',
  'cast-lost': 'warning',
  'cast-refused': 'info',
  'cast-link-malformed': 'warning',
  'cast-link-unknown-version': 'warning',
  'cast-link-forged': 'error',
  'cast-link-expired': 'warning',
  'shell-disconnected': 'error',
  'window-superseded': 'info',
  'url-refused': 'warning',
  'file-refused': 'warning',
  'disk-full': 'error',
  'input-invalid': 'warning',
  aborted: 'info',
  internal: 'error',
};

export function failureWords(code: FailureCode): FailureWords {
  const text = m.failure[code];
  return { severity: severities[code], title: text.title, happened: text.happened, remedy: text.remedy };
}

export interface EndWords {
  readonly title: string;
  readonly text: string;
}

/** How a call with `name` ended; `code` adds the cause where the reason alone says too little. */
export function endWords(reason: EndReason, name: string, code: FailureCode | null): EndWords {
  const text = m.ended[reason];
  const cause = code === null ? null : m.failure[code];
  if (cause === null || (reason !== 'failed' && reason !== 'unreachable')) {
    return { title: text.title(name), text: text.text(name) };
  }
  const title = reason === 'failed' ? cause.title : text.title(name);
  return { title, text: `${cause.happened} ${cause.remedy}` };
}

type RoomEnd = Extract<RoomSnapshot['stage'], { phase: 'ended' }>['reason'];

/** How a stay in the room `name`, or the way into it, ended. */
export function roomEndWords(reason: RoomEnd, name: string, code: FailureCode | null): EndWords {
  if (reason !== 'failed' || code === null) {
    const text = m.door.ended[reason];
    return { title: text.title(name), text: text.text };
  }
  // Whoever made the link is away or has left the room: what these say of calls and lists does not fit.
  if (code === 'peer-unreachable' || code === 'peer-silent' || code === 'room-unknown') return m.door.nobodyThere;
  const { title, happened, remedy } = m.failure[code];
  return { title, text: `${happened} ${remedy}` };
}
