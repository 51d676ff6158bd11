// What the renderer needs to make connections: ICE servers and policy, and the rendezvous to register with. Made by main.
import * as v from 'valibot';

export const IceServer = v.strictObject({
  urls: v.pipe(
    v.array(v.pipe(v.string(), v.regex(/^(?:stun|stuns|turn|turns):[^\s]{1,255}$/))),
    v.minLength(1),
    v.maxLength(4),
  ),
  username: v.optional(v.pipe(v.string(), v.maxLength(256))),
  credential: v.optional(v.pipe(v.string(), v.maxLength(256))),
});
export type IceServer = v.InferOutput<typeof IceServer>;

/** A PeerServer and how to register there. `token` is kept per server so that a restart may take the same id again. */
export const RendezvousServer = v.strictObject({
  url: v.pipe(v.string(), v.regex(/^wss?:\/\/[^\s/?#]{1,255}(?:\/[^\s?#]{0,128})?$/)),
  key: v.pipe(v.string(), v.maxLength(64)),
  token: v.pipe(v.string(), v.maxLength(64)),
  scope: v.picklist(['machine', 'network', 'internet']),
});
export type RendezvousServer = v.InferOutput<typeof RendezvousServer>;

export const NetworkConfig = v.strictObject({
  iceServers: v.pipe(v.array(IceServer), v.maxLength(8)),
  iceTransportPolicy: v.picklist(['all', 'relay']),
  rendezvous: v.pipe(v.array(RendezvousServer), v.maxLength(4)),
  /** Whether to have a mailbox on the local network too. */
  isNearbyOn: v.boolean(),
  /** Whether to have one in the distributed hash table. */
  isDhtOn: v.boolean(),
});
export type NetworkConfig = v.InferOutput<typeof NetworkConfig>;
