// @vitest-environment node
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "vite";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { frame, loader } from "../vite.config.mjs";

const here = fileURLToPath(new URL("../", import.meta.url));
const out = `${mkdtempSync(join(tmpdir(), "widget-"))}/`;
let files: { name: string; text: string; gz: number }[] = [];

const read = (name: string): { name: string; text: string; gz: number } => {
  const bytes = readFileSync(join(out, name));
  return { name, text: bytes.toString(), gz: gzipSync(bytes, { level: 9 }).length };
};
const named = (pattern: RegExp): typeof files => files.filter((file) => pattern.test(file.name));
const weight = (...groups: (typeof files)[]): number => groups.flat().reduce((sum, file) => sum + file.gz, 0);

beforeAll(async () => {
  await build(loader(here, out));
  await build(frame(here, out));
  files = ["w.js", ...readdirSync(join(out, "frame/assets")).map((name) => `frame/assets/${name}`)].map(read);
}, 120_000);
afterAll(() => rmSync(out, { recursive: true }));

const LOCALE = /\/(en|ru|uk|es)-[^/]*\.js$/;
const FIRST = /\/index-[^/]*\.(js|css)$/;

describe("what is built", () => {
  it("keeps the loader within 3 kB, compressed", () => expect(weight(named(/^w\.js$/))).toBeLessThanOrEqual(3000));

  it("keeps the app with one language within 40 kB, compressed", () => {
    const heaviest = named(LOCALE)
      .toSorted((a, b) => b.gz - a.gz)
      .slice(0, 1);
    expect(named(FIRST)).toHaveLength(2);
    expect(weight(named(FIRST), heaviest)).toBeLessThanOrEqual(40_000);
  });

  it("has each language as a chunk of its own, within 2 kB", () => {
    expect(named(LOCALE)).toHaveLength(4);
    for (const locale of named(LOCALE)) expect([locale.name, locale.gz <= 2000]).toEqual([locale.name, true]);
  });

  it("fetches the emoji only when they are wanted", () => {
    expect(named(/EmojiPicker/)).toHaveLength(1);
    expect(named(FIRST).some((file) => file.text.includes("😀"))).toBe(false);
  });

  it("names its files by what is in them, where the server serves them", () => {
    const page = readFileSync(join(out, "frame/index.html"), "utf8");
    const linked = [...page.matchAll(/(?:src|href)="([^"]+)"/g)].map((link) => link[1]!);
    expect(linked.length).toBeGreaterThan(1);
    for (const link of linked) expect(link).toMatch(/^\/widget-assets\/index-[\w-]{8}\.(js|css)$/);
  });

  it("needs no inline script or style and no eval", () => {
    const page = readFileSync(join(out, "frame/index.html"), "utf8");
    expect(page).not.toMatch(/<style|style=|<script(?![^>]*src=)| on\w+=/);
    for (const file of named(/\.js$/))
      expect([file.name, /\beval\(|new Function|createElement\([`"']style/.test(file.text)]).toEqual([
        file.name,
        false,
      ]);
  });

  it("asks no third party for anything", () => {
    for (const file of files) {
      const hosts = [...file.text.matchAll(/https?:\/\/([\w.-]+)/g)].map((host) => host[1]);
      expect([file.name, hosts.filter((host) => host !== "www.w3.org")]).toEqual([file.name, []]);
    }
  });
});
