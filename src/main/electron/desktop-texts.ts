// Words that the desktop itself shows outside the page: tray, notifications and dialogs.
export const desktopTexts = {
  open: 'Open',
  cancel: 'Cancel',
  openLink: 'Open this address outside Roundtable?',
  show: 'Open Roundtable',
  quit: 'Quit',
  tooltip: ({ missedCalls, unread }: { missedCalls: number; unread: number }): string =>
    [
      'Roundtable',
      ...(missedCalls === 0 ? [] : [`${missedCalls} missed ${missedCalls === 1 ? 'call' : 'calls'}`]),
      ...(unread === 0 ? [] : [`${unread} unread ${unread === 1 ? 'message' : 'messages'}`]),
    ].join(' · '),
  incomingCall: (video: boolean): string => (video ? 'Incoming video call' : 'Incoming call'),
  accept: 'Accept',
  decline: 'Decline',
  startFailed: 'Roundtable could not start',
  profileInUse: 'This profile is open in another Roundtable, perhaps in a browser. Use that window, or close it first.',
  unsafeKeyring: 'This desktop has no key ring',
  unsafeKeyringDetail:
    'Roundtable would have to keep your identity in a file that every program you run can read. Install a key ring (GNOME Keyring or KWallet) and start again, or go on with the file.',
  keepInFile: 'Keep it in a file',
} as const;
