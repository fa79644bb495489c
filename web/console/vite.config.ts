/// <reference types="vitest/config" />
import { defineConfig } from 'vite';

const server = process.env.LAISEE_SERVER ?? 'http://127.0.0.1:7080';

export default defineConfig(({ mode }) => ({
  base: '/console/',
  plugins: [
    {
      // `vite --mode stories` shows every screen over an invented server; the built console has no trace of it.
      name: 'stories',
      transformIndexHtml: {
        order: 'pre',
        handler: (html) => (mode === 'stories' ? html.replace('/src/main.tsx', '/src/stories/main.tsx') : html),
      },
    },
  ],
  resolve: { dedupe: ['preact', '@preact/signals'] },
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  css: { modules: { localsConvention: 'camelCaseOnly' } },
  server: { proxy: { '/v1': { target: server } } },
  build: {
    target: 'es2022',
    outDir: 'dist',
    assetsInlineLimit: 2048,
    modulePreload: false,
    cssCodeSplit: false,
    rolldownOptions: {
      output: { codeSplitting: { groups: [{ name: 'first', test: /src\/main\.tsx$/, priority: 2 }] } },
    },
  },
  test: {
    environment: 'happy-dom',
    include: ['src/**/*.test.{ts,tsx}'],
    setupFiles: ['src/i18n/test-setup.ts'],
  },
}));
