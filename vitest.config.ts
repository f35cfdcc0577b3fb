import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["{packages,functions,statemachines,infra,tests}/**/*.test.ts"],
    exclude: ["**/node_modules/**", ".sst/**"],
    // A test that waits for a wall clock is a defect: time is an argument. This only bounds a hang.
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
