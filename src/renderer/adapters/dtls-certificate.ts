// The DTLS certificate of this start of the app: made once, ahead of time, so that opening a link costs nothing. The
// identity does not hang on it: each link proves the person behind its certificates anew.

const lifetimeMs = 30 * 24 * 60 * 60 * 1000;
/** A connection cannot be made with a certificate that has expired, and may live long. */
const renewAheadMs = 7 * 24 * 60 * 60 * 1000;

let made: Promise<RTCCertificate> | null = null;
let expiresAtMs = 0;

/** ECDSA on P-256 (RFC 8827 section 6.5), the same until it nears its end. */
export function dtlsCertificate(): Promise<RTCCertificate> {
  const nowMs = Date.now();
  if (made && nowMs < expiresAtMs - renewAheadMs) return made;
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256', expires: lifetimeMs };
  made = RTCPeerConnection.generateCertificate(algorithm);
  expiresAtMs = nowMs + lifetimeMs;
  made.catch(() => {
    made = null; // the next link tries again
  });
  return made;
}

/** SHA-256 over the certificate (RFC 8122 section 5), 32 bytes; null when the browser does not tell it. */
export function fingerprintOf(certificate: RTCCertificate): Uint8Array | null {
  const told = certificate.getFingerprints().find(({ algorithm }) => algorithm?.toLowerCase() === 'sha-256')?.value;
  const bytes = Uint8Array.from((told ?? '').split(':'), (hex) => Number.parseInt(hex, 16));
  return bytes.length === 32 ? bytes : null;
}

/** The same of a certificate in DER, as an RTCDtlsTransport tells the other side's. */
export async function fingerprintOfDer(der: ArrayBuffer): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', der));
}
