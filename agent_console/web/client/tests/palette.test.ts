import { beforeAll, describe, expect, it } from "vitest";
import { fold, fuzzy } from "../src/lib/fold.ts";
import { loadPalette, paletteEntries, rank, type PaletteEntry } from "../src/store/palette.ts";
import { adopt } from "../src/store/session.ts";
import { session } from "./samples.ts";

let entries: PaletteEntry[] = [];
beforeAll(async () => {
  adopt(session());
  entries = paletteEntries(await loadPalette());
});

const best = (query: string): string | undefined => rank(entries, query)[0]?.id;

describe("the palette", () => {
  it.each([
    ["settings", "settings"],
    ["настройки", "settings"],
    ["налаштування", "settings"],
    ["ajustes", "settings"],
    ["тёмная", "theme.dark"],
    ["темная", "theme.dark"],
    ["oscuro", "theme.dark"],
    ["вийти", "sign.out"],
  ])("finds a command by its name in any language: %s", (query, id) => {
    expect(best(query)).toBe(id);
  });

  it("forgives missing letters and accents", () => {
    expect(best("shrtcts")).toBe("shortcuts");
    expect(best("cerrar sesion")).toBe("sign.out");
  });

  it("answers nothing to nonsense", () => {
    expect(rank(entries, "щщщщ")).toEqual([]);
  });

  it("leaves out what cannot be done now", () => {
    expect(entries.map((entry) => entry.id)).not.toContain("take");
  });

  it("tells the key beside the command", () => {
    expect(entries.find((entry) => entry.id === "folder.new")?.chord).toEqual({ code: "KeyN", after: "KeyG" });
  });
});

describe("folding", () => {
  it("makes ё and е, ї and і, á and a the same", () => {
    expect(fold("Ёлка Їжак José")).toBe(fold("елка іжак jose"));
  });

  it("rates a beginning above a middle above scattered letters", () => {
    expect(fuzzy("clo", "Close")).toBeGreaterThan(fuzzy("clo", "Disclose"));
    expect(fuzzy("clo", "Disclose")).toBeGreaterThan(fuzzy("clo", "cabaret lot"));
    expect(fuzzy("xyz", "Close")).toBe(0);
  });
});
