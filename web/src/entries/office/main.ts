import '../../ui/tokens.css';
import '../../ui/base.css';
import '../../ui/office.css';
import { mount } from 'svelte';
import App from './App.svelte';

const target = document.getElementById('app');
if (!target) throw new Error('index.html has no #app');
mount(App, { target });
