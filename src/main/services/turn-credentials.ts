// Short-lived names and passwords for a TURN server that shares a secret with this person ("A REST API for access to TURN
// services", draft-uberti-behave-turn-rest).
import { createHmac } from 'node:crypto';
import type { IceServer } from '#shared/ice';
import type { Settings } from '#shared/settings';
import { serviceLimits } from '#main/services/service-limits';

type TurnServer = Settings['turnServers'][number];

/** `label` tells the server's quota one user from another; it must not be the peer id. */
export function turnServer({ urls, auth }: TurnServer, label: string, nowMs: number): IceServer {
  if (auth.kind === 'password') return { urls, username: auth.username, credential: auth.password };
  const expirySeconds = Math.floor((nowMs + serviceLimits.turnCredentialLifeMs) / 1_000);
  const username = `${expirySeconds}:${label}`;
  return { urls, username, credential: createHmac('sha1', auth.secret).update(username).digest('base64') };
}
