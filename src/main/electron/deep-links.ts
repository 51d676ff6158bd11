// `roundtable:` links from the system: at most one invite, link into a room or to a cast, or text by hand comes out of them, and
// nothing else is ever read.
import type { App } from 'electron';
import { parseHandText } from '#shared/by-hand';
import { parseCastLink } from '#shared/cast';
import { parseInviteText } from '#shared/invite';
import { parseRoomLink } from '#shared/room';

const minGapMs = 2_000;
const argumentsRead = 64;

const grammars = [parseInviteText, parseRoomLink, parseCastLink];
const isLink = (text: string): boolean =>
  grammars.some((parse) => parse(text) !== null) || (parseHandText(text)?.payload ?? null) !== null;

/** The one link or text by hand among a program's arguments; null when there is none or more than one. */
export function linkFromArguments(argv: readonly string[]): string | null {
  const links = argv.slice(0, argumentsRead).filter(isLink);
  return links.length === 1 ? (links[0]?.trim() ?? null) : null;
}

export interface DeepLinkOptions {
  readonly app: App;
  readonly argv: readonly string[];
  readonly now: () => number;
  readonly onInvite: (text: string) => void;
  /** Somebody started the app again, or clicked a link: bring the window up. */
  readonly onShow: () => void;
}

/** Listens from before the app is ready, because macOS sends the first link early. */
export function watchDeepLinks({ app, argv, now, onInvite, onShow }: DeepLinkOptions): void {
  let lastMs = Number.NEGATIVE_INFINITY;
  const open = (candidates: readonly string[]): void => {
    const text = linkFromArguments(candidates);
    if (text === null || now() - lastMs < minGapMs) return;
    lastMs = now();
    onInvite(text);
  };
  app.on('open-url', (event, url) => {
    event.preventDefault();
    open([url]);
    onShow();
  });
  app.on('second-instance', (_event, arguments_) => {
    open(arguments_);
    onShow();
  });
  open(argv);
}
