// The names under which the desktop shell's preload and main talk. Known to these two only.
import type { CallName, EventName } from '#shared/contract';

export const callChannel = (call: CallName): string => `roundtable:call:${call}`;
export const eventChannel = (event: EventName): string => `roundtable:event:${event}`;
/** The preload says where a file of the page lies; the page never does. */
export const sourceChannel = 'roundtable:source';
