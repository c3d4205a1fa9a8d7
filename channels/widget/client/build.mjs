import { cp, rm } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { build } from "vite";
import { frame, loader } from "./vite.config.mjs";

/** Builds the loader, the frame and the demo shop into ../static, which the server serves. */
const here = fileURLToPath(new URL(".", import.meta.url));
const out = fileURLToPath(new URL("../static/", import.meta.url));

await build(loader(here, out));
await build(frame(here, out));
await rm(`${out}demo`, { recursive: true, force: true });
await cp(`${here}demo`, `${out}demo`, { recursive: true });
