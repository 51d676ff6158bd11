// What a check of one's own line found, in words.
import type { LineVerdict } from '#shared/connection-verdict';
import { m } from '#messages/messages';
import type { LineFindings, TriedServer } from '#core/doctor/line-verdict';
import type { DevicesSeen } from '#core/ports/line-probe';
import { mailboxDetail } from '#state/mailbox-words';

export interface LineItem {
  readonly name: string;
  readonly detail: string;
  readonly state: 'good' | 'bad' | 'plain' | 'running';
}

export interface LineGroup {
  readonly title: string;
  readonly items: readonly LineItem[];
}

export function lineTone(verdict: LineVerdict): 'info' | 'warning' | 'error' {
  const fine: readonly LineVerdict[] = ['fine', 'local-only', 'without-relay'];
  if (fine.includes(verdict)) return 'info';
  const errors: readonly LineVerdict[] = ['unreachable', 'no-network', 'hidden-without-relay', 'no-udp'];
  return errors.includes(verdict) ? 'error' : 'warning';
}

function mailboxItem(mailbox: LineFindings['mailboxes'][number], isRunning: boolean): LineItem {
  const { scope, phase } = mailbox;
  const isOpen = phase === 'open';
  const waits = isRunning && phase === 'connecting';
  return {
    name: m.reach.scope[scope],
    detail: mailboxDetail(mailbox),
    state: isOpen ? 'good' : waits ? 'running' : 'bad',
  };
}

function mailboxItems({ mailboxes }: LineFindings, isRunning: boolean): readonly LineItem[] {
  if (mailboxes.length === 0) return [{ name: m.doctor.line.noMailboxes, detail: m.reach.none, state: 'bad' }];
  return mailboxes.map((one) => mailboxItem(one, isRunning));
}

/** `turns:relay.example:443?transport=tcp` as `relay.example:443`. */
const hostOf = (url: string): string => url.replace(/^\w+:/, '').replace(/\?.*$/, '');

function serverBy(url: string): string {
  if (url.startsWith('turns:')) return m.doctor.by.tls;
  return url.includes('transport=tcp') ? m.doctor.by.tcp : m.doctor.by.udp;
}

function serverItem({ url, isTurn, trial }: TriedServer): LineItem {
  const { line, facts } = m.doctor;
  const name = isTurn ? line.turn(hostOf(url), serverBy(url)) : line.stun(hostOf(url));
  if (!trial) return { name, detail: '', state: 'running' };
  if (trial.outcome !== 'works') return { name, detail: line.trial[trial.outcome], state: 'bad' };
  const detail = facts(isTurn ? line.relays : line.answers, m.doctor.after(trial.afterMs));
  return { name, detail, state: 'good' };
}

function addressItem({ addresses, isRelayOnly }: LineFindings): LineItem {
  const { line, family, facts, natText } = m.doctor;
  if (!addresses) return { name: line.addresses, detail: '', state: 'running' };
  const families = facts(addresses.hasIpv4 ? family.ipv4 : '', addresses.hasIpv6 ? family.ipv6 : '');
  const nat = isRelayOnly ? line.hidden : natText[addresses.nat];
  const isBad = addresses.count === 0;
  return {
    name: line.addresses,
    detail: isBad ? line.noAddress : facts(families, nat),
    state: isBad ? 'bad' : 'plain',
  };
}

function deviceItems(devices: DevicesSeen | null): readonly LineItem[] {
  const { line } = m.doctor;
  const [microphone, speaker] = [m.devices.microphone, m.devices.speaker];
  if (!devices) return [microphone, speaker].map((name) => ({ name, detail: '', state: 'running' }));
  const isMissing = devices.microphones === 0;
  return [
    {
      name: microphone,
      detail: isMissing ? line.missing : line.permission[devices.microphone],
      state: isMissing || devices.microphone === 'denied' ? 'bad' : 'good',
    },
    {
      name: speaker,
      detail: devices.speakers === 0 ? line.speakerUnknown : line.present,
      state: devices.speakers === 0 ? 'plain' : 'good',
    },
  ];
}

export function lineItems(findings: LineFindings, isRunning: boolean): readonly LineGroup[] {
  const { line } = m.doctor;
  const servers = findings.servers.map(serverItem);
  const none: LineItem = { name: line.noServers, detail: line.noServersText, state: 'plain' };
  return [
    { title: line.groups.mailboxes, items: mailboxItems(findings, isRunning) },
    { title: line.groups.paths, items: [addressItem(findings), ...(servers.length === 0 ? [none] : servers)] },
    { title: line.groups.devices, items: deviceItems(findings.devices) },
  ];
}
