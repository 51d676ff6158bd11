// Who I am: my name and key, and the words that bring them back.
import type { Host } from '#shared/contract';
import type { Identity } from '#shared/identity';

export class SelfState {
  readonly #host: Pick<Host, 'renameSelf' | 'readRecoveryWords'>;
  #identity: Identity;

  constructor(host: Pick<Host, 'renameSelf' | 'readRecoveryWords'>, identity: Identity) {
    this.#host = host;
    this.#identity = $state.raw(identity);
  }

  get identity(): Identity {
    return this.#identity;
  }

  async rename(name: string): Promise<void> {
    this.#identity = await this.#host.renameSelf({ name });
  }

  async recoveryWords(): Promise<readonly string[]> {
    return await this.#host.readRecoveryWords();
  }
}
