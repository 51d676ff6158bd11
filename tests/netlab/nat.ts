// The kinds of network address translation (RFC 4787) and firewalls that a router of the laboratory can have, as rules of
// nftables between the interfaces `lan` and `wan`.

export type NatKind =
  /** Endpoint-independent mapping and filtering. */
  | 'full-cone'
  /** Endpoint-independent mapping, address- and port-dependent filtering: most homes. */
  | 'cone'
  /** Address- and port-dependent mapping. */
  | 'symmetric'
  /** As `cone`, but no UDP goes out. */
  | 'udp-blocked'
  /** As `cone`, but nothing goes out except TCP to port 443. */
  | 'tcp-443'
  /** IPv6 without translation; only answers come in. */
  | 'firewall-6';

/**
 * A packet that comes in before ours went out would take our port in the table of connections, and our own would then get
 * another one: as symmetric as can be. Real routers drop it before they remember it.
 */
const dropUnasked = `
table inet unasked {
  chain input {
    type filter hook input priority filter
    iifname "wan" ct state new drop
  }
}`;

const masquerade = (how = ''): string => `
table ip translation {
  chain outgoing {
    type nat hook postrouting priority srcnat
    oifname "wan" masquerade ${how}
  }
}`;

const fullCone = `
table ip translation {
  map inside {
    type inet_service : ipv4_addr . inet_service
    flags dynamic,timeout
    timeout 5m
    size 65535
  }
  chain outgoing {
    type nat hook postrouting priority srcnat
    oifname "wan" ip protocol udp update @inside { udp sport : ip saddr . udp sport }
    oifname "wan" masquerade
  }
  chain incoming {
    type nat hook prerouting priority dstnat
    iifname "wan" dnat ip to udp dport map @inside
  }
}`;

const passOnly = (allowed: string): string => `
table inet outgoing {
  chain pass {
    type filter hook forward priority filter
    oifname "wan" ${allowed} accept
    oifname "wan" drop
  }
}`;

const answersOnly = `
table inet answers {
  chain pass {
    type filter hook forward priority filter
    iifname "wan" ct state new drop
  }
}`;

export const natRules: Readonly<Record<NatKind, string>> = {
  'full-cone': fullCone,
  cone: dropUnasked + masquerade(),
  symmetric: dropUnasked + masquerade('fully-random'),
  'udp-blocked': dropUnasked + masquerade() + passOnly('meta l4proto tcp'),
  'tcp-443': dropUnasked + masquerade() + passOnly('tcp dport 443'),
  'firewall-6': answersOnly,
};
