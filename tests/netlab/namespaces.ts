// Network namespaces of Linux and the cables between them. They live in a mount namespace of this run alone, so that
// whatever ends the run removes them (scripts/laboratory.mjs).
import { execFileSync } from 'node:child_process';

const folder = '/run/netns';

function run(program: string, args: readonly string[], input?: string): string {
  return execFileSync(program, args, { encoding: 'utf8', input: input ?? '', stdio: ['pipe', 'pipe', 'pipe'] });
}

/** One machine of the laboratory: nothing but a loopback interface until it is cabled. */
export class Namespace {
  readonly name: string;

  constructor(name: string) {
    this.name = name;
    run('ip', ['netns', 'add', name]);
    this.ip('link set lo up');
  }

  /** Puts this before a command to run it in here; the process stays the caller's child under the same id. */
  get prefix(): readonly string[] {
    return ['nsenter', `--net=${folder}/${this.name}`];
  }

  /** Arguments of ip(8), with single spaces between them. */
  ip(command: string): void {
    run('ip', ['-n', this.name, ...command.split(' ')]);
  }

  /** A ruleset of nft(8); it replaces the one before. */
  nft(ruleset: string): void {
    this.run(['nft', '-f', '-'], `flush ruleset\n${ruleset}`);
  }

  run(command: readonly string[], input?: string): string {
    const [program = '', ...args] = [...this.prefix, ...command];
    return run(program, args, input);
  }

  /** Passes packets on between its interfaces. */
  forward(): void {
    this.run(['sysctl', '-q', '-w', 'net.ipv4.ip_forward=1', 'net.ipv6.conf.all.forwarding=1']);
  }

  remove(): void {
    run('ip', ['netns', 'delete', this.name]);
  }
}

/** One end of a cable: an interface of this name in this machine. */
export interface Plug {
  readonly at: Namespace;
  readonly as: string;
  /** With their prefix length, IPv4 or IPv6. */
  readonly addresses?: readonly string[];
  /** The bridge in that machine it belongs to. */
  readonly bridge?: string;
}

function configure({ at, as, addresses = [], bridge }: Plug): void {
  if (bridge !== undefined) at.ip(`link set ${as} master ${bridge}`);
  at.ip(`link set ${as} up`);
  for (const address of addresses) addAddress(at, as, address);
}

/** Without the wait for duplicates that IPv6 makes by itself (RFC 4862). */
export function addAddress(at: Namespace, as: string, address: string): void {
  at.ip(`addr add ${address} dev ${as}${address.includes(':') ? ' nodad' : ''}`);
}

export function cable(one: Plug, other: Plug): void {
  run('ip', [
    ...['link', 'add', one.as, 'netns', one.at.name, 'type', 'veth'],
    ...['peer', 'name', other.as, 'netns', other.at.name],
  ]);
  configure(one);
  configure(other);
}
