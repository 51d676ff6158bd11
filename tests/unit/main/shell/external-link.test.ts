import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseExternalLink } from '#main/shell/external-link';

const schemes = (
  'about acap acct afp appref-ms app apt asset bitcoin blob calculator callto chrome chrome-extension content cvs data dav dict ' +
  'discord dns ed2k edge facetime feed file finger fish ftp ftps geo git gopher gtalk hcp help http icap im imap info intent ipp ' +
  'irc irc6 ircs iris itms jabber jar javascript jdbc keyparc lastfm ldap ldaps livescript localexplorer magnet maps market message ' +
  'mid mms ms-access ms-appinstaller ms-browser-extension ms-calculator ms-cxh ms-excel ms-gamebarservices ms-help ms-infopath ' +
  'ms-its ms-msdt ms-officecmd ms-people ms-powerpoint ms-project ms-publisher ms-search ms-settings ms-spd ms-store ms-visio ' +
  'ms-walk-to ms-windows-store ms-word mumble news nfs nntp notes oid onenote opaquelocktoken palm paparazzi platform pop pres ' +
  'prospero proxy psyc query redis rediss reload res resource rmi rsync rtmp rtsp search search-ms secondlife service session sftp ' +
  'sgn shell shttp sip sips skype slack smb sms snmp soldat spotify ssh steam stun stuns svn tag teamspeak tel telnet tftp thunder ' +
  'tip tn3270 turn turns tv udp unreal urn ut2004 vbscript vemmi ventrilo view-source vnc wais webcal wpid ws wss wtai wyciwyg ' +
  'x-apple x-man-page xcon xfire xmpp xri ymsgr z39.50r roundtable zoommtg vscode obsidian ms-teams tg whatsapp jnlp mk ms-itss'
).split(' ');

const hostile = [
  ...schemes.map((scheme) => `${scheme}:payload`),
  ...schemes.map((scheme) => `${scheme}://host/payload`),
  ' https://example.org',
  'https://example.org ',
  'https://example.org\u0000.evil',
  'https://example.org/\r\nX: y',
  'https:example.org',
  'https:\\\\example.org\\share',
  'https:///etc/passwd',
  'https://',
  'https://user@example.org/',
  'https://user:password@example.org/',
  'https://ex\u202eample.org',
  'https://exämple.org/',
  'https://example.org/"--flag',
  "https://example.org/'$(id)'",
  'https://example.org/`id`',
  'https://example.org/<script>',
  'https://example.org/|calc',
  'https://example.org/^&calc',
  '\\\\server\\share',
  '//server/share',
  '/etc/passwd',
  'C:\\Windows\\System32\\calc.exe',
  'h\tttps://example.org',
  'java\nscript:alert(1)',
  'JAVASCRIPT:alert(1)',
  'mailto:',
  'mailto://host/x',
  'mailto:a@example.org?attach=/etc/passwd',
  'mailto:a@example.org?attachment=C:%5Csecret',
  'mailto:a@example.org?Attach=x',
  'mailto:%22%20--flag',
  'mailto:no-at-sign',
  `https://example.org/${'a'.repeat(2048)}`,
];

describe('an address that leaves the app', () => {
  it.each([
    'https://example.org/',
    'HTTPS://Example.org/a?b=c#d',
    'https://example.org:8443/x',
    'mailto:ada@example.org',
    'mailto:ada@example.org?subject=Hello',
  ])('may be %s', (text) => {
    expect(parseExternalLink(text)?.href).toBe(new URL(text).href);
  });

  it('may not be any of 300 other schemes, encodings and tricks', () => {
    expect(hostile.length).toBeGreaterThan(300);
    expect(hostile.filter((text) => parseExternalLink(text) !== null)).toEqual([]);
  });

  it('is https or mailto whatever the text is', () => {
    const text = fc.oneof(
      fc.string(),
      fc.webUrl(),
      fc
        .tuple(fc.constantFrom(...schemes, 'https', 'mailto'), fc.string())
        .map(([scheme, rest]) => `${scheme}:${rest}`),
      fc.string({ unit: 'binary' }).map((rest) => `https://example.org/${rest}`),
    );
    fc.assert(
      fc.property(text, (candidate) => {
        const url = parseExternalLink(candidate);
        if (!url) return;
        expect(['https:', 'mailto:']).toContain(url.protocol);
        expect(url.username + url.password).toBe('');
        expect(url.href).toMatch(/^[\x21-\x7e]+$/);
      }),
      { numRuns: 5_000 },
    );
  });
});
