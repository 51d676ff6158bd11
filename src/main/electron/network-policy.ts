// Which local addresses and UDP ports WebRTC may use in the desktop shell, from the person's settings.
import type { WebContents } from 'electron';
import type { Settings } from '#shared/settings';

type Policy = Parameters<WebContents['setWebRTCIPHandlingPolicy']>[0];

/** "Hide my address" also keeps the addresses of other interfaces back; a relay does the rest (`iceTransportPolicy`). */
const ipHandlingPolicy = ({ relayOnly }: Pick<Settings, 'relayOnly'>): Policy =>
  relayOnly ? 'default_public_interface_only' : 'default';

export function applyNetworkPolicy(contents: WebContents, settings: Pick<Settings, 'relayOnly' | 'portRange'>): void {
  contents.setWebRTCIPHandlingPolicy(ipHandlingPolicy(settings));
  contents.setWebRTCUDPPortRange(settings.portRange ?? { min: 0, max: 0 });
}
