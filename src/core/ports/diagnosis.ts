// What a connection tells of the way it found: kinds of addresses and counters, never the addresses themselves.

/** RFC 8445 section 5.1.1. */
export const candidateKinds = ['host', 'srflx', 'prflx', 'relay'] as const;
export type CandidateKind = (typeof candidateKinds)[number];

/** `hidden`: a name of multicast DNS stands in its place, or nothing. */
export const addressFamilies = ['ipv4', 'ipv6', 'hidden'] as const;
export type AddressFamily = (typeof addressFamilies)[number];

/** `private`: of use inside one network, or one provider's, only. */
export const addressPlaces = ['private', 'public', 'hidden'] as const;
export type AddressPlace = (typeof addressPlaces)[number];

export const transports = ['udp', 'tcp'] as const;
/** How a TURN server is spoken to. */
export const relayTransports = ['udp', 'tcp', 'tls'] as const;
type RelayTransport = (typeof relayTransports)[number];

export interface CandidateFacts {
  readonly kind: CandidateKind;
  readonly family: AddressFamily;
  readonly place: AddressPlace;
  readonly transport: (typeof transports)[number];
}

/** One end of the pair in use. */
export interface PathEnd extends CandidateFacts {
  /** Of this side's own relay; null on any other end. */
  readonly relayBy: RelayTransport | null;
}

export const nearnesses = ['same-machine', 'same-subnet', 'apart'] as const;

/** The pair of addresses that packets travel between. */
export interface ChosenPath {
  readonly local: PathEnd;
  readonly remote: PathEnd;
  /** By the addresses, as far as they are shown. */
  readonly nearness: (typeof nearnesses)[number];
}

export const dtlsStates = ['new', 'connecting', 'connected', 'failed', 'closed'] as const;

export interface LinkCounters {
  readonly roundTripMs: number | null;
  readonly jitterMs: number | null;
  readonly bytesSent: number;
  readonly bytesReceived: number;
  readonly packetsReceived: number;
  readonly packetsLost: number;
}

export interface PathReading {
  /** Null while none was found. */
  readonly path: ChosenPath | null;
  /** Pairs of addresses that were checked, and that answered. */
  readonly pairs: { readonly tried: number; readonly answered: number };
  readonly dtls: (typeof dtlsStates)[number] | null;
  readonly counters: LinkCounters;
}
