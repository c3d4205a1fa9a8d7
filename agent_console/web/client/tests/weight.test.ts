// @vitest-environment node
import { gzipSync } from "node:zlib";
import { fileURLToPath } from "node:url";
import { build, type Rolldown } from "vite";
import { beforeAll, describe, expect, it } from "vitest";

const KB = 1000;
const MUST = 120 * KB;

let chunks: (Rolldown.OutputChunk | Rolldown.OutputAsset)[] = [];

beforeAll(async () => {
  const root = fileURLToPath(new URL("..", import.meta.url));
  const built = (await build({ root, logLevel: "silent", build: { write: false } })) as Rolldown.RolldownOutput;
  chunks = built.output;
}, 60_000);

const gz = (content: string | Uint8Array): number => gzipSync(content).length;
const scripts = (): Rolldown.OutputChunk[] => chunks.filter((one) => one.type === "chunk");

/** The entry and everything it imports at once; what is imported later does not count. */
function firstScripts(): Rolldown.OutputChunk[] {
  const all = new Map(scripts().map((one) => [one.fileName, one]));
  const wanted = new Set(scripts().filter((one) => one.isEntry).map((one) => one.fileName));
  for (const name of wanted) for (const next of all.get(name)?.imports ?? []) wanted.add(next);
  return [...wanted].map((name) => all.get(name)!);
}

describe("the first view", () => {
  it("weighs at most 120 kB with its styles and the heaviest language", () => {
    const styles = chunks.filter((one) => one.fileName.endsWith(".css")).map((one) => gz("source" in one ? one.source : one.code));
    const languages = scripts().filter((one) => /\/(ru|uk|es)-/.test(one.fileName)).map((one) => gz(one.code));
    expect(languages).toHaveLength(3);
    const first = firstScripts().map((one) => gz(one.code));
    const total = [...first, ...styles, Math.max(...languages)].reduce((sum, one) => sum + one, 0);
    expect(first.length).toBeGreaterThan(0);
    expect(total).toBeLessThanOrEqual(MUST);
  });

  it("leaves dialogs, emoji and the other languages for later", () => {
    const first = firstScripts().map((one) => one.fileName).join();
    for (const later of ["settings-sheet", "palette", "lightbox", "emoji-picker", "shortcut-sheet"]) expect(first).not.toContain(later);
  });

  it("needs nothing that the page's policy forbids", () => {
    const page = String((chunks.find((one) => one.fileName === "index.html") as Rolldown.OutputAsset).source);
    expect(page).not.toMatch(/<style|\sstyle=|<script(?![^>]*\ssrc=)|javascript:/);
    expect(page).toContain('src="/console-assets/');
    const evaluating = scripts().filter((script) => /\beval\(|new Function\(/.test(script.code));
    expect(evaluating.map((script) => script.fileName)).toEqual([]);
  });

  it("is drawn without a word of HTML of our own", () => {
    const texts = import.meta.glob("../src/**/*.{ts,tsx}", { query: "?raw", import: "default", eager: true });
    expect(Object.keys(texts).length).toBeGreaterThan(50);
    expect(Object.entries(texts).filter(([, text]) => /innerHTML|insertAdjacentHTML|document\.write/i.test(String(text)))).toEqual([]);
  });
});
