// Shows one scene of the gallery after another, in one page. Development and tests only, never shipped.
import '@fontsource-variable/inter/wght.css';
import '../../../src/renderer/app.css';
import { mount, unmount } from 'svelte';
import App from '../../../src/renderer/App.svelte';
import type { Settings } from '#shared/settings';
import { FakeWorld } from './fake-world';
import { scenes } from './scenes';

declare global {
  interface Window {
    /** Of the scene on show: what it was asked and told. */
    shownWorld: FakeWorld;
    showScene(name: string, theme: Settings['theme']): Promise<void>;
  }
}

const target = document.getElementById('app') ?? document.body;
let shown: Record<string, unknown> | null = null;

window.showScene = async (name, theme) => {
  if (shown) await unmount(shown);
  const scene = scenes[name];
  if (!scene) throw new Error(`no scene is called ${name}`);
  const world = new FakeWorld();
  window.shownWorld = world;
  world.settings = { ...world.settings, theme };
  document.documentElement.dataset['theme'] = theme;
  scene.before?.(world);
  const app = world.createApp();
  shown = mount(App, { target, props: { app } });
  await app.start();
  await scene.then?.(world, app);
};
