// A PeerServer as a program of its own: `node peer-server.ts ADDRESS PORT`. Says "ready" once it listens.
import { PeerServer } from 'peer';

const [, , host = '127.0.0.1', port = '9000'] = process.argv;
PeerServer({ host, port: Number(port), path: '/' }, () => process.stdout.write('ready\n'));
