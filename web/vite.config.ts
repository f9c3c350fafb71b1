import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vite';

// The server sends a policy that forbids inline script, inline style and data: scripts, so nothing
// may be inlined into the page or into another file. `FIELDWARD` names the server used by `npm run dev`.
// The customer's page is built by itself (`--mode zone`, after the office): what the two share would come whole, and
// a customer would fetch what only the office needs of it.
export default defineConfig(({ mode }) => ({
  plugins: [svelte()],
  build: {
    target: 'es2022',
    emptyOutDir: mode !== 'zone',
    copyPublicDir: mode !== 'zone',
    rollupOptions: { input: mode === 'zone' ? { zone: 'z/index.html' } : { office: 'index.html' } },
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
  server: {
    proxy: {
      '/v1': { target: process.env['FIELDWARD'] ?? 'https://localhost:8443', secure: false },
    },
  },
}));
