import { defineConfig } from "vitest/config";

const compat = {
  react: "preact/compat",
  "react-dom": "preact/compat",
  "react/jsx-runtime": "preact/jsx-runtime",
};

type Modules = { getModuleInfo: (id: string) => { isEntry: boolean; importers: readonly string[] } | null };

/** Whether the first view imports a module at once. All of these are one chunk, whatever is loaded later wants them too: in many small ones they weigh a tenth more. */
function isFirst(id: string, modules: Modules): boolean {
  const asked = new Set([id]);
  for (const one of asked) {
    const module = modules.getModuleInfo(one);
    if (module?.isEntry) return true;
    for (const importer of module?.importers ?? []) asked.add(importer);
  }
  return false;
}

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
      output: { codeSplitting: { groups: [{ debugName: "first", name: (id, modules) => (isFirst(id, modules) ? "first" : null) }] } },
      // The list library marks itself as "use client", which means nothing here.
      onwarn: (warning, warn) => (warning.code === "MODULE_LEVEL_DIRECTIVE" ? undefined : warn(warning)),
    },
  },
  server: { proxy: { "/api": { target: "http://127.0.0.1:8080", ws: true }, "/media": "http://127.0.0.1:8080" } },
  test: { environment: "happy-dom", include: ["tests/**/*.test.{ts,tsx}"], setupFiles: ["tests/setup.ts"] },
});
