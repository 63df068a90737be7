import path from 'node:path';
import tailwindcss from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** The dashboard: one bundle with relative URLs, for the agent's `http://127.0.0.1:…/` and for `app://gata/`. */
export default defineConfig({
  root: path.resolve(import.meta.dirname, 'src/renderer'),
  base: './',
  publicDir: false,
  plugins: [react(), tailwindcss()],
  build: {
    outDir: path.resolve(import.meta.dirname, 'out/renderer'),
    emptyOutDir: true,
    target: ['chrome130', 'firefox130', 'safari18'],
    // The page's content security policy allows no data: scripts, styles or fonts.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // In kilobytes. One file for every screen: one that is loaded later could not be loaded once the agent is gone.
    chunkSizeWarningLimit: 1000,
  },
});
