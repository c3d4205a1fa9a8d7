/** Two programs from one source: the loader on the host page (one file) and the app in the frame (hashed files). */

const jsx = { runtime: "automatic", importSource: "preact" };

/** Browsers with light-dark(), constructed style sheets and `inert`, all widely available since 2024. */
const target = ["chrome123", "firefox120", "safari17.5"];

export const loader = (here, out) => ({
  configFile: false,
  root: here,
  logLevel: "warn",
  build: {
    target,
    outDir: out,
    emptyOutDir: false,
    copyPublicDir: false,
    lib: { entry: `${here}src/loader/main.ts`, formats: ["iife"], name: "DeskbridgeLoader", fileName: () => "w.js" },
  },
});

export const frame = (here, out) => ({
  configFile: false,
  root: `${here}src/frame`,
  base: "/widget-assets/",
  logLevel: "warn",
  oxc: { jsx },
  // The server gives frame/assets as /widget-assets: the page itself must come only from its own address, with its headers.
  experimental: { renderBuiltUrl: (file) => `/widget-assets/${file.replace(/^assets\//, "")}` },
  build: { target, outDir: `${out}frame`, emptyOutDir: true, assetsInlineLimit: 0, modulePreload: { polyfill: false } },
});
