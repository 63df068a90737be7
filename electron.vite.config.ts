import { defineConfig } from 'electron-vite';

/**
 * The desktop shell: main and preload. `vite.renderer.config.ts` builds the dashboard, which a browser shows as
 * well. Dependencies go into the bundles, so that the package needs the shell's node_modules not at all.
 */
export default defineConfig({
  main: {
    build: {
      outDir: 'out/main',
      externalizeDeps: false,
      minify: false,
      lib: { entry: 'src/main/main.ts', formats: ['es'], fileName: () => 'main.js' },
    },
  },
  preload: {
    build: {
      outDir: 'out/preload',
      externalizeDeps: false,
      // A sandboxed preload is one CommonJS file.
      lib: { entry: 'src/preload/preload.ts', formats: ['cjs'], fileName: () => 'preload.cjs' },
    },
  },
});
