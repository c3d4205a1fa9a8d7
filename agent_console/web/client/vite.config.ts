import { defineConfig } from "vitest/config";

const compat = {
  react: "preact/compat",
  "react-dom": "preact/compat",
  "react/jsx-runtime": "preact/jsx-runtime",
};

// The console is served at /console and its hashed files at /console-assets/, under a policy
// that allows no inline script or style; hence no inlined assets either.
export default defineConfig({
  base: "/console-assets/",
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  resolve: { alias: compat, dedupe: ["preact", "@preact/signals"] },
  build: {
    outDir: "../static",
    emptyOutDir: true,
    assetsInlineLimit: 0,
    target: "es2022",
    modulePreload: { polyfill: false },
    reportCompressedSize: true,
  },
  server: { proxy: { "/api": { target: "http://127.0.0.1:8080", ws: true }, "/media": "http://127.0.0.1:8080" } },
  test: { environment: "happy-dom", include: ["tests/**/*.test.{ts,tsx}"] },
});
