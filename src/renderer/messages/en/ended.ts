// How a call ended, for every reason.
import type { EndReason } from '#shared/call-record';

interface EndText {
  title: (name: string) => string;
  text: (name: string) => string;
}

export const ended: Record<EndReason, EndText> = {
  'hung-up': { title: () => 'You left the call', text: () => '' },
  'they-hung-up': { title: (name) => `${name} left the call`, text: () => '' },
  declined: { title: (name) => `${name} declined`, text: () => 'They cannot talk right now.' },
  busy: { title: (name) => `${name} is in another call`, text: () => 'Try again in a while.' },
  'no-answer': { title: (name) => `${name} did not answer`, text: () => 'They will see that you called.' },
  cancelled: { title: () => 'You cancelled the call', text: (name) => `${name} had not answered yet.` },
  unreachable: {
    title: (name) => `${name} cannot be reached`,
    text: () => 'They are offline, or no path between you was found.',
  },
  'link-lost': {
    title: () => 'The connection broke',
    text: () => 'Roundtable tried for a minute and a half to bring it back.',
  },
  'identity-failed': {
    title: (name) => `Nobody proved to be ${name}`,
    text: (name) => `The other end could not show ${name}’s key, so nothing was played or sent.`,
  },
  'key-changed': {
    title: (name) => `${name}’s key has changed`,
    text: () => 'The call was stopped. Compare the safety number on a way you trust before you talk.',
  },
  failed: { title: () => 'The call failed', text: () => 'Something went wrong on this side. Try again.' },
};
