// What keeps the identity's secret at rest. Each shell brings its own; the name is stored beside what it protected.
export interface KeyProtector {
  /** Changes when another mechanism or back end takes over: what one protected, another must not be asked to read. */
  readonly name: string;
  protect(secret: Uint8Array): Promise<Uint8Array>;
  /** Rejects when it cannot read what it protected, for now or for ever. */
  unprotect(sealed: Uint8Array): Promise<Uint8Array>;
}
