// What a page of Roundtable may load and do, as HTTP headers. Both shells send the same ones.

/** `ws:` or `wss:` and a host, as a CSP source; anything else is refused, so that no setting can widen the policy. */
const source = /^wss?:\/\/(?:[a-z0-9.-]{1,253}|\[[0-9a-f:.]{2,45}\])(?::\d{1,5})?$/;

/** The CSP sources of rendezvous addresses: each once, without paths, in the order given. */
export function socketSources(urls: readonly string[]): string[] {
  const sources = urls
    .map((url) => (URL.canParse(url) ? new URL(url) : null))
    .map((url) => (url ? `${url.protocol}//${url.host}` : ''));
  return [...new Set(sources)].filter((candidate) => source.test(candidate));
}

/**
 * The Content-Security-Policy. `sockets` come from `socketSources`. WebAssembly may be compiled (noise suppression and
 * Opus need it), text may not be evaluated, and nothing inline runs. CSP does not govern WebRTC.
 */
export function contentPolicy(sockets: readonly string[]): string {
  return [
    "default-src 'none'",
    "script-src 'self' 'wasm-unsafe-eval'",
    "style-src 'self'",
    "img-src 'self' blob: data:",
    "media-src 'self' blob: mediastream:",
    ["connect-src 'self'", ...sockets].join(' '),
    "worker-src 'self'",
    "font-src 'self'",
    "frame-src 'none'",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    'trusted-types svelte-trusted-html roundtable',
  ].join('; ');
}

const allowedFeatures = [
  'autoplay',
  'camera',
  'compute-pressure',
  'display-capture',
  'fullscreen',
  'microphone',
  'speaker-selection',
];
const deniedFeatures = ['geolocation', 'hid', 'midi', 'payment', 'serial', 'usb', 'xr-spatial-tracking'];

export const permissionsPolicy = [
  ...allowedFeatures.map((feature) => `${feature}=(self)`),
  ...deniedFeatures.map((feature) => `${feature}=()`),
].join(', ');

/** Headers of every answer of either shell. */
export function securityHeaders(sockets: readonly string[]): Record<string, string> {
  return {
    'Content-Security-Policy': contentPolicy(sockets),
    'Permissions-Policy': permissionsPolicy,
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Cross-Origin-Resource-Policy': 'same-origin',
    'Referrer-Policy': 'no-referrer',
    'X-Content-Type-Options': 'nosniff',
    'X-Frame-Options': 'DENY',
  };
}
