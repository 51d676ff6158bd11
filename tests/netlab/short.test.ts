// The laboratory in short, as a part of `npm test`: a few networks that differ most. All of it: `npm run netlab`.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { caseNamed } from '#tests/netlab/cases';
import { runFault } from '#tests/netlab/fault';
import { faultNamed } from '#tests/netlab/faults';
import { runCase } from '#tests/netlab/matrix';
import { People } from '#tests/netlab/people';

let people: People;

beforeAll(async () => {
  people = await People.meet();
});

afterAll(() => {
  people.remove();
});

describe('two people hear and see each other', () => {
  const networks: readonly (readonly [words: string, name: string, path: RegExp])[] = [
    ['on one local network with no server at all', 'same-lan/same-lan', /^host udp - host udp$/],
    ['over IPv6 alone, through two firewalls', 'firewall-6/firewall-6', /^host udp - host udp$/],
    ['straight from home to home', 'cone/cone', /^srflx udp - srflx udp$/],
    ['by a relay where both routers are symmetric', 'symmetric/symmetric+turn', /relay by udp/],
    ['by a relay over TLS where only port 443 is open', 'tcp-443/cone+turn', /relay by tls/],
  ];

  test.each(networks)('%s', async (_, name, path) => {
    const { app } = await runCase(people, caseNamed(name), { withBaseline: false });
    expect(app).toMatchObject({ connected: true, heard: true });
    expect(app.path).toMatch(path);
  });
});

describe('a running call', () => {
  const faults: readonly (readonly [words: string, name: string])[] = [
    ['goes on when the machine of one side gets another address', 'address-change'],
    ['goes on by the second TURN server when the one in use dies', 'turn-killed'],
  ];

  test.each(faults)('%s', async (_, name) => {
    const { kept, backMs } = await runFault(people, faultNamed(name));
    expect(kept).toBe(true);
    expect(backMs).not.toBeNull();
  });
});
