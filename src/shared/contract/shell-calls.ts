// What the shell around the page does: notices, badges, screens, links, the log.
import * as v from 'valibot';
import { CallId } from '#shared/call-record';
import { ConversationId } from '#shared/chat';
import { connectionReportLength } from '#shared/connection-verdict';
import { call, nothing } from '#shared/contract/call';
import { DropId } from '#shared/drop';
import { DisplayName } from '#shared/identity';
import { KeyCombination } from '#shared/key-combination';
import { OfferedScreen, ScreenId } from '#shared/offered-screen';

/** What of a message is shown outside the window. */
export const noticeTextLength = 200;

const BadgeCount = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(9999));

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

export const shellCalls = {
  /** Shows the incoming call outside the window where the shell can (desktop notification, tray, taskbar). */
  announceCall: call(v.strictObject({ callId: CallId, name: DisplayName, video: v.boolean() }), nothing),
  withdrawCall: call(v.strictObject({ callId: CallId }), nothing),
  /** Shows a new message outside the window, in place of the one before from the same conversation. */
  announceMessage: call(
    v.strictObject({
      conversationId: ConversationId,
      title: v.pipe(v.string(), v.minLength(1), v.maxLength(64)),
      text: v.pipe(v.string(), v.maxLength(noticeTextLength)),
    }),
    nothing,
  ),
  /** Files that were offered, or came: shown outside the window, one for each drop. */
  announceDrop: call(
    v.strictObject({ dropId: DropId, title: v.pipe(v.string(), v.minLength(1), v.maxLength(400)) }),
    nothing,
  ),
  /** How far everything on the way is, 0-1, for the taskbar; null takes it away. */
  setTransferProgress: call(
    v.strictObject({ ratio: v.nullable(v.pipe(v.number(), v.minValue(0), v.maxValue(1))) }),
    nothing,
  ),
  setBadge: call(v.strictObject({ missedCalls: BadgeCount, unread: BadgeCount }), nothing),
  /** Tells the shell that a call is running, so that the machine stays awake. */
  setCallRunning: call(v.strictObject({ isRunning: v.boolean() }), nothing),
  /** Whether these keys are free to be used in every program. Fails `keys-taken`, also where a shell cannot have any. */
  tryMuteKeys: call(v.strictObject({ keys: KeyCombination }), nothing),
  /** What may be shared; null where the browser or the system asks by itself. Fails `screen-denied`. */
  listScreens: call(nothing, v.nullable(v.array(OfferedScreen))),
  /** The page's next capture, if it comes at once, is of this one. Fails `screen-missing`. */
  chooseScreen: call(v.strictObject({ screenId: ScreenId }), nothing),
  openLink: call(v.strictObject({ url: v.pipe(v.string(), v.maxLength(2048)) }), nothing),
  /** Writes the redacted log into the downloads folder; answers the file's name and folder. */
  saveReport: call(nothing, v.strictObject({ name: v.string(), folder: v.string() })),
  /** Writes a report of one connection, without names and addresses, into the downloads folder. */
  saveConnectionReport: call(
    v.strictObject({ text: v.pipe(v.string(), v.maxLength(connectionReportLength)) }),
    v.strictObject({ name: v.string(), folder: v.string() }),
  ),
  writeLog: call(LogEntry, nothing),
};
