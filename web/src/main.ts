/** Where the app begins: follow the address, obey keys, listen to the server, show the shell. */
import { mount } from 'svelte';
import { keepLaunches } from './api/launches.svelte.ts';
import { listen } from './api/live.svelte.ts';
import App from './App.svelte';
import { obey } from './lib/keys.svelte.ts';
import { follow } from './lib/route.svelte.ts';
import { keepStatus } from './lib/status.svelte.ts';
import './theme.css';

follow();
obey();
keepStatus();
keepLaunches();
mount(App, { target: document.getElementById('app')! });
listen();
