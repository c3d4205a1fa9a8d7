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
    // All of these know light-dark() and logical properties, which would otherwise be written out the long way.
    cssTarget: ["chrome123", "edge123", "firefox121", "safari17.5"],
    modulePreload: { polyfill: false },
    reportCompressedSize: true,
    rolldownOptions: {
      // The list library marks itself as "use client", which means nothing here.
      onwarn: (warning, warn) => (warning.code === "MODULE_LEVEL_DIRECTIVE" ? undefined : warn(warning)),
    },
  },
  server: { proxy: { "/api": { target: "http://127.0.0.1:8080", ws: true }, "/media": "http://127.0.0.1:8080" } },
  test: { environment: "happy-dom", include: ["tests/**/*.test.{ts,tsx}"], setupFiles: ["tests/setup.ts"] },
});
