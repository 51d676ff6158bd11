// Mounts one scene of the gallery: `?scene=call-audio&theme=dark`. Development only, never shipped.
import '@fontsource-variable/inter/wght.css';
import '../../../src/renderer/app.css';
import { mount } from 'svelte';
import App from '../../../src/renderer/App.svelte';
import type { Settings } from '#shared/settings';
import { FakeWorld } from './fake-world';
import { scenes } from './scenes';

const asked = new URLSearchParams(location.search);
const scene = scenes[asked.get('scene') ?? 'home'];
if (!scene) throw new Error('no such scene');

const world = new FakeWorld();
const theme = (['light', 'dark', 'contrast'] as const satisfies Settings['theme'][]).find(
  (one) => one === asked.get('theme'),
);
world.settings = { ...world.settings, theme: theme ?? 'system' };
scene.before?.(world);
const app = world.createApp();
mount(App, { target: document.getElementById('app') ?? document.body, props: { app } });
await app.start();
await scene.then?.(world, app);
document.documentElement.dataset['scene'] = 'ready';
