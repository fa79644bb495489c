/// <reference types="vitest/config" />
import { defineConfig } from 'vite';
import manifest from './package.json' with { type: 'json' };

const server = process.env.LAISEE_SERVER ?? 'http://127.0.0.1:7080';

export default defineConfig(({ mode }) => ({
  base: '/',
  define: { __VERSION__: JSON.stringify(manifest.version) },
  plugins: [
    {
      // The protocol's descriptors come as base64, in which gzip finds no repetition: written as the bytes they stand
      // for they are half as large when compressed.
      name: 'descriptors-as-bytes',
      transform(code, id) {
        if (!/\/gen\/laisee\/v1\/\w+_pb\.js$/.test(id)) return null;
        return code.replace(/fileDesc\("([A-Za-z0-9+/=]+)"/g, (_, base64: string) => {
          const bytes = JSON.stringify(Buffer.from(base64, 'base64').toString('latin1'));
          return `fileDesc(btoa(${bytes})`;
        });
      },
    },
    {
      // `vite --mode stories` shows every screen over an invented world; the built app has no trace of it.
      name: 'stories',
      transformIndexHtml: {
        order: 'pre',
        handler: (html) => (mode === 'stories' ? html.replace('/src/main.tsx', '/src/stories/main.tsx') : html),
      },
    },
  ],
  resolve: {
    // virtua is written against React; preact/compat is the same interface at a tenth of the size.
    alias: [
      { find: /^react\/jsx-runtime$/, replacement: 'preact/jsx-runtime' },
      { find: /^react-dom$/, replacement: 'preact/compat' },
      { find: /^react$/, replacement: 'preact/compat' },
    ],
    dedupe: ['preact', '@preact/signals'],
  },
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  css: { modules: { localsConvention: 'camelCaseOnly' } },
  server: {
    proxy: { '/v1': { target: server, ws: true } },
  },
  build: {
    target: 'es2022',
    outDir: 'dist',
    assetsInlineLimit: 2048,
    modulePreload: false,
    cssCodeSplit: false,
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            // All that the first screen needs in one file; the other screens in files of their own.
            { name: 'first', test: /src\/main\.tsx$/, priority: 2 },
          ],
        },
      },
    },
  },
  test: {
    environment: 'happy-dom',
    include: ['src/**/*.test.{ts,tsx}'],
    setupFiles: ['src/i18n/test-setup.ts'],
    server: { deps: { inline: ['virtua'] } },
  },
}));
