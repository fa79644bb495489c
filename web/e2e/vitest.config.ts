import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    // `npm run pictures` takes pictures of every screen instead, into pictures/out.
    include: [process.env.PICTURES ? 'pictures/*.test.ts' : 'journeys/*.test.ts'],
    globalSetup: ['src/ready.ts'],
    testTimeout: 60_000,
    hookTimeout: 30_000,
    // Each journey starts a server and two or three browsers of its own; two at a time fill a small machine.
    maxWorkers: 2,
    reporters: ['verbose'],
  },
});
