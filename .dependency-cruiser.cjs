// Who may import whom: [layer, its path, what it may import besides itself].
const features = '(call|conference|chat|custody|doctor|drop|shares|vault|cast|relay)';
const layers = [
  ['shared', '^src/shared/', []],
  ['core', '^src/core/', ['^src/shared/']],
  ['main', '^src/main/', ['^src/shared/']],
  ['preload', '^src/preload/', ['^src/shared/']],
  ['adapters', '^src/renderer/adapters/', ['^src/shared/', '^src/core/(ports|base/|wire/(limits|paces))']],
  ['messages', '^src/renderer/messages/', ['^src/shared/']],
  ['state', '^src/renderer/state/', ['^src/shared/', '^src/core/', '^src/renderer/messages/']],
  ['ui', '^src/renderer/ui/', ['^src/shared/', '^src/renderer/state/', '^src/renderer/messages/']],
];

module.exports = {
  forbidden: [
    ...layers.map(([name, path, allowed]) => ({
      name: `layer-${name}`,
      severity: 'error',
      from: { path },
      to: { path: '^src/', pathNot: [path, ...allowed] },
    })),
    {
      name: 'features-do-not-meet',
      severity: 'error',
      from: { path: `^src/core/${features}/` },
      to: { path: `^src/core/${features}/`, pathNot: '^src/core/$1/' },
    },
    {
      name: 'services-know-no-shell',
      severity: 'error',
      from: { path: '^src/main/services/' },
      to: { path: '^src/main/(electron|web|shell)(/|\\.ts)' },
    },
    {
      name: 'electron-stays-in-its-shell',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(main/electron/|main/index\\.ts|preload/)' },
      to: { path: '(^|/)node_modules/electron/' },
    },
    {
      name: 'node-stays-in-main',
      severity: 'error',
      from: { path: '^src/(shared|core|renderer|preload)/' },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'svelte-stays-above',
      severity: 'error',
      from: { path: '^src/(shared|core|main|preload|renderer/adapters)/' },
      to: { path: '(node_modules/svelte/|\\.svelte(\\.ts)?$)' },
    },
    {
      name: 'peerjs-in-one-file',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/renderer/adapters/peerjs-rendezvous' },
      to: { path: 'node_modules/peerjs/' },
    },
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    { name: 'no-orphans', severity: 'error', from: { orphan: true, pathNot: '\\.d\\.ts$' }, to: {} },
  ],
  options: {
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { extensions: ['.ts', '.svelte.ts', '.svelte', '.js'] },
  },
};
