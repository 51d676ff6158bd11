// Writes a stream into an answer as fast as it is taken, and holds nothing back for whoever has gone.
import { once } from 'node:events';
import type { ServerResponse } from 'node:http';

/** What fails ends the connection: nobody may take a part for the whole. */
export async function sendStream(stream: ReadableStream<Uint8Array>, response: ServerResponse): Promise<void> {
  const reader = stream.getReader();
  const closed = new Promise((resolve) => response.once('close', resolve));
  void closed.then(async () => await reader.cancel()).catch(() => undefined);
  try {
    if (response.destroyed) await reader.cancel();
    for (let piece = await reader.read(); !piece.done; piece = await reader.read())
      if (!response.write(piece.value)) await Promise.race([once(response, 'drain'), closed]);
    response.end();
  } catch {
    response.destroy();
  }
}
