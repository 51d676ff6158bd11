// The one error class. A code says what happened; state/failure-words.ts in the renderer turns codes into sentences.
export const failureCodes = [
  // identity and profile
  'identity-missing',
  'identity-damaged',
  'identity-locked',
  'settings-damaged',
  'database-busy',
  'database-damaged',
  'profile-in-use',
  'recovery-words-wrong',
  // invites and contacts
  'invite-malformed',
  'invite-unknown-version',
  'invite-forged',
  'invite-expired',
  'invite-used',
  'invite-own',
  'contact-unknown',
  'contact-exists',
  'contact-blocked',
  'contact-not-accepted',
  'key-changed',
  'key-unacceptable',
  // reaching people
  'rendezvous-down',
  'rendezvous-address-wrong',
  'rendezvous-id-taken',
  'rendezvous-rate-limited',
  'peer-unreachable',
  'peer-silent',
  'identity-unproven',
  'version-differs',
  'link-lost',
  'link-limit',
  'protocol-broken',
  // connections by hand
  'by-hand-damaged',
  'by-hand-version',
  'by-hand-for-others',
  'by-hand-own',
  'by-hand-stranger',
  'by-hand-stale',
  'by-hand-used',
  'by-hand-over',
  'by-hand-no-network',
  'by-hand-no-path',
  'report-malformed',
  'update-needed',
  // devices
  'microphone-missing',
  'microphone-denied',
  'microphone-busy',
  'camera-missing',
  'camera-denied',
  'camera-busy',
  'speaker-unavailable',
  'keys-taken',
  // calls
  'call-in-progress',
  'call-unknown',
  // rooms
  'room-link-malformed',
  'room-link-unknown-version',
  'room-link-forged',
  'room-link-expired',
  'room-unknown',
  'room-refused',
  'room-locked',
  'room-full',
  'room-removed',
  'screen-denied',
  'screen-missing',
  'recording-folder',
  'recording-refused',
  'recording-unshown',
  // casts
  'cast-forged',
  'cast-over',
  'cast-not-for-them',
  'cast-full',
  'cast-limit',
  'cast-own',
  'cast-links-many',
  'cast-busy',
  'cast-crowded',
  'cast-lost',
  'cast-refused',
  'cast-link-malformed',
  'cast-link-unknown-version',
  'cast-link-forged',
  'cast-link-expired',
  'codec-missing',
  'film-unplayable',
  'source-ended',
  // files
  'downloads-folder',
  'drop-unknown',
  'file-changed',
  'file-gone',
  'file-unreadable',
  'file-too-large',
  'files-too-many',
  'files-unshown',
  'too-many-open',
  'share-gone',
  'share-missing',
  'share-refused',
  'share-too-much',
  'shares-busy',
  'shares-too-many',
  'shares-unknown-there',
  'shares-waiting-full',
  // vault
  'vault-busy',
  'vault-empty',
  'vault-folder-missing',
  'vault-folder-refused',
  'vault-folders-too-many',
  'vault-share-large',
  'vault-share-over',
  'vault-shares-too-many',
  'vault-unknown',
  // chat
  'chat-unknown',
  'chat-refused',
  'chat-too-long',
  'voice-unplayable',
  'group-full',
  'group-left',
  'group-removed',
  // shell
  'shell-disconnected',
  'window-superseded',
  'url-refused',
  'file-refused',
  'disk-full',
  'input-invalid',
  'aborted',
  'internal',
] as const;

export type FailureCode = (typeof failureCodes)[number];

/** An expected failure: a code the UI has words for, and a detail for the log (never shown, never secret). */
export class Failure extends Error {
  override readonly name = 'Failure';
  readonly code: FailureCode;

  constructor(code: FailureCode, detail = '', options?: ErrorOptions) {
    super(detail === '' ? code : `${code}: ${detail}`, options);
    this.code = code;
  }

  /** The failure itself, or `internal` around anything unexpected. */
  static from(reason: unknown): Failure {
    if (reason instanceof Failure) return reason;
    if (reason instanceof Error && reason.name === 'AbortError') return new Failure('aborted', '', { cause: reason });
    return new Failure('internal', reason instanceof Error ? reason.message : String(reason), { cause: reason });
  }
}
