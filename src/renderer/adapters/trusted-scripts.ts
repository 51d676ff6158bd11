// The addresses of our own scripts that a worker may be started from, where the page demands trusted types.

interface ScriptPolicy {
  createScriptURL(address: string): unknown;
}

interface PolicyFactory {
  createPolicy(name: string, rules: { createScriptURL: (address: string) => string }): ScriptPolicy;
}

let policy: ScriptPolicy | null = null;

/** Not in TypeScript's DOM yet, nor in every browser. */
function policyFactory(): PolicyFactory | null {
  return (Reflect.get(globalThis, 'trustedTypes') as PolicyFactory | undefined) ?? null; // sound: W3C Trusted Types
}

function ownAddress(address: string): string {
  const [url, page] = [new URL(address, document.baseURI), new URL(document.baseURI)];
  // Not by origin: that of the desktop shell's scheme is opaque in some versions.
  if (url.protocol !== page.protocol || url.host !== page.host) throw new TypeError('not a script of ours');
  return url.href;
}

/** @param address of a script that the build put beside the page */
export function startWorker(address: string): Worker {
  policy ??= policyFactory()?.createPolicy('roundtable', { createScriptURL: ownAddress }) ?? null;
  // Sound: the constructor takes what the policy makes; TypeScript knows only strings.
  return new Worker(policy ? (policy.createScriptURL(address) as string) : ownAddress(address));
}
