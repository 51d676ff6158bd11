import { EventEmitter } from 'node:events';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { App } from 'electron';
import { castLinkMaxLength, parseCastLink } from '#shared/cast';
import { handTextMaxLength } from '#shared/by-hand';
import { parseInviteText } from '#shared/invite';
import { parseRoomLink, roomLinkMaxLength } from '#shared/room';
import { linkFromArguments, watchDeepLinks } from '#main/electron/deep-links';

const invite = `roundtable:i1/${'Ab-_9'.repeat(40)}`;
const castLink = `roundtable:c1/${'Ab-_9'.repeat(120)}`;
const roomLink = `roundtable:r1/${'Ab-_9'.repeat(80)}`;

function watch(argv: readonly string[] = []) {
  const app = new EventEmitter();
  const seen = { invites: [] as string[], shows: 0, nowMs: 0 };
  watchDeepLinks({
    app: app as unknown as App, // sound: only `on` is called
    argv,
    now: () => seen.nowMs,
    onInvite: (text) => seen.invites.push(text),
    onShow: () => (seen.shows += 1),
  });
  let prevented = 0;
  return {
    seen,
    openUrl: (url: string) => app.emit('open-url', { preventDefault: () => (prevented += 1) }, url),
    startAgain: (arguments_: string[]) => app.emit('second-instance', {}, arguments_, '/'),
    preventedCount: () => prevented,
  };
}

describe('a link from the system', () => {
  it('may be a text that opens a connection by hand', () => {
    const text = `roundtable:h1/${'Ab-_9'.repeat(1_000)}`;
    expect(watch([text]).seen.invites).toEqual([text]);
    expect(watch([`roundtable:h1/${'A'.repeat(handTextMaxLength)}`]).seen.invites).toEqual([]);
  });

  it('reaches the page as the invite text, from the command line, macOS or a second start', () => {
    expect(watch(['--flag', '.', invite]).seen.invites).toEqual([invite]);
    const { seen, openUrl, startAgain, preventedCount } = watch();
    openUrl(invite);
    expect(preventedCount()).toBe(1);
    seen.nowMs = 2_000;
    startAgain(['roundtable', '--allow-file-access', invite]);
    expect(seen).toMatchObject({ invites: [invite, invite], shows: 2 });
  });

  it('may be into a room', () => {
    expect(watch([roomLink]).seen.invites).toEqual([roomLink]);
    expect(linkFromArguments([roomLink, invite])).toBeNull();
    expect(linkFromArguments([`${roomLink}${'A'.repeat(1_000)}`])).toBeNull();
  });

  it('may be to a cast', () => {
    expect(watch([castLink]).seen.invites).toEqual([castLink]);
    expect(linkFromArguments([castLink, roomLink])).toBeNull();
    expect(linkFromArguments([`${castLink}${'A'.repeat(1_000)}`])).toBeNull();
  });

  it('is read at most once in two seconds', () => {
    const { seen, openUrl } = watch();
    for (seen.nowMs = 0; seen.nowMs < 10_000; seen.nowMs += 100) openUrl(invite);
    expect(seen.invites).toHaveLength(5);
  });

  it('is nothing when there are two of them', () => {
    expect(linkFromArguments([invite, `${invite}A`])).toBeNull();
  });

  it('does nothing for anything that is not an invite by the one grammar', () => {
    const near = fc
      .tuple(
        fc.constantFrom(
          'roundtable:',
          'roundtable://',
          'ROUNDTABLE:i1/',
          'roundtable:i1/',
          'roundtable:i9999/',
          'https://x#i1/',
          'roundtable:r1/',
          'https://x#r1/',
          'roundtable:c1/',
          'https://x#c1/',
        ),
        fc.string({ unit: 'binary', maxLength: 600 }),
      )
      .map((parts) => parts.join(''));
    const switches = fc.string({ maxLength: 40 }).map((text) => `--${text}`);
    const argument = fc.oneof(near, switches, fc.string({ unit: 'binary' }), fc.webUrl());
    fc.assert(
      fc.property(fc.array(argument, { maxLength: 8 }), (arguments_) => {
        const { seen, startAgain, openUrl } = watch();
        startAgain(arguments_);
        for (const argument_ of arguments_) openUrl(argument_);
        for (const text of seen.invites) {
          expect(parseInviteText(text) ?? parseRoomLink(text) ?? parseCastLink(text)).not.toBeNull();
          expect(text.length).toBeLessThanOrEqual(Math.max(roomLinkMaxLength, castLinkMaxLength));
          expect(text).toMatch(/^(?:roundtable:[irc]\d{1,3}\/[A-Za-z0-9_-]+|https:\/\/[^\s"'<>]+)$/);
        }
      }),
      { numRuns: 10_000 },
    );
  });

  it('costs nothing however long it is', () => {
    const startedAt = performance.now();
    expect(linkFromArguments([`roundtable:i1/${'A'.repeat(10 * 1024 * 1024)}`])).toBeNull();
    expect(linkFromArguments([`${' '.repeat(10 * 1024 * 1024)}x`])).toBeNull();
    expect(performance.now() - startedAt).toBeLessThan(500);
  });
});
