import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { contentPolicy, permissionsPolicy, securityHeaders, socketSources } from '#main/shell/content-policy';

describe('the content policy', () => {
  it('is exactly this', () => {
    expect(contentPolicy(['ws://127.0.0.1:9717', 'wss://peers.example'])).toBe(
      "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' blob: data:; " +
        "media-src 'self' blob: mediastream:; connect-src 'self' ws://127.0.0.1:9717 wss://peers.example; worker-src 'self'; " +
        "font-src 'self'; frame-src 'none'; object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; " +
        "require-trusted-types-for 'script'; trusted-types svelte-trusted-html roundtable",
    );
  });

  it('allows microphone, camera and sharing to the page itself and denies sensors and devices', () => {
    expect(permissionsPolicy).toContain('microphone=(self)');
    expect(permissionsPolicy).toContain('camera=(self)');
    expect(permissionsPolicy).toContain('display-capture=(self)');
    expect(permissionsPolicy).toContain('speaker-selection=(self)');
    expect(permissionsPolicy).toContain('geolocation=()');
    expect(permissionsPolicy).toContain('usb=()');
  });

  it('comes with the other headers', () => {
    expect(securityHeaders([])).toMatchObject({
      'X-Content-Type-Options': 'nosniff',
      'Referrer-Policy': 'no-referrer',
      'Cross-Origin-Opener-Policy': 'same-origin',
      'Cross-Origin-Resource-Policy': 'same-origin',
    });
  });
});

describe('socket sources', () => {
  it('keep scheme, host and port, each once', () => {
    expect(
      socketSources([
        'ws://127.0.0.1:9717/roundtable',
        'wss://Peers.Example/',
        'wss://peers.example/other',
        'ws://[::1]:9000/x',
      ]),
    ).toEqual(['ws://127.0.0.1:9717', 'wss://peers.example', 'ws://[::1]:9000']);
  });

  it('leave out whatever is no WebSocket address', () => {
    expect(
      socketSources(['https://a.example', 'javascript:1', '*', '', "wss://x; script-src 'unsafe-inline'"]),
    ).toEqual([]);
  });

  it('never let any text add a directive or a wildcard', () => {
    const text = fc.oneof(
      fc.string(),
      fc.string().map((rest) => `wss://${rest}`),
      fc.webUrl().map((url) => url.replace(/^http/, 'ws')),
    );
    fc.assert(
      fc.property(fc.array(text, { maxLength: 5 }), (urls) => {
        for (const source of socketSources(urls)) expect(source).toMatch(/^wss?:\/\/[a-z0-9.[\]:-]+$/);
      }),
      { numRuns: 2_000 },
    );
  });
});
