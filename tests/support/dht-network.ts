// A network of DHT nodes that exists on loopback only.
import createTestnet from 'hyperdht/testnet';

export interface DhtNetwork {
  /** For the settings of those who are to use it. */
  readonly nodes: readonly string[];
  close(): Promise<void>;
}

export async function openDhtNetwork(size = 8, port = 0): Promise<DhtNetwork> {
  const testnet = await createTestnet(size, { port });
  return {
    nodes: testnet.bootstrap.map(({ host, port }) => `${host}:${port}`),
    close: async () => {
      await testnet.destroy();
    },
  };
}
