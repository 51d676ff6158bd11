// Starts the page: mounts the app with what compose() returns, or says plainly why it cannot.
import '@fontsource-variable/inter/wght.css';
import './app.css';
import { mount } from 'svelte';
import { Failure } from '#shared/failure';
import App from './App.svelte';
import { compose } from './compose';
import BootFailure from './ui/panes/BootFailure.svelte';

const target = document.getElementById('app') ?? document.body;

try {
  mount(App, { target, props: { app: await compose() } });
} catch (reason) {
  mount(BootFailure, { target, props: { code: Failure.from(reason).code } });
}
