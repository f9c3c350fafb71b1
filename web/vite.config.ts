import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vite';

// The server sends a policy that forbids inline script, inline style and data: scripts, so nothing
// may be inlined into the page or into another file. `FIELDWARD` names the server used by `npm run dev`.
export default defineConfig({
  plugins: [svelte()],
  build: {
    target: 'es2022',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
  server: {
    proxy: {
      '/v1': { target: process.env['FIELDWARD'] ?? 'https://localhost:8443', secure: false },
    },
  },
});
