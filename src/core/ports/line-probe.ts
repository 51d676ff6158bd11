// Tries out servers and looks at devices, without a call and without opening a device.

export type ServerTrial =
  /** It answered, after so long. */
  | { readonly outcome: 'works'; readonly afterMs: number }
  /** A TURN server gave an address, but nothing came back through it. */
  | { readonly outcome: 'deaf' }
  /** It does not take the name and password. */
  | { readonly outcome: 'refused' }
  | { readonly outcome: 'silent' };

export interface ProbedServer {
  readonly url: string;
  readonly username?: string | undefined;
  readonly credential?: string | undefined;
}

export interface DevicesSeen {
  /** `ask`: the system or the browser asks when it is first used. */
  readonly microphone: 'granted' | 'denied' | 'ask' | 'unknown';
  readonly microphones: number;
  readonly speakers: number;
}

/** Everything ends when its signal fires, with what is known by then. Nothing rejects. */
export interface LineProbe {
  /** Asks a STUN server for the public address. */
  tryStun(server: ProbedServer, signal: AbortSignal): Promise<ServerTrial>;
  /** Sends a message to itself through a TURN server. */
  tryTurn(server: ProbedServer, signal: AbortSignal): Promise<ServerTrial>;
  /** The candidates of this machine (RFC 8839 section 5.1), with what these servers tell of it. */
  gather(servers: readonly ProbedServer[], signal: AbortSignal): Promise<readonly string[]>;
  lookAtDevices(): Promise<DevicesSeen>;
}
