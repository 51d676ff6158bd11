// The few pages the web shell shows when it may not show the app: each says what happened and what to do.
import { createHash } from 'node:crypto';

const style = `
:root { color-scheme: light dark; --bg: #f7f5f1; --ink: #1e1b18; --ink-2: #6b645c; --accent: #0f766e }
@media (prefers-color-scheme: dark) { :root { --bg: #151412; --ink: #f3efea; --ink-2: #aba39a; --accent: #2dd4bf } }
body { font: 16px/1.5 system-ui, sans-serif; background: var(--bg); color: var(--ink-2); max-width: 34rem; margin: 18vh auto 0; padding: 0 1.5rem }
h1 { font-size: 1.625rem; font-weight: 600; color: var(--ink); margin: 1rem 0 0.5rem }
body::before { content: ''; display: block; width: 40px; height: 28px; border-radius: 50%; background: var(--accent) }
a { color: var(--accent) }
`;

const styleHash = createHash('sha256').update(style).digest('base64');

/** Nothing but their own style sheet. */
export const noticePolicy = `default-src 'none'; style-src 'sha256-${styleHash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;

export interface Notice {
  readonly status: number;
  readonly html: string;
}

const page = (title: string, head: string, body: string): string =>
  `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${title}</title>${head}<style>${style}</style></head><body>${body}</body></html>`;

const notice = (status: number, title: string, text: string): Notice => ({
  status,
  html: page(`${title} · Roundtable`, '', `<h1>${title}</h1><p>${text}</p>`),
});

const howToGetIn =
  'Use the window that is open already. If there is none, stop Roundtable in its terminal, start it again, and open the new address it prints.';

export const notices = {
  noAccess: notice(
    401,
    'This browser has no key to Roundtable',
    `Open the address that Roundtable printed when it started. It works once. ${howToGetIn}`,
  ),
  tokenUsed: notice(
    403,
    'This address was used already',
    `For your safety each address opens Roundtable only once. ${howToGetIn}`,
  ),
  tokenWrong: notice(
    403,
    'This address is not the right one',
    `It belongs to an earlier start of Roundtable. ${howToGetIn}`,
  ),
  notFound: notice(404, 'There is nothing here', '<a href="/">Go to Roundtable</a>.'),
  notAllowed: notice(405, 'This cannot be done here', 'Roundtable only shows its own pages here.'),
  wrongHost: notice(421, 'Wrong address', 'Roundtable answers only at the address it printed when it started.'),
  wrongOrigin: notice(403, 'Refused', 'Another page tried to use Roundtable. Nothing was given to it.'),
} as const;

/**
 * Goes to the app from within its own origin. A browser that was sent here by another page or a file keeps a strict
 * cookie back, also across a redirect; a navigation that starts here carries it.
 */
export const passOn: Notice = {
  status: 200,
  html: page('Roundtable', '<meta http-equiv="refresh" content="0;url=/">', '<p><a href="/">Go to Roundtable</a></p>'),
};
