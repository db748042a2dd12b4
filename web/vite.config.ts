/**
 * How the web app is built: into the Python package, which serves it.
 *
 * The output folder is ignored by git and put into the wheel by hatch_build.py.
 */
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { loadEnv } from 'vite';
import { defineConfig } from 'vitest/config';

// The server answers only to its own Host and Origin, so a request that comes by way of Vite takes them on.
const server = loadEnv('', '.', 'DASHCAM_')['DASHCAM_SERVER'] ?? 'http://127.0.0.1:4747';
const proxy = { '/api': { target: server, changeOrigin: true, headers: { origin: server } } };

export default defineConfig({
  plugins: [svelte()],
  base: '/',
  build: {
    outDir: '../src/dashcam/server/static',
    emptyOutDir: true,
    target: ['chrome123', 'edge123', 'firefox128', 'safari17.5'],
    // The server's policy allows no data: fonts or scripts, and a hashed file is cached for good anyway.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 700,
  },
  // Tests run where Vite would render on a server; they need Svelte as a browser has it, where effects run.
  environments: { ssr: { consumer: 'client', resolve: { conditions: ['browser', 'module', 'development'], noExternal: ['svelte'] } } },
  server: { proxy },
  preview: { proxy },
  test: {
    include: ['src/**/*.test.ts'],
    environment: 'node',
  },
});
