// What friends say to each other about connections that one of them carries for two others (docs/protocol/friend-relay.md).
import * as v from 'valibot';
import { PeerId } from '#shared/identity';
import { SessionId } from '#shared/signal';

/** Of one tunnel, 8 random bytes as hex. */
export const TunnelId = v.pipe(v.string(), v.regex(/^[0-9a-f]{16}$/), v.brand('TunnelId'));
export type TunnelId = v.InferOutput<typeof TunnelId>;

/** X25519, for this tunnel only. */
const PublicKey = v.pipe(v.instance(Uint8Array), v.length(32));

export const relayMessages = {
  /** Whether I carry connections of friends. */
  'relay.willing': v.strictObject({ isOn: v.boolean() }),
  /** To whoever carries: bring this to `to`. */
  'relay.ask': v.strictObject({ tunnel: TunnelId, to: PeerId, session: SessionId, key: PublicKey }),
  /** From whoever carries: `from` wants to reach you through me. */
  'relay.asked': v.strictObject({ tunnel: TunnelId, from: PeerId, session: SessionId, key: PublicKey }),
  'relay.answer': v.strictObject({ tunnel: TunnelId, key: PublicKey }),
  'relay.answered': v.strictObject({ tunnel: TunnelId, key: PublicKey }),
  /** I am through with this tunnel, or never began it. To and from whoever carries. */
  'relay.leave': v.strictObject({ tunnel: TunnelId }),
  'relay.left': v.strictObject({ tunnel: TunnelId }),
} as const;
