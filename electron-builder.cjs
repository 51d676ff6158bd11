// How the desktop app is packed: Windows (nsis), macOS (dmg, hardened runtime) and Linux (AppImage, deb).
const { join } = require('node:path');

/** Flips the fuses before the app is signed. */
async function afterPack({ appOutDir, electronPlatformName, packager }) {
  const { flipFuses } = await import('@electron/fuses');
  const { fusesFor } = await import('./packaging/fuses.mjs');
  const name = packager.appInfo.productFilename;
  const program = { darwin: `${name}.app`, win32: `${name}.exe`, linux: packager.executableName }[electronPlatformName];
  await flipFuses(join(appOutDir, program), fusesFor(electronPlatformName));
}

/** @type {import('electron-builder').Configuration} */
module.exports = {
  appId: 'app.roundtable.desktop',
  productName: 'Roundtable',
  directories: { output: 'dist', buildResources: 'packaging' },
  // The build, the pictures the desktop shows, and what package.json names as dependencies; nothing else ships.
  files: [
    'out/main/**',
    'out/preload/**',
    'out/renderer/**',
    'resources/*.png',
    'package.json',
    '!**/*.{map,md,d.ts,d.mts,d.cts}',
    '!node_modules/@types/**',
    // Native code of the DHT: for this system alone, and nothing for the runtime Bare.
    '!node_modules/**/*.bare',
    '!node_modules/{sodium-native,udx-native}/prebuilds/!(${platform}-${arch})/**',
    '!node_modules/{sodium-native,udx-native}/{binding.cc,CMakeLists.txt}',
  ],
  asar: true,
  // A library inside the archive cannot be loaded; each looks for it beside its own files.
  asarUnpack: ['node_modules/{sodium-native,udx-native}/**'],
  afterPack,
  publish: null,
  npmRebuild: false,
  icon: 'resources/icon.png',
  protocols: [{ name: 'Roundtable invite', schemes: ['roundtable'] }],
  win: { target: ['nsis'] },
  nsis: { oneClick: true, perMachine: false, deleteAppDataOnUninstall: false },
  mac: {
    target: ['dmg'],
    category: 'public.app-category.social-networking',
    hardenedRuntime: true,
    entitlements: 'packaging/entitlements.mac.plist',
    entitlementsInherit: 'packaging/entitlements.mac.plist',
    extendInfo: {
      NSMicrophoneUsageDescription: 'So that people can hear you in a call.',
      NSCameraUsageDescription: 'So that people can see you in a call.',
      NSAudioCaptureUsageDescription: 'So that people can hear what you share with them.',
      NSLocalNetworkUsageDescription: 'So that contacts on the same network find you, and calls with them are direct.',
    },
  },
  linux: {
    target: ['AppImage', 'deb'],
    executableName: 'roundtable',
    category: 'Network',
    synopsis: 'Calls between equals, peer to peer',
    maintainer: 'Roundtable contributors',
  },
};
