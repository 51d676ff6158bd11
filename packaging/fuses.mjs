// Electron's fuses, all of them spelled out: switches in the packaged program that no file or argument can undo.
import { FuseV1Options, FuseVersion } from '@electron/fuses';

/** The fuses of the packaged app. `platform` is Electron's name: `darwin`, `linux` or `win32`. */
export function fusesFor(platform) {
  return {
    version: FuseVersion.V1,
    // A fuse that a newer Electron adds stops the packaging until it stands here.
    strictlyRequireAllFuses: true,
    resetAdHocDarwinSignature: platform === 'darwin',
    [FuseV1Options.RunAsNode]: false,
    [FuseV1Options.EnableCookieEncryption]: true,
    [FuseV1Options.EnableNodeOptionsEnvironmentVariable]: false,
    [FuseV1Options.EnableNodeCliInspectArguments]: false,
    // Electron checks the archive on these two only.
    [FuseV1Options.EnableEmbeddedAsarIntegrityValidation]: platform !== 'linux',
    [FuseV1Options.OnlyLoadAppFromAsar]: true,
    [FuseV1Options.LoadBrowserProcessSpecificV8Snapshot]: false,
    [FuseV1Options.GrantFileProtocolExtraPrivileges]: false,
    [FuseV1Options.WasmTrapHandlers]: true,
  };
}
