// What almost every description of Roundtable's says (RFC 8866, RFC 9429): the dictionary with which a text by hand is packed, so
// that it fits a QR code. Part of version 1 of the text: what stands here never changes.
const audio = [
  'm=audio 9 UDP/TLS/RTP/SAVPF 63 111',
  'c=IN IP4 0.0.0.0',
  'a=rtcp:9 IN IP4 0.0.0.0',
  'a=ice-ufrag:',
  'a=ice-pwd:',
  'a=ice-options:trickle',
  'a=fingerprint:sha-256 ',
  'a=setup:active',
  'a=setup:actpass',
  'a=mid:0',
  'a=extmap:1 urn:ietf:params:rtp-hdrext:ssrc-audio-level',
  'a=extmap:3 http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01',
  'a=extmap:4 urn:ietf:params:rtp-hdrext:sdes:mid',
  'a=sendrecv',
  'a=msid:- ',
  'a=rtcp-mux',
  'a=rtcp-rsize',
  'a=rtcp-xr:rcvr-rtt=all',
  'a=rtpmap:63 red/48000/2',
  'a=fmtp:63 111/111',
  'a=rtpmap:111 opus/48000/2',
  'a=rtcp-fb:111 transport-cc',
  'a=fmtp:111 minptime=10;useinbandfec=1;usedtx=1',
  'a=ssrc:',
] as const;

/** A payload type with its feedback and its retransmission. */
const codec = (type: number, name: string, format: string): string[] => [
  `a=rtpmap:${type} ${name}/90000`,
  ...['goog-remb', 'transport-cc', 'ccm fir', 'nack', 'nack pli'].map((kind) => `a=rtcp-fb:${type} ${kind}`),
  ...(format === '' ? [] : [`a=fmtp:${type} ${format}`]),
  `a=rtpmap:${type + 1} rtx/90000`,
  `a=fmtp:${type + 1} apt=${type}`,
];

const video = [
  'm=video 9 UDP/TLS/RTP/SAVPF 96 97 98 99 108 109 118 119 120',
  'a=mid:1',
  'a=extmap:14 urn:3gpp:video-orientation',
  'a=extmap:3 http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01',
  'a=extmap:6 http://www.webrtc.org/experiments/rtp-hdrext/video-content-type',
  'a=extmap:4 urn:ietf:params:rtp-hdrext:sdes:mid',
  'a=sendrecv',
  ...codec(96, 'VP8', ''),
  ...codec(98, 'VP9', 'profile-id=0'),
  ...codec(108, 'H264', 'level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f'),
  'a=rtpmap:118 red/90000',
  'a=rtpmap:119 rtx/90000',
  'a=fmtp:119 apt=118',
  'a=rtpmap:120 ulpfec/90000',
  'a=ssrc-group:FID ',
  ' cname:',
  ' msid:- ',
];

const data = [
  'm=application 9 UDP/DTLS/SCTP webrtc-datachannel',
  'a=mid:5',
  'a=sctp-port:5000',
  'a=max-message-size:262144',
];

const beginning = [
  'v=0',
  'o=- ',
  ' 2 IN IP4 127.0.0.1',
  's=-',
  't=0 0',
  'a=group:BUNDLE 0 1 2 3 4 5',
  'a=extmap-allow-mixed',
  'a=msid-semantic: WMS',
];

const candidates =
  'candidate: 1 tcp 1518280447 9 typ host tcptype active typ srflx raddr rport typ relay 1 udp 2122260223 .local typ host generation 0 ufrag network-id 1 network-cost 50';

/** What is near the end is found at the least cost (RFC 1951). */
export const descriptionWords = Buffer.from([candidates, ...data, ...video, ...beginning, ...audio].join('\r\n'));
