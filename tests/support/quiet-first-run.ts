// A program of its own, run where packets are counted: two people sit down and become contacts.
import { freePort } from '#tests/support/free-port';
import { Person } from '#tests/support/person';

const peerPort = await freePort();
const ada = await Person.sitDown({ name: 'Ada', peerPort });
const ben = await Person.sitDown({ name: 'Ben', peerPort });
process.stdout.write('sat down\n');
await Promise.all([ada.leaveTable(), ben.leaveTable()]);
process.exit(0);
