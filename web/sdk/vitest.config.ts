import { defineConfig } from 'vitest/config';

export default defineConfig({
  // Virtual time takes no time; a busy machine does.
  test: { include: ['test/**/*.test.{ts,mjs}'], environment: 'node', testTimeout: 60_000, hookTimeout: 60_000 },
});
