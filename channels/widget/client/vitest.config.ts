import { defineConfig } from "vitest/config";

export default defineConfig({
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  test: {
    environment: "happy-dom",
    // No test fetches the frame's page, and happy-dom need not say so each time.
    onConsoleLog: (text) => !text.includes("Iframe page loading is disabled"),
    include: ["tests/**/*.test.{ts,tsx}"],
  },
});
