// A name server that knows no name: answers every question with NXDOMAIN (RFC 1035) and prints what was asked.
import { createSocket } from 'node:dgram';

/** The name in the first question, after the header of 12 bytes. */
function askedName(query: Buffer): string {
  const labels: string[] = [];
  for (let at = 12, length = query[at] ?? 0; length > 0 && at < query.length; length = query[at] ?? 0) {
    labels.push(query.toString('latin1', at + 1, at + 1 + length));
    at += length + 1;
  }
  return labels.join('.');
}

const socket = createSocket('udp4');
socket.on('message', (query, { port, address }) => {
  process.stdout.write(`asked=${askedName(query)}\n`);
  const answer = Buffer.from(query);
  answer.writeUInt16BE(0x81_83, 2);
  socket.send(answer, port, address);
});
socket.bind(53, '127.0.0.53');
